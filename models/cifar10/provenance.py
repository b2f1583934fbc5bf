"""Version of the code that trained or exported a network."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path
from typing import Any

import models

_ROOT = Path(models.__file__).resolve().parents[1]
_CODE = ("models/cifar10", "models/whole_files.py", "requirements-models.lock", "lepton_infra/delivery/manifest.py")
"""What makes a network and an export of it, relative to the root. Exported versions and reports are not among it."""


def code() -> dict[str, Any]:
    """The last commit that changed the code, and whether it was changed since; without a repository, its version.

    Commits of other things are none of it.
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
