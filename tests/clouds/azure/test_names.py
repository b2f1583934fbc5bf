from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.clouds.azure import names
from lepton_infra.clouds.azure.network.address_plan import address_plan, pool_subnet
from tests.clouds.azure.stacks import SUBSCRIPTION

STACKS = st.from_regex(r"[a-z][a-z0-9-]{0,18}[a-z0-9]", fullmatch=True)
OTHER = "44444444-4444-4444-8444-444444444444"


@given(STACKS)
def test_names_keep_azures_rules_whatever_the_stack_is_called(stack: str) -> None:
    logical = f"{stack}-storage-store"

    assert re.fullmatch(r"[a-z0-9]{3,24}", names.storage_account(logical, SUBSCRIPTION))
    assert re.fullmatch(r"[a-z0-9]{5,50}", names.registry(logical, SUBSCRIPTION))
    vault = names.vault(logical, SUBSCRIPTION, 1)
    assert re.fullmatch(r"[a-z][a-z0-9-]{1,22}[a-z0-9]", vault)
    assert "--" not in vault


@given(STACKS, st.integers(0, 8), st.sampled_from(["Standard_A", "Standard_B"]))
def test_an_agent_pools_name_has_twelve_letters_and_digits(pool: str, index: int, size: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]{11}", names.agent_pool(pool, index, {"size": size}))


def test_names_are_the_same_again_and_differ_between_subscriptions_and_generations() -> None:
    for name in (names.storage_account, names.registry, names.role_assignment):
        assert name("a-store", SUBSCRIPTION) == name("a-store", SUBSCRIPTION) != name("a-store", OTHER)
    assert names.vault("a", SUBSCRIPTION, 1) != names.vault("a", SUBSCRIPTION, 2)


def test_stacks_that_begin_alike_get_different_names() -> None:
    long = "a-very-long-stack-name-that-is-cut"

    assert names.storage_account(f"{long}-1", SUBSCRIPTION) != names.storage_account(f"{long}-2", SUBSCRIPTION)


def test_pools_that_begin_alike_get_different_names() -> None:
    assert names.agent_pool("t4", 0, {}) != names.agent_pool("t4-large", 0, {})


def test_subnets_do_not_depend_on_zones_and_pools_not_on_one_another() -> None:
    plan = address_plan("10.17.0.0/16")

    assert (plan.system, plan.endpoints, plan.api) == ("10.17.0.0/19", "10.17.224.0/22", "10.17.228.0/22")
    assert plan.pools[0] == "10.17.32.0/19"
    assert 0 <= pool_subnet("t4", len(plan.pools)) < len(plan.pools)
