import pytest

from tests.simulator.kubernetes.cluster import Cluster


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()
