"""What is known of an exported model: ``model.json``. Nothing of it is a time, so it is the same every time."""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

import models
from models.cifar10.data import CLASSES
from models.cifar10.export.refused import ExportInvalid
from models.cifar10.train import Result

NAME = "model.json"
EVALUATION = "evaluation.json"
"""What ``evaluate`` leaves in the folder of a run."""

_ROOT = Path(models.__file__).resolve().parents[1]
_CODE = ("models/cifar10", "models/whole_files.py", "requirements-models.lock", "lepton_infra/model_manifest.py")
"""What an export is made by, relative to the root. Exported versions and reports are not among it."""


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
        "code": code(),
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


def code() -> dict[str, Any]:
    """The last commit that changed the code, and whether it was changed since; without a repository, its version.

    Commits of other things make no other export. Asks git, so a command calls it and nothing else does.
    """
    commit = _git("log", "-1", "--format=%H", "--", *_CODE)
    if not commit:
        about = tomllib.loads((_ROOT / "models" / "pyproject.toml").read_text(encoding="utf-8"))
        return {"version": about["project"]["version"]}
    return {"commit": commit, "changed": bool(_git("status", "--porcelain", "--", *_CODE))}


def _git(*arguments: str) -> str | None:
    """What git says, or None where there is no git, no repository or no commit."""
    try:
        done = subprocess.run(["git", "-C", str(_ROOT), *arguments], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _evaluation(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ExportInvalid(
            f"{path} is not to be read as JSON ({error}); evaluate the run again, or remove it"
        ) from None
