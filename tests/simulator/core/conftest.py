from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from lepton_infra.simulator.cloud import SimulatedCloud
from lepton_infra.simulator.store import Store
from tests.simulator.core.buckets import BEHAVIOUR


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store(None)
    yield opened
    opened.close()


@pytest.fixture
def make_cloud(store: Store) -> Callable[..., SimulatedCloud]:
    def make(**changes: object) -> SimulatedCloud:
        faults = changes.pop("faults", None)
        return SimulatedCloud("aws", store, replace(BEHAVIOUR, **changes), faults=faults)  # type: ignore[arg-type]

    return make


@pytest.fixture
def cloud(make_cloud: Callable[..., SimulatedCloud]) -> SimulatedCloud:
    return make_cloud()
