"""What Azure does not delete, and what goes with what it deletes."""

from collections.abc import Callable

import pytest

from lepton_infra.simulator.behaviour import CloudError
from lepton_infra.simulator.resource import Resource
from tests.kit import azure_tokens as tokens
from tests.kit.azure_subscription import GROUP, Subscription, account_inputs, pool_inputs, system_pool


def used_subnet(azure: Subscription) -> tuple[str, Resource]:
    azure.network()
    subnet = azure.subnet()
    azure.make(tokens.PRIVATE_ENDPOINT, privateEndpointName="e", resourceGroupName=GROUP, subnet={"id": subnet.id})
    return tokens.SUBNET, subnet


def network_of_a_cluster(azure: Subscription) -> tuple[str, Resource]:
    network = azure.network()
    services = {"serviceCidr": "10.96.0.0/16", "dnsServiceIP": "10.96.0.10"}
    azure.cluster(agentPoolProfiles=[system_pool(vnetSubnetID=azure.subnet().id)], networkProfile=services)
    return tokens.VIRTUAL_NETWORK, network


def used_firewall(azure: Subscription) -> tuple[str, Resource]:
    azure.network()
    made = azure.make(tokens.SECURITY_GROUP, networkSecurityGroupName="nodes", resourceGroupName=GROUP)
    azure.subnet(networkSecurityGroup={"id": made.id})
    return tokens.SECURITY_GROUP, made


def used_gateway(azure: Subscription) -> tuple[str, Resource]:
    azure.network()
    made = azure.make(tokens.NAT_GATEWAY, natGatewayName="out", resourceGroupName=GROUP)
    azure.subnet(natGateway={"id": made.id})
    return tokens.NAT_GATEWAY, made


def used_address(azure: Subscription) -> tuple[str, Resource]:
    made = azure.make(
        tokens.PUBLIC_IP,
        publicIpAddressName="out",
        resourceGroupName=GROUP,
        sku={"name": "Standard"},
        publicIPAllocationMethod="Static",
    )
    azure.make(tokens.NAT_GATEWAY, natGatewayName="out", resourceGroupName=GROUP, publicIpAddresses=[{"id": made.id}])
    return tokens.PUBLIC_IP, made


def linked_zone(azure: Subscription) -> tuple[str, Resource]:
    zone = azure.make(tokens.PRIVATE_ZONE, privateZoneName="a.example", resourceGroupName=GROUP, location="global")
    azure.make(
        tokens.VIRTUAL_NETWORK_LINK,
        virtualNetworkLinkName="net",
        privateZoneName="a.example",
        resourceGroupName=GROUP,
        location="global",
        virtualNetwork={"id": azure.network().id},
    )
    return tokens.PRIVATE_ZONE, zone


@pytest.mark.parametrize(
    ("arrange", "code"),
    [
        (used_subnet, "InUseSubnetCannotBeDeleted"),
        (network_of_a_cluster, "InUseSubnetCannotBeDeleted"),
        (used_firewall, "InUseNetworkSecurityGroupCannotBeDeleted"),
        (used_gateway, "InUseNatGatewayCannotBeDeleted"),
        (used_address, "PublicIPAddressCannotBeDeleted"),
        (linked_zone, "CannotDeleteResource"),
    ],
)
def test_what_is_in_use_stays(
    azure: Subscription, arrange: Callable[[Subscription], tuple[str, Resource]], code: str
) -> None:
    type, made = arrange(azure)

    with pytest.raises(CloudError, match=code):
        azure.delete(type, made)


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
