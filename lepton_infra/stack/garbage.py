"""Garbage collection in a process that runs one program."""

from __future__ import annotations

import atexit
import gc


def collect_no_garbage() -> None:
    """Switch the garbage collector off until the process ends, and freeze all objects (``gc.freeze``) at its exit.

    The SDKs are thousands of generated classes, none of them garbage. Looking for some took a fifth of their import,
    and taking them apart at the interpreter's exit half a second and more. ``make bench`` shows what it comes to as
    "preview of the region / of the same resources registered bare" (docs/decisions/0008-what-a-preview-costs.md).
    """
    gc.disable()
    atexit.register(gc.freeze)
