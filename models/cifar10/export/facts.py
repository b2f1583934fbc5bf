"""``model.json``, the facts about an exported model. None of them is a time, so the file is the same every time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from models.cifar10 import provenance
from models.cifar10.data import CLASSES
from models.cifar10.export.refused import ExportInvalid
from models.cifar10.train import Result

NAME = "model.json"
EVALUATION = "evaluation.json"
"""What ``evaluate`` leaves in the folder of a run."""


def facts(workdir: Path, result: Result, model: str, version: int, signatures: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of one version. The keys ``model`` and ``version`` are read by ``lepton pin-model``.

    Raises:
        ExportInvalid: if the run was evaluated and what that left cannot be read.
    """
    return {
        "model": model,
        "version": version,
        "experiment": {"name": result.experiment, "identity": result.identity},
        "data": {"digest": result.data},
        "code": {"trained": result.code, "exported": provenance.code()},
        "frameworks": {"tensorflow": tf.__version__, "keras": keras.__version__},
        "metrics": {
            "accuracy": result.accuracy,
            "accuracy_plain": result.accuracy_plain,
            "images": result.images,
            "held_out": result.held_out,
        },
        "evaluation": _evaluation(workdir / EVALUATION),
        "epochs": result.epochs,
        "parameters": result.parameters,
        "mirrored": True,
        "classes": list(CLASSES),
        "signatures": signatures,
    }


def _evaluation(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ExportInvalid(
            f"{path} is not to be read as JSON ({error}); evaluate the run again, or remove it"
        ) from None
