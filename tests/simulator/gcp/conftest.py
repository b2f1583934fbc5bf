"""A project with every API turned on, an empty one, and others on the same store."""

from collections.abc import Callable, Iterator

import pytest

from lepton_infra.simulator.store import Store
from tests.kit.gcp_project import PROJECT, REGION, Project, enabled


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store()
    yield store
    store.close()


@pytest.fixture
def empty(store: Store) -> Project:
    return Project(store)


@pytest.fixture
def project(empty: Project) -> Project:
    empty.enable_all()
    return empty


@pytest.fixture
def other(store: Store) -> Callable[..., Project]:
    """Another project or region over the same store, with every API turned on."""

    return lambda project=PROJECT, region=REGION: enabled(store, project, region)
