from __future__ import annotations

import pytest

from lepton_infra.clouds.azure.retention import RETENTION_DAYS, retention
from lepton_infra.testing.graph import Graph

APPEND_ONLY = ["test-network-logs-audit"]
LOGS = [*APPEND_ONLY, "test-network-logs-flow"]
ACCOUNTS = ["test-storage-store", "test-network-logs-audit", "test-network-logs-flow", "test-oversight-backup-store"]
VAULTS = [
    "test-storage-vault",
    "test-network-logs-vault",
    "test-registry-vault",
    "test-cluster-vault",
    "test-oversight-backup-vault",
]
LOCKED = [
    *ACCOUNTS,
    *VAULTS,
    "test-network-logs",
    "test-storage-access-log",
    "test-registry-images",
    "test-oversight-ai-events",
]


@pytest.mark.parametrize("name", ACCOUNTS)
def test_accounts_take_directory_identities_from_the_network_only(region: Graph, name: str) -> None:
    account = region[name]
    assert account["allowSharedKeyAccess"] is False
    assert account["allowBlobPublicAccess"] is False
    assert account["publicNetworkAccess"] == "Disabled"
    assert account["minimumTlsVersion"] == "TLS1_2"
    assert account["networkRuleSet.defaultAction"] == "Deny"
    assert account["sku.name"] == "Standard_ZRS"
    assert account["encryption.keySource"] == "Microsoft.Keyvault"
    assert account["encryption.requireInfrastructureEncryption"] is True
    assert region.of("azure-native:network:PrivateEndpoint")
    assert f"{name}-endpoint" in {found.name for found in region}


def test_only_the_audit_archive_cannot_be_changed(region: Graph) -> None:
    immutable = [
        found.name
        for found in region.of("azure-native:storage:StorageAccount")
        if "immutableStorageWithVersioning" in found.inputs
    ]
    assert sorted(immutable) == APPEND_ONLY


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_nobody_may_delete_a_version_of_the_archive_before_it_goes_by_itself(region: Graph, name: str) -> None:
    policy = region[name]["immutableStorageWithVersioning.immutabilityPolicy"]

    assert (policy["immutabilityPeriodSinceCreationInDays"], policy["state"]) == (365, "Unlocked")


@pytest.mark.parametrize("name", LOGS)
def test_versions_of_logs_live_as_long_as_logs(region: Graph, name: str) -> None:
    days = 365
    (rule,) = region[f"{name}-lifecycle"]["policy.rules"]

    assert region[f"{name}-blobs"]["isVersioningEnabled"] is True
    assert "deleteRetentionPolicy" not in region[f"{name}-blobs"].inputs
    assert rule["definition"]["actions"] == {
        "baseBlob": {"delete": {"daysAfterModificationGreaterThan": days}},
        "version": {"delete": {"daysAfterCreationGreaterThan": days}},
    }
    assert set(rule["definition"]["filters"]["blobTypes"]) == {"appendBlob", "blockBlob"}


def test_objects_are_recoverable_for_as_long_as_stated(region: Graph) -> None:
    blobs = region["test-storage-store-blobs"]
    assert blobs["isVersioningEnabled"] is True
    assert blobs["deleteRetentionPolicy"] == {"enabled": True, "days": 30}


@pytest.mark.parametrize("name", VAULTS)
def test_vaults_cannot_be_emptied(region: Graph, name: str) -> None:
    properties = region[name]["properties"]
    assert properties["enablePurgeProtection"] is True
    assert properties["enableRbacAuthorization"] is True
    assert properties["softDeleteRetentionInDays"] == 90
    assert properties["publicNetworkAccess"] == "Disabled"


def test_keys_rotate_by_themselves(region: Graph) -> None:
    keys = region.of("azure-native:keyvault:Key")
    assert len(keys) == 6
    for key in keys:
        (action,) = key["properties.rotationPolicy.lifetimeActions"]
        assert action == {"action": {"type": "rotate"}, "trigger": {"timeAfterCreate": "P90D"}}
        assert key["properties.kty"] == "RSA"


def test_what_holds_data_is_locked_until_teardown(region: Graph, torn_down: Graph) -> None:
    locks = {found.name: found for found in region.of("azure-native:authorization:ManagementLockByScope")}
    assert set(locks) == {f"{name}-lock" for name in LOCKED}
    assert all(lock["level"] == "CanNotDelete" for lock in locks.values())
    assert not torn_down.of("azure-native:authorization:ManagementLockByScope")


@pytest.mark.parametrize("name", ["test-storage", "test-storage-key-use", "test-storage-key-user", *LOCKED[:2]])
def test_data_and_what_it_takes_to_read_it_outlive_the_region(region: Graph, name: str) -> None:
    assert next(found for found in region if found.name == name and found.custom).retain_on_delete


@pytest.mark.parametrize(("days", "offered"), [(1, 30), (30, 30), (31, 60), (365, 365), (366, 550), (730, 730)])
def test_a_retention_is_never_undercut(days: int, offered: int) -> None:
    assert retention(days) == offered


def test_a_retention_that_is_not_on_offer_is_refused() -> None:
    with pytest.raises(ValueError, match="allowed: at most 730"):
        retention(RETENTION_DAYS[-1] + 1)
