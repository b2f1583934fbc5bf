"""Garbage collection of a program's process, and the public names."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator

import pulumi
import pytest

import lepton_infra

PROGRAM = """
import atexit, gc
atexit.register(lambda: print(gc.isenabled(), gc.get_freeze_count() > 0))  # registered first, so it runs last
from lepton_infra.stack.garbage import collect_no_garbage
collect_no_garbage()
print(gc.isenabled(), gc.get_freeze_count() > 0)
"""


@pytest.fixture(autouse=True)
def _collecting() -> Iterator[None]:
    """Other tests collect garbage as usual."""
    yield
    gc.enable()


def test_nothing_is_collected_and_what_there_is_at_exit_is_frozen() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    assert ran.stdout.split("\n")[:2] == ["False False", "False True"]


def test_load_collects_nothing_from_its_imports_on(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def load(config: pulumi.Config) -> str:
        seen.append(gc.isenabled())
        return config.name

    monkeypatch.setattr("lepton_infra.stack.load.load", load)

    assert lepton_infra.load(pulumi.Config("lepton")) == "lepton"  # type: ignore[comparison-overlap]
    assert seen == [False]
    assert not gc.isenabled()


def test_every_public_name_is_there() -> None:
    assert [name for name in lepton_infra.__all__ if not hasattr(lepton_infra, name)] == []
