"""An exported model that takes whole picture files, verified before it is loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tensorflow as tf

from models.cifar10.loading import ModelInvalid, signatures, verified

_INPUT_ENDING = "_bytes"
"""By it TensorFlow Serving's REST API knows that strings are binary."""
_OUTPUTS = frozenset({"classes", "probabilities"})


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The class of one picture, and its probability: the largest of all."""

    name: str
    probability: float


class Judge:
    """The model in ``folder``, with ``digest`` (``sha256:<hex>``) that of its manifest.

    Its signature is the one that takes a single string, called ``…_bytes``, and answers ``classes`` and
    ``probabilities``: nothing is known here of the size of pictures.

    Raises:
        ModelInvalid: if a file of the folder is not what its manifest says, that is not ``expected``, or there is no
            such signature.
    """

    def __init__(self, folder: Path, expected: str | None) -> None:
        self.digest = verified(folder, expected)
        self._input, self._signature = _of_files(folder, signatures(folder))

    def __call__(self, files: Sequence[bytes]) -> list[Answer | None]:
        """The answer for each file, None for one that the model cannot take.

        Raises:
            ModelInvalid: if the memory does not hold so many at once.
        """
        if not files:
            return []
        try:
            given = self._signature(**{self._input: tf.constant(list(files), tf.string)})
        except tf.errors.ResourceExhaustedError:
            raise ModelInvalid(f"a batch of {len(files)} does not fit into the memory; use a smaller --batch") from None
        except tf.errors.InvalidArgumentError:
            # One that cannot be decoded fails all. Its message may quote the file, so it is not passed on.
            if len(files) == 1:
                return [None]
            half = len(files) // 2
            return [*self(files[:half]), *self(files[half:])]
        names, highest = given["classes"].numpy(), given["probabilities"].numpy().max(axis=1)
        return [
            Answer(name=name.decode(), probability=float(chance)) for name, chance in zip(names, highest, strict=True)
        ]


def _of_files(folder: Path, there: Mapping[str, Any]) -> tuple[str, Any]:
    fitting = []
    for signature in there.values():
        inputs = signature.structured_input_signature[1]
        if [spec.dtype for spec in inputs.values()] == [tf.string] and signature.structured_outputs.keys() >= _OUTPUTS:
            fitting += [(given, signature) for given in inputs if given.endswith(_INPUT_ENDING)]
    if len(fitting) != 1:
        raise ModelInvalid(
            f"{folder} has {len(fitting)} signatures with a single string input …{_INPUT_ENDING} and the outputs "
            f"{', '.join(sorted(_OUTPUTS))}; needed is one (there are: {', '.join(sorted(there)) or 'none'})"
        )
    return fitting[0]
