"""What Azure does not delete, and what goes with what it deletes."""

import pytest

from lepton_infra.simulator.behaviour import CloudError
from lepton_infra.simulator.resource import Resource
from tests.kit import azure_tokens as tokens
from tests.kit.azure_subscription import GROUP, Subscription, account_inputs, pool_inputs, system_pool


def test_a_network_stays_while_a_cluster_uses_its_subnet(azure: Subscription) -> None:
    network = azure.network()
    services = {"serviceCidr": "10.96.0.0/16", "dnsServiceIP": "10.96.0.10"}
    azure.cluster(agentPoolProfiles=[system_pool(vnetSubnetID=azure.subnet().id)], networkProfile=services)

    with pytest.raises(CloudError, match="InUseSubnetCannotBeDeleted"):
        azure.delete(tokens.VIRTUAL_NETWORK, network)


def test_a_zone_stays_while_networks_are_linked(azure: Subscription) -> None:
    zone = azure.make(tokens.PRIVATE_ZONE, privateZoneName="a.example", resourceGroupName=GROUP, location="global")
    azure.make(
        tokens.VIRTUAL_NETWORK_LINK,
        virtualNetworkLinkName="net",
        privateZoneName="a.example",
        resourceGroupName=GROUP,
        location="global",
        virtualNetwork={"id": azure.network().id},
    )

    with pytest.raises(CloudError, match="CannotDeleteResource"):
        azure.delete(tokens.PRIVATE_ZONE, zone)


def test_what_is_not_in_use_goes_with_its_parts(azure: Subscription) -> None:
    network, subnet = azure.network(), azure.subnet()
    azure.delete(tokens.VIRTUAL_NETWORK, network, "net")

    assert azure.scope.find(tokens.SUBNET, subnet.id) is None


def test_a_group_goes_with_all_that_is_in_it(azure: Subscription) -> None:
    group = azure.group("more")
    azure.identity()
    inside = azure.make(tokens.IDENTITY, "inside", resourceName="inside", resourceGroupName="more")
    azure.delete(tokens.RESOURCE_GROUP, group, "more")

    assert azure.scope.find(tokens.IDENTITY, inside.id) is None
    assert [left.inputs["resourceName"] for left in azure.scope.all(tokens.IDENTITY)] == ["person"]


def test_a_group_stays_while_another_uses_what_is_in_it(azure: Subscription) -> None:
    more = azure.group("more")
    gateway = azure.make(tokens.NAT_GATEWAY, natGatewayName="out", resourceGroupName="more")
    azure.network()
    azure.subnet(natGateway={"id": gateway.id})

    with pytest.raises(CloudError, match="InUseNatGatewayCannotBeDeleted"):
        azure.delete(tokens.RESOURCE_GROUP, more, "more")


def test_a_cluster_goes_with_its_pools(azure: Subscription) -> None:
    cluster = azure.cluster()
    pool = azure.make(tokens.AGENT_POOL, **pool_inputs())
    azure.delete(tokens.CLUSTER, cluster, "main")

    assert azure.scope.find(tokens.AGENT_POOL, pool.id) is None


def test_the_last_system_pool_stays(azure: Subscription) -> None:
    cluster = azure.cluster()
    pool = azure.make(tokens.AGENT_POOL, **pool_inputs(agentPoolName="sys2", mode="System"))
    azure.update(tokens.CLUSTER, cluster, "main", agentPoolProfiles=[])
    with pytest.raises(CloudError, match="at least one system agent pool"):
        azure.delete(tokens.AGENT_POOL, pool)
    azure.make(tokens.AGENT_POOL, "more", **pool_inputs(agentPoolName="sys3", mode="System"))
    azure.delete(tokens.AGENT_POOL, pool)

    assert azure.scope.find(tokens.AGENT_POOL, pool.id) is None


def test_a_lock_holds_what_it_is_on_and_what_that_is_in(azure: Subscription) -> None:
    account = azure.make(tokens.STORAGE_ACCOUNT, **account_inputs())
    group = next(iter(azure.scope.all(tokens.RESOURCE_GROUP)))
    lock = azure.make(tokens.LOCK, lockName="keep", level="CanNotDelete", scope=account.id)
    with pytest.raises(CloudError, match="ScopeLocked"):
        azure.delete(tokens.STORAGE_ACCOUNT, account)
    with pytest.raises(CloudError, match="ScopeLocked"):
        azure.delete(tokens.RESOURCE_GROUP, Resource(id=group.id, inputs={}, state={}), GROUP)
    changed = azure.update(tokens.STORAGE_ACCOUNT, account, tags={"a": "b"})
    azure.delete(tokens.LOCK, lock)
    azure.delete(tokens.STORAGE_ACCOUNT, changed)

    assert azure.scope.find(tokens.STORAGE_ACCOUNT, account.id) is None


def test_a_lock_on_a_group_holds_its_contents(azure: Subscription) -> None:
    person = azure.identity()
    azure.make(tokens.GROUP_LOCK, lockName="keep", level="CanNotDelete", resourceGroupName=GROUP)

    with pytest.raises(CloudError, match="ScopeLocked"):
        azure.delete(tokens.IDENTITY, person, "person")


def test_nothing_is_made_or_changed_where_a_lock_says_read_only(azure: Subscription) -> None:
    person = azure.identity()
    azure.make(tokens.GROUP_LOCK, lockName="freeze", level="ReadOnly", resourceGroupName=GROUP)

    with pytest.raises(CloudError, match="cannot perform write"):
        azure.update(tokens.IDENTITY, person, "person", tags={"a": "b"})
    with pytest.raises(CloudError, match="cannot perform write"):
        azure.identity("more")
