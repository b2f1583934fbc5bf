from __future__ import annotations

from collections.abc import Callable

import pytest

from lepton_infra.testing.graph import Graph
from tests.clouds.aws.stacks import stack
from tests.kit.regions import declare


@pytest.fixture(scope="package")
def region() -> Graph:
    """The region of the plain stack."""
    return declare(stack())


@pytest.fixture(scope="package")
def torn_down() -> Graph:
    """The region of the plain stack in teardown."""
    return declare(stack(teardown=True))


@pytest.fixture(scope="session")
def enum() -> Callable[[str, str], set[str]]:
    """The values of a shape in AWS's own API model."""
    import botocore.session

    def values(service: str, shape: str) -> set[str]:
        return set(botocore.session.get_session().get_service_model(service).shape_for(shape).enum)

    return values
