"""An empty account, and others on the same store."""

from collections.abc import Callable, Iterator

import pytest

from lepton_infra.simulator.store import Store
from tests.kit.aws_account import ACCOUNT, REGION, Account


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store()
    yield store
    store.close()


@pytest.fixture
def account(store: Store) -> Account:
    return Account(store)


@pytest.fixture
def other(store: Store) -> Callable[..., Account]:
    """Another account or region over the same store."""

    def make(account: str = ACCOUNT, region: str = REGION) -> Account:
        return Account(store, account, region)

    return make
