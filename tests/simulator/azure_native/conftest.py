"""An empty subscription with one group, and others on the same store."""

from collections.abc import Callable, Iterator

import pytest

from lepton_infra.simulator.store import Store
from tests.kit.azure_subscription import LOCATION, SUBSCRIPTION, Subscription


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store()
    yield store
    store.close()


@pytest.fixture
def azure(store: Store) -> Subscription:
    subscription = Subscription(store)
    subscription.group()
    return subscription


@pytest.fixture
def other(store: Store) -> Callable[..., Subscription]:
    """Another subscription or location over the same store."""

    def make(subscription: str = SUBSCRIPTION, location: str = LOCATION) -> Subscription:
        return Subscription(store, subscription, location)

    return make
