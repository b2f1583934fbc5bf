"""Resource ids, names that the provider makes up, and outputs that others use."""

import base64
import re
from typing import Any

import pytest
import yaml

from lepton_infra.simulator import sdk
from lepton_infra.simulator.azure_native.catalogue import TYPES
from lepton_infra.simulator.behaviour import CloudError
from tests.kit import azure_tokens as tokens
from tests.kit.azure_subscription import GROUP, SUBSCRIPTION, TENANT, Subscription, account_inputs, cluster_inputs

IN_GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
USER = "azure-native:containerservice:listManagedClusterUserCredentials"
ADMIN = "azure-native:containerservice:listManagedClusterAdminCredentials"


def test_every_record_is_of_a_type_of_the_sdk() -> None:
    unknown = {type.token for type in TYPES} - set(sdk.tokens("azure-native"))

    assert unknown == set()


def test_ids_are_paths_through_group_and_parents(azure: Subscription) -> None:
    network = azure.network()
    subnet = azure.subnet()

    assert network.id == f"{IN_GROUP}/providers/Microsoft.Network/virtualNetworks/net"
    assert subnet.id == f"{network.id}/subnets/nodes"


def test_what_extends_a_resource_is_named_after_it(azure: Subscription) -> None:
    network = azure.network()
    lock = azure.make(tokens.LOCK, lockName="keep", level="CanNotDelete", scope=network.id)

    assert lock.id == f"{network.id}/providers/Microsoft.Authorization/locks/keep"


@pytest.mark.parametrize(
    ("type", "inputs", "property", "pattern"),
    [
        (tokens.RESOURCE_GROUP, {}, "resourceGroupName", r"it[0-9a-f]{8}"),
        (tokens.VIRTUAL_NETWORK, {"resourceGroupName": GROUP}, "virtualNetworkName", r"it[0-9a-f]{8}"),
        (tokens.SUBNET, {"resourceGroupName": GROUP, "virtualNetworkName": "net"}, "subnetName", "it"),
        (
            tokens.ROLE_ASSIGNMENT,
            {"scope": IN_GROUP, "principalId": TENANT, "roleDefinitionId": "x"},
            "roleAssignmentName",
            r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        ),
    ],
)
def test_the_provider_makes_names_up(
    azure: Subscription, type: str, inputs: dict[str, Any], property: str, pattern: str
) -> None:
    checked = azure.cloud.check(azure.scope, azure.urn(type, "it"), type, {}, inputs)

    assert re.fullmatch(pattern, checked.inputs[property])


@pytest.mark.parametrize(("logical", "sound"), [("models", True), ("our-models", False), ("models" * 4, False)])
def test_a_made_up_name_that_breaks_the_rules_is_refused(azure: Subscription, logical: str, sound: bool) -> None:
    failures = azure.check(tokens.STORAGE_ACCOUNT, account_inputs(name=None), logical)

    assert ([failure.path for failure in failures] == []) is sound


def test_an_identity_has_a_principal_that_stays(azure: Subscription) -> None:
    made = azure.identity()
    changed = azure.update(tokens.IDENTITY, made, "person", tags={"a": "b"})

    assert made.state["tenantId"] == TENANT
    assert made.state["principalId"] != made.state["clientId"]
    assert changed.state["principalId"] == made.state["principalId"]


def test_a_resource_reports_the_principals_of_its_identities(azure: Subscription) -> None:
    person = azure.identity()
    used = {"type": "UserAssigned", "userAssignedIdentities": [person.id]}
    account = azure.make(tokens.STORAGE_ACCOUNT, **account_inputs(identity=used))

    assert account.state["identity"]["userAssignedIdentities"][person.id] == {
        "clientId": person.state["clientId"],
        "principalId": person.state["principalId"],
    }


def test_addresses_of_services_hang_on_names(azure: Subscription) -> None:
    vault = azure.vault()
    key = azure.key(vault)
    account = azure.make(tokens.STORAGE_ACCOUNT, **account_inputs())
    registry = azure.make(tokens.REGISTRY, registryName="OurImages", resourceGroupName=GROUP, sku={"name": "Premium"})

    assert vault.state["properties"]["vaultUri"] == "https://keys-of-region.vault.azure.net/"
    assert key.state["keyUri"] == "https://keys-of-region.vault.azure.net/keys/main"
    assert key.state["keyUriWithVersion"].startswith(f"{key.state['keyUri']}/")
    assert account.state["primaryEndpoints"]["blob"] == "https://models0001.blob.core.windows.net/"
    assert registry.state["loginServer"] == "ourimages.azurecr.io"


def test_a_cluster_reports_its_addresses_issuer_and_node_group(azure: Subscription) -> None:
    private = {"enablePrivateCluster": True, "enablePrivateClusterPublicFQDN": False}
    made = azure.cluster(oidcIssuerProfile={"enabled": True}, apiServerAccessProfile=private)

    assert made.state["nodeResourceGroup"] == f"MC_{GROUP}_main_westeurope"
    assert made.state["oidcIssuerProfile"]["issuerURL"].startswith(
        f"https://westeurope.oic.prod-aks.azure.com/{TENANT}/"
    )
    assert made.state["fqdn"] == ""
    assert made.state["privateFQDN"].endswith(".privatelink.westeurope.azmk8s.io")


def test_kubeconfigs_lead_to_the_cluster(azure: Subscription) -> None:
    made = azure.cluster()
    where = {"resourceGroupName": GROUP, "resourceName": "main"}
    encoded = azure.cloud.invoke(azure.scope, USER, where)["kubeconfigs"][0]["value"]
    server = yaml.safe_load(base64.b64decode(encoded))["clusters"][0]["cluster"]["server"]

    assert server == f"https://{made.state['fqdn']}:443"


def test_there_is_no_static_credential_without_local_accounts(azure: Subscription) -> None:
    azure.make(tokens.CLUSTER, **cluster_inputs(disableLocalAccounts=True, aadProfile={"managed": True}))
    where = {"resourceGroupName": GROUP, "resourceName": "main"}

    with pytest.raises(CloudError, match="disable local accounts"):
        azure.cloud.invoke(azure.scope, ADMIN, where)


def test_who_is_asking(azure: Subscription) -> None:
    answer = azure.cloud.invoke(azure.scope, "azure-native:authorization:getClientConfig", {})

    assert (answer["subscriptionId"], answer["tenantId"]) == (SUBSCRIPTION, TENANT)
