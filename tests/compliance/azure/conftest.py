"""The region that we give away on Azure, made and in a preview."""

import pytest

from lepton_infra.compliance.graph.graph import Graph
from tests.compliance.region_facts import declared


@pytest.fixture(scope="package")
def region() -> Graph:
    return declared("eu-west")


@pytest.fixture(scope="package")
def previewed() -> Graph:
    return declared("eu-west", preview=True)
