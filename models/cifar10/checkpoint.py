"""Checkpoint of a run, in one file, so that it can go on after a kill as if nothing had happened.

A checkpoint holds every variable of network and optimizer (trained weights, statistics, momenta, averages, the number
of steps, random states), which experiment on which data it is of, and the history so far. Order, augmentation and
schedule follow from the number of steps (``batches.py``), so nothing else is needed.
"""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from lepton_infra.errors import LeptonError
from models.whole_files import write_whole

NAME = "checkpoint.npz"

_NUMBERED = re.compile(r"seed_generator_\d+")
"""Keras numbers these through over all networks of a process, in the order in which they were made."""


class CheckpointInvalid(LeptonError):
    """A checkpoint is of another run, or cannot be read or written. The message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """``epochs`` are done; ``experiment`` and ``data`` are the identities of what is trained and on what.

    ``code`` is what trained it, in order (``provenance.code``): more than one if it went on under another.
    """

    experiment: str
    data: str
    epochs: int
    history: list[dict[str, float]]
    code: list[dict[str, Any]]


def make_folder(workdir: Path) -> None:
    """Make the folder of a run, and see that it can be written before hours are spent on what goes into it.

    Raises:
        CheckpointInvalid: if it cannot be.
    """
    try:
        workdir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=workdir):
            pass
    except OSError as error:
        raise CheckpointInvalid(
            f"nothing can be written in {workdir} ({error.strerror or error}); name another folder with --workdir"
        ) from None


def save(path: Path, network: keras.Model, progress: Progress) -> None:
    """Replace the checkpoint at ``path``, whole or not at all.

    Raises:
        CheckpointInvalid: if it cannot be written; the one before, if there is one, is as it was.
    """
    arrays = {key: ops.convert_to_numpy(variable) for key, variable in _variables(network).items()}
    about = np.frombuffer(json.dumps(vars(progress)).encode(), dtype=np.uint8)
    try:
        write_whole(path, lambda stream: np.savez(stream, allow_pickle=False, about=about, **arrays))
    except OSError as error:
        raise CheckpointInvalid(
            f"the checkpoint {path} cannot be written ({error.strerror or error}); "
            + ("the one before it is still whole. " if path.exists() else "")
            + "Make room and start the same command again: it goes on from the last one there is"
        ) from None


def unwritable(what: Path, error: OSError, then: str) -> CheckpointInvalid:
    """The error for a file beside a checkpoint that could not be written; ``then`` is what a new start does."""
    return CheckpointInvalid(
        f"{what} cannot be written ({error.strerror or error}); the checkpoint there is whole. Make room and start the "
        f"same command again: {then}"
    )


def restore(path: Path, network: keras.Model, experiment: str, data: str) -> Progress | None:
    """Restore ``network`` and its optimizer from the checkpoint at ``path``, or return None if there is none.

    Nothing is changed unless all of it fits.

    Raises:
        CheckpointInvalid: if the file is not whole, or is of another experiment, data set or network.
    """
    if not path.exists():
        return None
    try:
        with path.open("rb") as stream, np.load(stream) as stored:
            arrays = {key: stored[key] for key in stored.files}
        progress = Progress(**json.loads(arrays.pop("about").tobytes()))
    except Exception as error:  # a spoilt file makes zipfile and NumPy raise of almost every kind
        raise CheckpointInvalid(f"{path} is no whole checkpoint ({error}); remove it to start anew") from None
    for what, found, wanted in (("experiment", progress.experiment, experiment), ("data set", progress.data, data)):
        if found != wanted:
            raise CheckpointInvalid(
                f"{path} is of another {what} ({found[:12]}, this one is {wanted[:12]}); name another folder with "
                "--workdir, or remove the checkpoint to start anew"
            )
    variables = _variables(network)
    shapes = {key: tuple(variable.shape) for key, variable in variables.items()}
    stored_shapes = {key: value.shape for key, value in arrays.items()}
    if shapes != stored_shapes:
        different = sorted(
            key for key in shapes.keys() | stored_shapes.keys() if shapes.get(key) != stored_shapes.get(key)
        )
        raise CheckpointInvalid(
            f"{path} is of another network: {different[0]} is {stored_shapes.get(different[0], 'missing')} there and "
            f"{shapes.get(different[0], 'missing')} here ({len(different)} differ); remove it to start anew"
        )
    for key, variable in variables.items():
        variable.assign(arrays[key])
    return progress


def _variables(network: keras.Model) -> dict[str, keras.Variable]:
    """By kind, place and path: each is unique, and says in a message what it is."""
    kinds = {"network": network.variables, "optimizer": network.optimizer.variables}
    return {
        f"{kind}/{place}/{_NUMBERED.sub('seed_generator', variable.path)}": variable
        for kind, variables in kinds.items()
        for place, variable in enumerate(variables)
    }
