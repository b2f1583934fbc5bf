from __future__ import annotations

from pathlib import Path

import pytest

from models.tests.cifar10 import bytes_model, exported


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> exported.Sample:
    return exported.sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Where decoded data sets are kept."""
    return tmp_path / "kept"


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that tells light from dark, for what is not about networks."""
    folder = tmp_path_factory.mktemp("models") / "1"
    bytes_model.write(folder)
    return folder
