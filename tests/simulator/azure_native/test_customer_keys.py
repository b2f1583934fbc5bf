"""Keys of customers: there, protected from vanishing, and usable by who needs them."""

from typing import Any

import pytest

from lepton_infra.simulator.azure_native.rights import Role
from lepton_infra.simulator.behaviour import CloudError
from lepton_infra.simulator.resource import Resource
from tests.kit import azure_tokens as tokens
from tests.kit.azure_subscription import GROUP, TENANT, Subscription, account_inputs, vault_inputs


def account(person: Resource, key_name: str = "main", vault: str = "keys-of-region") -> dict[str, Any]:
    return account_inputs(
        identity={"type": "UserAssigned", "userAssignedIdentities": [person.id]},
        encryption={
            "keySource": "Microsoft.Keyvault",
            "keyVaultProperties": {"keyName": key_name, "keyVaultUri": f"https://{vault}.vault.azure.net/"},
            "encryptionIdentity": {"encryptionUserAssignedIdentity": person.id},
        },
    )


def disks(person: Resource, key: Resource) -> dict[str, Any]:
    return {
        "diskEncryptionSetName": "disks",
        "resourceGroupName": GROUP,
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [person.id]},
        "activeKey": {"keyUrl": key.state["keyUriWithVersion"]},
    }


def registry(person: Resource, key: Resource) -> dict[str, Any]:
    return {
        "registryName": "images",
        "resourceGroupName": GROUP,
        "sku": {"name": "Premium"},
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {person.id: {}}},
        "encryption": {
            "status": "enabled",
            "keyVaultProperties": {"keyIdentifier": key.state["keyUri"], "identity": person.state["clientId"]},
        },
    }


def every(person: Resource, key: Resource) -> dict[str, tuple[str, dict[str, Any]]]:
    return {
        "account": (tokens.STORAGE_ACCOUNT, account(person)),
        "disks": (tokens.DISK_ENCRYPTION_SET, disks(person, key)),
        "registry": (tokens.REGISTRY, registry(person, key)),
    }


USERS = ("account", "disks", "registry")


@pytest.mark.parametrize("user", USERS)
def test_who_may_use_a_protected_key_does(azure: Subscription, user: str) -> None:
    person, key = azure.identity(), azure.key(azure.vault())
    azure.grant(person, Role.CRYPTO_SERVICE_USER, key)
    type, inputs = every(person, key)[user]

    assert azure.make(type, **inputs).id


@pytest.mark.parametrize("user", USERS)
def test_key_role_without_wrap_and_unwrap_is_refused(azure: Subscription, user: str) -> None:
    person, key = azure.identity(), azure.key(azure.vault())
    azure.grant(person, Role.IDENTITY_OPERATOR, key)
    type, inputs = every(person, key)[user]

    with pytest.raises(CloudError, match="may not wrap and unwrap"):
        azure.make(type, **inputs)


@pytest.mark.parametrize("user", USERS)
def test_a_key_that_can_be_purged_is_refused(azure: Subscription, user: str) -> None:
    person, vault = azure.identity(), azure.vault(enablePurgeProtection=None)
    key = azure.key(vault)
    azure.grant(person, Role.CRYPTO_SERVICE_USER, vault)
    type, inputs = every(person, key)[user]

    with pytest.raises(CloudError, match="enable purge protection"):
        azure.make(type, **inputs)


def test_policies_count_where_the_vault_goes_by_them(azure: Subscription) -> None:
    person = azure.identity()
    policy = {
        "tenantId": TENANT,
        "objectId": person.state["principalId"],
        "permissions": {"keys": ["get", "wrapKey", "unwrapKey"]},
    }
    key = azure.key(azure.vault(enableRbacAuthorization=False, accessPolicies=[policy]))

    assert azure.make(tokens.DISK_ENCRYPTION_SET, **disks(person, key)).id


def test_a_key_must_be_there(azure: Subscription) -> None:
    person, key = azure.identity(), azure.key(azure.vault())
    azure.grant(person, Role.CRYPTO_SERVICE_USER, key)
    with pytest.raises(CloudError, match="KeyVaultKeyNotFound"):
        azure.make(tokens.STORAGE_ACCOUNT, **account(person, "other"))
    azure.delete(tokens.KEY, key, "main")

    with pytest.raises(CloudError, match="KeyNotFound"):
        azure.make(tokens.DISK_ENCRYPTION_SET, **disks(person, key))


def test_disks_take_no_other_kind_of_key(azure: Subscription) -> None:
    person, key = azure.identity(), azure.key(azure.vault(), kty="EC")
    azure.grant(person, Role.CRYPTO_SERVICE_USER, key)

    with pytest.raises(CloudError, match="RSA keys, not with EC"):
        azure.make(tokens.DISK_ENCRYPTION_SET, **disks(person, key))


def test_an_account_reaches_its_key_as_an_identity_of_its_own(azure: Subscription) -> None:
    person, stranger = azure.identity(), azure.identity("stranger")
    inputs = account(person)
    without = {**inputs, "encryption": {**inputs["encryption"], "encryptionIdentity": None}}
    other = {"encryptionIdentity": {"encryptionUserAssignedIdentity": stranger.id}}
    path = "encryption.encryptionIdentity.encryptionUserAssignedIdentity"
    found = [
        [failure.path for failure in azure.check(tokens.STORAGE_ACCOUNT, given)]
        for given in (inputs, without, {**inputs, "encryption": {**inputs["encryption"], **other}})
    ]

    assert found == [[], [path], [path]]


@pytest.mark.parametrize(
    ("properties", "wrong"),
    [
        ({}, []),
        ({"enablePurgeProtection": False}, ["properties.enablePurgeProtection"]),
        ({"enableSoftDelete": False}, ["properties.enableSoftDelete"]),
        ({"enableRbacAuthorization": None}, ["properties.accessPolicies"]),
        ({"enableRbacAuthorization": None, "accessPolicies": []}, []),
        ({"enableRbacAuthorization": None, "createMode": "recover"}, []),
    ],
)
def test_vaults_are_not_opened_again(azure: Subscription, properties: dict[str, Any], wrong: list[str]) -> None:
    failures = azure.check(tokens.VAULT, vault_inputs(**properties))

    assert [failure.path for failure in failures] == wrong


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, []),
        ({"zoneRedundancy": "Enabled"}, ["zoneRedundancy"]),
        ({"publicNetworkAccess": "Disabled"}, ["publicNetworkAccess"]),
        ({"zoneRedundancy": "Enabled", "sku": {"name": "Premium"}}, []),
    ],
)
def test_some_of_a_registry_is_premium(azure: Subscription, changes: dict[str, Any], wrong: list[str]) -> None:
    inputs = {"registryName": "images", "resourceGroupName": GROUP, "sku": {"name": "Standard"}, **changes}

    assert [failure.path for failure in azure.check(tokens.REGISTRY, inputs)] == wrong
