"""The progress callback of commands, and JSON input from a file or from standard input."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lepton_infra.errors import LeptonError

Say = Callable[[str], None]
"""Tells the user something now: a line of progress."""

STDIN = "-"


def read_json(file: str) -> Any:
    """JSON of a file, or of standard input for ``-``.

    Raises:
        LeptonError: if it cannot be read, or is no JSON.
    """
    try:
        text = sys.stdin.read() if file == STDIN else Path(file).read_text(encoding="utf-8")
        return json.loads(text)
    except OSError as error:
        raise LeptonError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise LeptonError(f"{name_of(file)} is not UTF-8 text.") from error
    except (ValueError, RecursionError) as error:
        raise LeptonError(f"{name_of(file)} is not JSON: {error}.") from error


def name_of(file: str) -> str:
    """Name of the input in a message."""
    return "the input" if file == STDIN else file
