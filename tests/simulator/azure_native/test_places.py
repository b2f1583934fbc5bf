"""Subscriptions, locations and zones."""

from collections.abc import Callable
from typing import Any

import pytest

from lepton_infra.simulator.store import Store
from tests.kit import azure_tokens as tokens
from tests.kit.azure_subscription import (
    GROUP,
    SUBSCRIPTION,
    TENANT,
    Subscription,
    cluster_inputs,
    pool_inputs,
    system_pool,
    vault_inputs,
)

ELSEWHERE = "33333333-3333-4333-8333-333333333333"


@pytest.mark.parametrize(
    ("config", "wrong"),
    [
        ({"subscriptionId": SUBSCRIPTION, "tenantId": TENANT, "location": "West Europe"}, []),
        ({"subscriptionId": "prod"}, ["subscriptionId"]),
        ({"tenantId": "contoso"}, ["tenantId"]),
        ({"location": "westeuorpe"}, ["location"]),
    ],
)
def test_a_provider_says_where_it_works(azure: Subscription, config: dict[str, Any], wrong: list[str]) -> None:
    assert [failure.path for failure in azure.cloud.check_config(config)] == wrong


def test_another_subscription_is_another_world(azure: Subscription, other: Callable[..., Subscription]) -> None:
    assert azure.scope.key != other(ELSEWHERE).scope.key
    assert azure.scope.key == other(location="northeurope").scope.key


@pytest.mark.parametrize(("location", "sound"), [("westeurope", True), ("West Europe", True), ("eastus", False)])
def test_a_resource_does_not_leak_out_of_the_location(azure: Subscription, location: str, sound: bool) -> None:
    failures = azure.check(tokens.IDENTITY, {"resourceGroupName": GROUP, "location": location})

    assert ([failure.path for failure in failures] == []) is sound


@pytest.mark.parametrize(("location", "sound"), [("global", True), ("Global", True), ("westeurope", False)])
def test_private_zones_are_global(azure: Subscription, location: str, sound: bool) -> None:
    inputs = {"privateZoneName": "a.example", "resourceGroupName": GROUP, "location": location}
    failures = azure.check(tokens.PRIVATE_ZONE, inputs)

    assert ([failure.path for failure in failures] == []) is sound


def test_a_location_comes_from_the_group_if_the_provider_has_none(store: Store) -> None:
    nowhere = Subscription(store, location=None)
    nowhere.group(location="northeurope")
    made = nowhere.identity()
    failures = nowhere.check(tokens.RESOURCE_GROUP, {"resourceGroupName": "more"})

    assert made.inputs["location"] == "northeurope"
    assert [failure.path for failure in failures] == ["location"]


@pytest.mark.parametrize(
    ("location", "zones", "wrong"),
    [
        ("westeurope", ["1", "3"], []),
        ("westeurope", ["4"], ["availabilityZones[0]"]),
        ("westeurope", ["westeurope-1"], ["availabilityZones[0]"]),
        ("westus", ["1"], ["availabilityZones[0]"]),
        ("westus", None, []),
    ],
)
def test_pools_are_in_zones_of_the_location(
    other: Callable[..., Subscription], location: str, zones: list[str] | None, wrong: list[str]
) -> None:
    failures = other(location=location).check(tokens.AGENT_POOL, pool_inputs(availabilityZones=zones))

    assert [failure.path for failure in failures] == wrong


def test_so_are_the_pools_of_a_new_cluster(azure: Subscription) -> None:
    pools = [system_pool(availabilityZones=["1", "9"])]
    failures = azure.check(tokens.CLUSTER, cluster_inputs(agentPoolProfiles=pools))

    assert [failure.path for failure in failures] == ["agentPoolProfiles[0].availabilityZones[1]"]


@pytest.mark.parametrize(("tenant", "wrong"), [(TENANT, []), (ELSEWHERE, ["properties.tenantId"])])
def test_a_vault_is_of_the_providers_tenant(azure: Subscription, tenant: str, wrong: list[str]) -> None:
    failures = azure.check(tokens.VAULT, vault_inputs(tenantId=tenant))

    assert [failure.path for failure in failures] == wrong
