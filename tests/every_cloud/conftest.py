from __future__ import annotations

from pathlib import Path

import pytest

from lepton_infra import clouds
from lepton_infra.testing import Graph
from tests.kit.regions import declare, region


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.every_cloud)


@pytest.fixture(params=clouds.names())
def cloud(request: pytest.FixtureRequest) -> str:
    """The name of each cloud."""
    return str(request.param)


@pytest.fixture
def graph(cloud: str) -> Graph:
    """The small region on each cloud."""
    return declare(region(cloud))
