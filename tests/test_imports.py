"""Garbage collection around imports, and the public names."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pulumi
import pytest

import lepton_infra
from lepton_infra.stack.imports import keep_imports_alive


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    """Other tests collect garbage as usual."""
    yield
    gc.unfreeze()
    gc.enable()


def test_imports_are_frozen_and_nothing_is_collected_meanwhile() -> None:
    gc.unfreeze()

    with keep_imports_alive():
        assert not gc.isenabled()
        assert gc.get_freeze_count() == 0

    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


def test_a_failure_leaves_collection_on_and_freezes_nothing() -> None:
    gc.unfreeze()

    with pytest.raises(LookupError), keep_imports_alive():
        raise LookupError

    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_a_program_without_collection_stays_without() -> None:
    gc.disable()

    with keep_imports_alive():
        pass

    assert not gc.isenabled()


def test_load_keeps_what_it_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def load(config: pulumi.Config) -> str:
        seen.append(gc.isenabled())
        return config.name

    monkeypatch.setattr("lepton_infra.stack.load.load", load)

    assert lepton_infra.load(pulumi.Config("lepton")) == "lepton"  # type: ignore[comparison-overlap]
    assert seen == [False]
    assert gc.get_freeze_count() > 0


def test_every_public_name_is_there() -> None:
    assert [name for name in lepton_infra.__all__ if not hasattr(lepton_infra, name)] == []
