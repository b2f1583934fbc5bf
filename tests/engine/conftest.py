"""A small project on the embedded clouds, for the ``lepton`` command."""

from __future__ import annotations

from pathlib import Path

import pytest

from lepton_infra.engine.sources import find
from lepton_infra.errors import LeptonError
from tests.kit.sim import PROGRAM, Sim


@pytest.fixture(scope="session")
def engine() -> None:
    """Skips the test where there is no engine."""
    try:
        find()
    except LeptonError as refused:
        pytest.skip(str(refused))


@pytest.fixture
def sim(tmp_path: Path, engine: None) -> Sim:
    """A project with one stack ``dev`` that has never been up."""
    (tmp_path / "Pulumi.yaml").write_text("name: small\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  small:cidr: 10.0.0.0/16\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    return Sim(root=tmp_path)
