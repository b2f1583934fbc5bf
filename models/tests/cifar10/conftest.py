from __future__ import annotations

import pytest

from models.tests.cifar10 import exported


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> exported.Sample:
    return exported.sample(tmp_path_factory.mktemp("sample"))
