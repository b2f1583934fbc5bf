"""Azure's management models, read from the packages that carry them."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from lepton_infra.simulator.azure_native.api_models import path_constraints


@pytest.fixture
def _interrupted() -> Iterator[None]:
    """Threads switch, and garbage is collected, as often as can be: both happen while a syntax tree is built."""
    interval, threshold = sys.getswitchinterval(), gc.get_threshold()

    def work(phase: str, info: dict[str, int]) -> None:
        sum(range(50))

    sys.setswitchinterval(1e-6)
    gc.set_threshold(50)
    gc.callbacks.append(work)
    yield
    gc.callbacks.remove(work)
    gc.set_threshold(*threshold)
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("_interrupted")
def test_path_constraints_are_read_by_several_threads_at_once() -> None:
    def read(_: int) -> object:
        return path_constraints.__wrapped__("storage", "storage_accounts", "create")

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(read, range(80)))

    assert found[0]
    assert all(each == found[0] for each in found)
