from __future__ import annotations

import pytest

from lepton_infra import clouds
from lepton_infra.testing import Graph
from tests.every_cloud.regions import declare, region


@pytest.fixture(params=clouds.names())
def cloud(request: pytest.FixtureRequest) -> str:
    """The name of each cloud."""
    return str(request.param)


@pytest.fixture
def graph(cloud: str) -> Graph:
    """The small region on each cloud."""
    return declare(region(cloud))
