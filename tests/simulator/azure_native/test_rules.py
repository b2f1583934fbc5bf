"""What must stand around a resource: parents, references, names and addresses."""

from collections.abc import Callable
from typing import Any

import pytest

from lepton_infra.simulator.azure_native.rights import Role
from lepton_infra.simulator.behaviour import CloudError
from tests.kit import azure_tokens as tokens
from tests.kit.azure_subscription import (
    GROUP,
    SUBSCRIPTION,
    TENANT,
    Subscription,
    account_inputs,
    role_definition,
    vault_inputs,
)

ELSEWHERE = "33333333-3333-4333-8333-333333333333"
IN_GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers"


def test_a_group_must_be_there(azure: Subscription) -> None:
    with pytest.raises(CloudError, match="ResourceGroupNotFound: Resource group 'nowhere'"):
        azure.make(tokens.IDENTITY, resourceName="person", resourceGroupName="nowhere")


def test_so_must_every_parent(azure: Subscription) -> None:
    with pytest.raises(CloudError, match=r"ParentResourceNotFound: .*virtualNetworks/net"):
        azure.subnet()


def test_what_a_resource_names_must_be_there_in_any_case(azure: Subscription) -> None:
    azure.network()
    group = azure.make(tokens.SECURITY_GROUP, networkSecurityGroupName="nodes", resourceGroupName=GROUP)
    made = azure.subnet(networkSecurityGroup={"id": group.id.upper().replace("/SUBSCRIPTIONS", "/subscriptions")})

    assert made.id
    with pytest.raises(CloudError, match="InvalidResourceReference"):
        azure.subnet("more", "10.0.1.0/24", networkSecurityGroup={"id": f"{group.id}s"})


def test_subnets_given_inline_can_be_named(azure: Subscription) -> None:
    network = azure.network(subnets=[{"name": "ends", "addressPrefix": "10.0.9.0/24"}])
    made = azure.make(
        tokens.PRIVATE_ENDPOINT,
        privateEndpointName="blob",
        resourceGroupName=GROUP,
        subnet={"id": f"{network.id}/subnets/ends"},
    )

    assert made.state["networkInterfaces"][0]["id"].startswith(f"{IN_GROUP}/Microsoft.Network/networkInterfaces/")


def test_a_reference_into_another_subscription_is_known_before(azure: Subscription) -> None:
    there = f"/subscriptions/{ELSEWHERE}/resourceGroups/x/providers/Microsoft.Network/natGateways/x"
    inputs = {
        "virtualNetworkName": "net",
        "resourceGroupName": GROUP,
        "addressPrefix": "10.0.0.0/24",
        "natGateway": {"id": there},
    }
    failures = azure.check(tokens.SUBNET, inputs)

    assert [failure.path for failure in failures] == ["natGateway.id"]


def test_a_network_and_its_gateway_are_in_one_location(azure: Subscription, other: Callable[..., Subscription]) -> None:
    azure.network()
    gateways = [
        place.make(tokens.NAT_GATEWAY, natGatewayName=name, resourceGroupName=GROUP, sku={"name": "Standard"})
        for name, place in (("here", azure), ("there", other(location="northeurope")))
    ]
    made = azure.subnet(natGateway={"id": gateways[0].id})

    assert made.id
    with pytest.raises(CloudError, match="is in northeurope; it must be in westeurope"):
        azure.subnet("more", "10.0.1.0/24", natGateway={"id": gateways[1].id})


@pytest.mark.parametrize(("role", "sound"), [(Role.CRYPTO_USER, True), ("Owner", False)])
def test_a_role_is_named_by_its_uuid(azure: Subscription, role: str, sound: bool) -> None:
    network = azure.network()
    inputs = {"principalId": TENANT, "roleDefinitionId": role_definition(role), "scope": network.id}
    refusal = None
    try:
        azure.make(tokens.ROLE_ASSIGNMENT, **inputs)
    except CloudError as error:
        refusal = error.code

    assert refusal == (None if sound else "RoleDefinitionDoesNotExist")


def test_a_right_is_given_once(azure: Subscription) -> None:
    person, network = azure.identity(), azure.network()
    azure.grant(person, Role.CRYPTO_USER, network)
    azure.grant(person, Role.CRYPTO_OFFICER, network, "more")

    with pytest.raises(CloudError, match="RoleAssignmentExists"):
        azure.grant(person, Role.CRYPTO_USER, network, "again")


def test_the_name_of_a_right_is_its_own(azure: Subscription) -> None:
    person, network = azure.identity(), azure.network()
    inputs = {"roleAssignmentName": ELSEWHERE, "principalId": person.state["principalId"]}
    first = azure.make(
        tokens.ROLE_ASSIGNMENT, roleDefinitionId=role_definition(Role.CRYPTO_USER), scope=network.id, **inputs
    )

    assert first.id.endswith(ELSEWHERE)
    with pytest.raises(CloudError, match="RoleAssignmentUpdateNotPermitted"):
        azure.make(
            tokens.ROLE_ASSIGNMENT,
            "more",
            roleDefinitionId=role_definition(Role.CRYPTO_OFFICER),
            scope=person.id,
            **inputs,
        )


