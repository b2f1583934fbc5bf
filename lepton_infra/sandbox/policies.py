"""Policy packs for an engine that has no Python language host.

Without one the engine looks on PATH for a program that runs the pack; the vendor's does no more than ours.
"""

from __future__ import annotations

import shlex
import sys
from importlib.util import find_spec
from pathlib import Path

from lepton_infra.errors import LeptonError

NAME = "pulumi-analyzer-policy-python"


def runner(folder: Path) -> Path:
    """Write the program into ``folder``, which is returned.

    It runs packs in the environment that this process runs in. It passes on the engine's address and the pack's folder,
    and none of the options in the pack's file: those are for the vendor's language host.

    Raises:
        LeptonError: if that environment cannot run packs.
    """
    if find_spec("pulumi_policy") is None:
        raise LeptonError('policy packs need a package more: pip install "lepton-infra[policy]".')
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = folder / f".{NAME}.new"
    fresh.touch(mode=0o700)
    fresh.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -u -m pulumi.policy "$1" "$2"\n', encoding="utf-8")
    fresh.replace(folder / NAME)
    return folder
