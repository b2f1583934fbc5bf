"""Waiting for what controllers do in their own time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

MANAGER = "test"
_SECONDS = 30.0  # Generous: what is waited for takes a second, on a machine that does nothing else.


def until(ask: Callable[[], T], what: str) -> T:
    """The first answer of ``ask`` that is true."""
    deadline = time.monotonic() + _SECONDS
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)
    return answer
