"""Garbage collection around the import of the SDKs."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def keep_imports_alive() -> Iterator[None]:
    """Collect no garbage within, and freeze (``gc.freeze``) what there is at its end until the process ends.

    The SDKs are thousands of generated classes, none of them garbage. Looking for some took a fifth of their import,
    and taking them apart at the interpreter's exit half a second and more. ``make bench`` shows what it comes to as
    "preview of the region / of the same resources registered bare" (docs/decisions/0008-what-a-preview-costs.md).
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if collecting:
            gc.enable()
