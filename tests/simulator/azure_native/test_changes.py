"""Which changes replace a resource, which Azure refuses, and which it makes in place; and where machines are short."""

from typing import Any

import pytest

from lepton_infra.simulator import schema
from lepton_infra.simulator.azure_native.catalogue import TYPES
from lepton_infra.simulator.azure_native.changes import IMMUTABLE
from lepton_infra.simulator.behaviour import Call, CloudError
from tests.kit import azure_tokens as tokens
from tests.kit.azure_subscription import GROUP, Subscription, account_inputs, cluster_inputs, pool_inputs, system_pool

OVERLAY = {"networkPlugin": "azure", "networkPluginMode": "overlay"}


def test_what_replaces_is_an_input_of_the_type() -> None:
    unknown = {
        (type, path)
        for type, paths in IMMUTABLE.items()
        for path in paths
        if type != "*" and path.partition(".")[0] not in (schema.inputs_of(type) or {})
    }

    assert unknown == set()


@pytest.mark.parametrize(
    ("type", "before", "after", "replaces"),
    [
        (tokens.RESOURCE_GROUP, {"resourceGroupName": "a", "location": "westeurope"}, {"location": "eastus"}, True),
        (tokens.IDENTITY, {"resourceName": "a", "resourceGroupName": GROUP}, {"resourceName": "b"}, True),
        (tokens.IDENTITY, {"resourceName": "a", "resourceGroupName": GROUP}, {"resourceGroupName": "b"}, True),
        (tokens.IDENTITY, {"resourceName": "a", "resourceGroupName": GROUP}, {"tags": {"a": "b"}}, False),
        (tokens.AGENT_POOL, pool_inputs(), {"vmSize": "Standard_ND96isr_H100_v5"}, True),
        (tokens.AGENT_POOL, pool_inputs(), {"count": 4}, False),
        (tokens.CLUSTER, cluster_inputs(networkProfile=OVERLAY), {"networkProfile": {"networkPlugin": "none"}}, True),
        (tokens.CLUSTER, cluster_inputs(), {"kubernetesVersion": "1.34"}, False),
        (tokens.CLUSTER, cluster_inputs(), {"nodeResourceGroup": "nodes"}, True),
        (tokens.STORAGE_ACCOUNT, account_inputs(), {"accountName": "models0002"}, True),
        (tokens.STORAGE_ACCOUNT, account_inputs(), {"accessTier": "Cool"}, False),
    ],
)
def test_changes_replace_or_not(
    azure: Subscription, type: str, before: dict[str, Any], after: dict[str, Any], replaces: bool
) -> None:
    diff = azure.cloud.diff(azure.scope, azure.urn(type, "it"), type, before, {**before, **after})

    assert any(change.replaces for change in diff.changes) is replaces


@pytest.mark.parametrize(
    ("changes", "sound"),
    [
        ({"availabilityZones": ["3"]}, False),
        ({"gpuProfile": {"driver": "Install"}}, False),
        ({"osDiskType": "Managed"}, False),
        ({"nodeTaints": ["a=b:NoSchedule"]}, True),
        ({"count": 2}, True),
    ],
)
def test_aks_refuses_changes_of_what_a_pool_was_made_of(
    azure: Subscription, changes: dict[str, Any], sound: bool
) -> None:
    azure.cluster()
    made = azure.make(tokens.AGENT_POOL, **pool_inputs(gpuProfile={"driver": "None"}, osDiskType="Ephemeral"))
    refusal = None
    try:
        azure.update(tokens.AGENT_POOL, made, **changes)
    except CloudError as error:
        refusal = error.code

    assert refusal == (None if sound else "PropertyChangeNotAllowed")


def test_the_refusal_names_the_remedy(azure: Subscription) -> None:
    made = azure.make(tokens.STORAGE_ACCOUNT, **account_inputs())

    with pytest.raises(CloudError, match=r"AccountPropertyCannotBeUpdated: .* replace_on_changes"):
        azure.update(tokens.STORAGE_ACCOUNT, made, kind="BlockBlobStorage")


APPEND_ONLY = {"enabled": True, "immutabilityPolicy": {"state": "Unlocked"}}


def test_an_account_is_append_only_from_the_start_or_never(azure: Subscription) -> None:
    made = azure.make(tokens.STORAGE_ACCOUNT, **account_inputs())

    with pytest.raises(CloudError, match=r"AccountPropertyCannotBeUpdated: .*immutableStorageWithVersioning\.enabled"):
        azure.update(tokens.STORAGE_ACCOUNT, made, immutableStorageWithVersioning=APPEND_ONLY)


def test_an_append_only_account_takes_other_changes(azure: Subscription) -> None:
    made = azure.make(tokens.STORAGE_ACCOUNT, **account_inputs(immutableStorageWithVersioning=APPEND_ONLY))
    longer = {**APPEND_ONLY, "immutabilityPolicy": {"state": "Locked"}}
    changed = azure.update(tokens.STORAGE_ACCOUNT, made, immutableStorageWithVersioning=longer)

    assert changed.inputs["immutableStorageWithVersioning"] == longer


@pytest.mark.parametrize(
    ("type", "inputs", "pairs"),
    [
        (
            tokens.AGENT_POOL,
            pool_inputs(vmSize="Standard_NC4as_T4_v3"),
            [("Standard_NC4as_T4_v3", "1"), ("Standard_NC4as_T4_v3", "2")],
        ),
        (
            tokens.AGENT_POOL,
            pool_inputs(vmSize="Standard_NC4as_T4_v3", availabilityZones=None),
            [("Standard_NC4as_T4_v3", "westeurope")],
        ),
        (tokens.AGENT_POOL, pool_inputs(count=0), []),
        (
            tokens.CLUSTER,
            cluster_inputs(agentPoolProfiles=[system_pool(availabilityZones=["3"])]),
            [("Standard_D4s_v5", "3")],
        ),
        (tokens.IDENTITY, {}, []),
    ],
)
def test_machines_are_asked_for_by_size_and_zone(
    azure: Subscription, type: str, inputs: dict[str, Any], pairs: list[tuple[str, str]]
) -> None:
    call = Call(scope=azure.scope, urn=azure.urn(type, "it"), type=type, inputs=inputs, seed="seed")

    assert TYPES.sku_zones(call) == pairs
