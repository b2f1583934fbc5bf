"""What all tests of the models have in common."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

# Before TensorFlow is loaded, by whichever test loads it first.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import pytest
from hypothesis import settings

# No test measures time.
settings.register_profile("models", deadline=None, max_examples=30)
settings.load_profile("models")


@pytest.fixture
def fill_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Once called, nothing more fits on the disk, which files learn at their last moment."""

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return lambda: monkeypatch.setattr(os, "fsync", full)
