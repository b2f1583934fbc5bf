from __future__ import annotations

import pytest

from lepton_infra.testing.graph import Graph
from tests.clouds.gcp.stacks import stack
from tests.kit.regions import declare


@pytest.fixture(scope="package")
def region() -> Graph:
    """The region of the plain stack."""
    return declare(stack())


@pytest.fixture(scope="package")
def torn_down() -> Graph:
    """The region of the plain stack in teardown."""
    return declare(stack(teardown=True))
