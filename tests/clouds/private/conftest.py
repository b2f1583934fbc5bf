from __future__ import annotations

import pytest

from lepton_infra.testing import Graph
from tests.clouds.private.stacks import declare, stack


@pytest.fixture(scope="package")
def region() -> Graph:
    return declare(stack())