def test_what_is_there_is_not_made_again(azure: Subscription) -> None:
    azure.identity()

    with pytest.raises(CloudError, match="cannot create already existing resource"):
        azure.make(tokens.IDENTITY, "twin", resourceName="Person", resourceGroupName=GROUP)


WORLDWIDE: list[tuple[str, dict[str, Any], str]] = [
    (tokens.STORAGE_ACCOUNT, account_inputs(), "StorageAccountAlreadyTaken"),
    (tokens.VAULT, vault_inputs(), "VaultAlreadyExists"),
    (
        tokens.REGISTRY,
        {"registryName": "images", "resourceGroupName": GROUP, "sku": {"name": "Premium"}},
        "AlreadyInUse",
    ),
]


@pytest.mark.parametrize(("type", "inputs", "code"), WORLDWIDE)
def test_some_names_are_unique_in_the_world(
    azure: Subscription, other: Callable[..., Subscription], type: str, inputs: dict[str, Any], code: str
) -> None:
    azure.make(type, **inputs)
    elsewhere = other(ELSEWHERE)
    elsewhere.group()

    with pytest.raises(CloudError, match=code):
        elsewhere.make(type, **inputs)


def test_other_names_are_not(azure: Subscription, other: Callable[..., Subscription]) -> None:
    elsewhere = other(ELSEWHERE)
    elsewhere.group()

    assert azure.identity().id != elsewhere.identity().id


def test_a_deleted_vault_keeps_its_name_until_it_is_recovered(azure: Subscription) -> None:
    vault = azure.vault()
    azure.delete(tokens.VAULT, vault, "keys-of-region")
    with pytest.raises(CloudError, match="ConflictError: A vault with the same name"):
        azure.vault()
    recovered = azure.vault(createMode="recover")

    assert recovered.id == vault.id


def test_a_vault_is_recovered_where_it_was(azure: Subscription, other: Callable[..., Subscription]) -> None:
    azure.delete(tokens.VAULT, azure.vault(), "keys-of-region")
    elsewhere = other(ELSEWHERE)
    elsewhere.group()

    with pytest.raises(CloudError, match="VaultNotFound: The deleted vault"):
        elsewhere.vault(createMode="recover")
    with pytest.raises(CloudError, match="VaultNotFound: There is no deleted vault"):
        azure.vault("another", createMode="recover")


def test_a_deleted_key_keeps_its_name(azure: Subscription) -> None:
    vault = azure.vault()
    key = azure.key(vault)
    azure.delete(tokens.KEY, key, "main")

    assert azure.key(vault, "more").id
    with pytest.raises(CloudError, match="deleted but recoverable state"):
        azure.key(vault)


def test_a_subnet_lies_in_its_network_and_apart(azure: Subscription) -> None:
    azure.network(subnets=[{"name": "inline", "addressPrefix": "10.0.8.0/24"}])
    azure.subnet("a", "10.0.0.0/24")

    with pytest.raises(CloudError, match="NetcfgSubnetRangeOutsideVnet"):
        azure.subnet("b", "10.1.0.0/24")
    with pytest.raises(CloudError, match="NetcfgSubnetRangesOverlap"):
        azure.subnet("b", "10.0.0.128/25")
    with pytest.raises(CloudError, match="NetcfgSubnetRangesOverlap"):
        azure.subnet("b", "10.0.8.0/23")


def test_so_do_subnets_given_inline(azure: Subscription) -> None:
    parts = [{"name": "a", "addressPrefix": "10.0.0.0/24"}, {"name": "b", "addressPrefix": "10.0.0.0/25"}]

    with pytest.raises(CloudError, match="NetcfgSubnetRangesOverlap"):
        azure.network(subnets=parts)
    with pytest.raises(CloudError, match="NetcfgSubnetRangeOutsideVnet"):
        azure.network(subnets=[{"name": "a", "addressPrefix": "10.9.0.0/24"}])


def test_a_network_does_not_shrink_away_from_its_subnets(azure: Subscription) -> None:
    network = azure.network()
    azure.subnet("a", "10.0.4.0/24")
    wider = azure.update(tokens.VIRTUAL_NETWORK, network, "net", addressSpace={"addressPrefixes": ["10.0.0.0/15"]})

    assert wider.state["addressSpace"] == {"addressPrefixes": ["10.0.0.0/15"]}
    with pytest.raises(CloudError, match="NetcfgSubnetRangeOutsideVnet"):
        azure.update(tokens.VIRTUAL_NETWORK, network, "net", addressSpace={"addressPrefixes": ["10.0.0.0/22"]})


def test_a_network_is_linked_to_one_zone_of_a_name(azure: Subscription) -> None:
    network = azure.network()
    azure.group("more")
    for group in (GROUP, "more"):
        azure.make(tokens.PRIVATE_ZONE, group, privateZoneName="a.example", resourceGroupName=group, location="global")
    link = {
        "privateZoneName": "a.example",
        "virtualNetworkLinkName": "net",
        "location": "global",
        "registrationEnabled": False,
        "virtualNetwork": {"id": network.id},
    }
    azure.make(tokens.VIRTUAL_NETWORK_LINK, "one", resourceGroupName=GROUP, **link)

    with pytest.raises(CloudError, match="overlapping namespaces"):
        azure.make(tokens.VIRTUAL_NETWORK_LINK, "two", resourceGroupName="more", **link)
