"""Supported versions of the Pulumi engine."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

MINIMUM = "3.238.0"
"""The oldest engine used: the oldest SDK that pyproject.toml admits. Engine and SDKs are released together under one
number, and an SDK may ask for anything that the engine of its own release can do."""

_SECONDS = 30.0


def parse(text: str) -> tuple[int, int, int]:
    """``v3.245.0`` or ``3.245.0-alpha.1`` as numbers.

    Raises:
        ValueError: if ``text`` is not a version.
    """
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", text.strip())
    if match is None:
        raise ValueError(f"{text.strip()[:80]!r} is not a version")
    major, minor, patch = map(int, match.groups())
    return major, minor, patch


def problem(version: str) -> str | None:
    """Reason why an engine version is not supported; None if it is."""
    try:
        found = parse(version)
    except ValueError as error:
        return str(error)
    oldest = parse(MINIMUM)
    if found < oldest:
        return f"it is {version}, older than {MINIMUM}"
    if found[0] != oldest[0]:
        return f"it is {version}, of another major version than the SDK's {oldest[0]}"
    return None


def ask(command: Path) -> str:
    """The version that a ``pulumi`` prints, without the ``v``.

    Raises:
        OSError: if it cannot be started.
        ValueError: if it fails or does not answer.
    """
    quiet = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run(
            [command, "version"], env=quiet, capture_output=True, text=True, timeout=_SECONDS, check=True
        )
    except subprocess.TimeoutExpired:
        raise ValueError(f"{command} does not answer within {_SECONDS:.0f} s") from None
    except subprocess.CalledProcessError as error:
        raise ValueError(f"`{command} version` fails: {error.stderr.strip()[-200:]}") from None
    return answer.stdout.strip().removeprefix("v")
