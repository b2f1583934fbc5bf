from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.clouds.gcp.facts.lifecycle import FOR_EVER
from lepton_infra.compliance.facts import Encryption, Facts, Immutability, Store, StoreKind
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource
from tests.compliance.gcp.graphs import made, read, waiting

KEY = made("kms/cryptoKey:CryptoKey", "key", id="projects/shop/locations/europe-west4/keyRings/r/cryptoKeys/key")
EXTERNAL = made(
    "kms/cryptoKey:CryptoKey", "held", id="held-key", versionTemplate={"protectionLevel": "EXTERNAL", "algorithm": "x"}
)


def store(*resources: Resource) -> Store:
    facts: Facts = read(*resources)
    (only,) = facts.stores
    return only


def bucket(**inputs: Any) -> Resource:
    return made("storage/bucket:Bucket", **inputs)


def expiring(**condition: Any) -> dict[str, Any]:
    return {"lifecycleRules": [{"action": {"type": "Delete"}, "condition": condition}]}


def value(store: Store, fact: str) -> object:
    seen = getattr(store, fact)
    assert seen is not None, f"{fact} does not arise"
    found: object = seen.value
    return found


ENFORCED = {"publicAccessPrevention": "enforced", "uniformBucketLevelAccess": True}
VERSIONED = {"versioning": {"enabled": True}}
NO_SOFT_DELETE = {"softDeletePolicy": {"retentionDurationSeconds": 0}}

BUCKETS: list[tuple[dict[str, Any], str, object, str]] = [
    ({}, "encryption", Encryption.PROVIDER, "encryption.defaultKmsKeyName"),
    (
        {"encryption": {"defaultKmsKeyName": KEY.id}},
        "encryption",
        Encryption.CUSTOMER,
        "encryption.defaultKmsKeyName",
    ),
    ({"encryption": {"defaultKmsKeyName": KEY.id}}, "key", KEY.urn, "encryption.defaultKmsKeyName"),
    (
        {"encryption": {"defaultKmsKeyName": EXTERNAL.id}},
        "encryption",
        Encryption.EXTERNAL,
        "encryption.defaultKmsKeyName",
    ),
    ({"encryption": {"defaultKmsKeyName": UNKNOWN}}, "encryption", UNKNOWN, "encryption.defaultKmsKeyName"),
    ({}, "public", True, "publicAccessPrevention"),
    ({"publicAccessPrevention": "inherited"}, "public", True, "publicAccessPrevention"),
    ({"publicAccessPrevention": "enforced"}, "public", True, "uniformBucketLevelAccess"),
    (ENFORCED, "public", False, "uniformBucketLevelAccess"),
    ({"publicAccessPrevention": UNKNOWN}, "public", UNKNOWN, "publicAccessPrevention"),
    ({}, "days", None, "lifecycleRules"),
    (expiring(age=30), "days", 30, "lifecycleRules"),
    (expiring(age=30, withState="LIVE"), "days", 30, "lifecycleRules"),
    (expiring(age=30, withState="ARCHIVED"), "days", None, "lifecycleRules"),
    (expiring(age=30, matchesPrefixes=["tmp/"]), "days", None, "lifecycleRules"),
    (expiring(age=UNKNOWN), "days", UNKNOWN, "lifecycleRules"),
    ({}, "hidden_days", 7, "softDeletePolicy.retentionDurationSeconds"),
    (NO_SOFT_DELETE, "hidden_days", 0, "softDeletePolicy.retentionDurationSeconds"),
    ({**VERSIONED, **NO_SOFT_DELETE}, "hidden_days", FOR_EVER, "lifecycleRules"),
    (
        {**VERSIONED, **NO_SOFT_DELETE, **expiring(daysSinceNoncurrentTime=30, withState="ARCHIVED")},
        "hidden_days",
        30,
        "lifecycleRules",
    ),
    ({**VERSIONED, **expiring(daysSinceNoncurrentTime=30)}, "hidden_days", 37, "lifecycleRules"),
    ({**VERSIONED, **expiring(numNewerVersions=3)}, "hidden_days", FOR_EVER, "lifecycleRules"),
    ({}, "immutable", Immutability.NONE, "enableObjectRetention"),
    ({"retentionPolicy": {"retentionPeriod": "1"}}, "immutable", Immutability.REVERSIBLE, "retentionPolicy.isLocked"),
    (
        {"retentionPolicy": {"retentionPeriod": "1", "isLocked": True}},
        "immutable",
        Immutability.IRREVERSIBLE,
        "retentionPolicy.isLocked",
    ),
    ({}, "erased_with_resource", False, "forceDestroy"),
    ({"forceDestroy": True}, "erased_with_resource", True, "forceDestroy"),
    ({}, "recoverable", True, "softDeletePolicy.retentionDurationSeconds"),
    (NO_SOFT_DELETE, "recoverable", False, "softDeletePolicy.retentionDurationSeconds"),
    (VERSIONED, "recoverable", True, "versioning.enabled"),
    ({}, "access_logged", False, "logging.logBucket"),
    ({"logging": {"logBucket": "logs"}}, "access_logged", True, "logging.logBucket"),
    ({"storageClass": "RAPID"}, "zone_redundant", False, "storageClass"),
    ({}, "zone_redundant", True, "storageClass"),
]


@pytest.mark.parametrize(("inputs", "fact", "expected", "path"), BUCKETS)
def test_a_bucket_says_what_google_would_do(inputs: dict[str, Any], fact: str, expected: object, path: str) -> None:
    found = store(bucket(**inputs), KEY, EXTERNAL)
    assert (value(found, fact), getattr(found, fact).path) == (expected, path)


@pytest.mark.parametrize(
    ("protect", "policy", "locked", "path"),
    [
        (True, "PREVENT", True, "deletionPolicy"),
        (True, "DELETE", False, "deletionPolicy"),
        (True, None, False, "deletionPolicy"),
        (False, "PREVENT", False, "protect"),
    ],
)
def test_a_lock_takes_both_hands(protect: bool, policy: str | None, locked: bool, path: str) -> None:
    found = store(made("storage/bucket:Bucket", protect=protect, deletionPolicy=policy)).locked
    assert found is not None
    assert (found.value, found.path) == (locked, path)


def test_in_a_preview_a_key_is_the_one_that_the_property_is_made_of() -> None:
    new = waiting(bucket(encryption={"defaultKmsKeyName": UNKNOWN}), encryption=KEY)
    found = store(new, KEY)
    assert (value(found, "encryption"), value(found, "key")) == (Encryption.CUSTOMER, KEY.urn)


def audit(**inputs: Any) -> Resource:
    return made("projects/iAMAuditConfig:IAMAuditConfig", "audit", **inputs)


READS_AND_WRITES = [{"logType": "DATA_READ"}, {"logType": "DATA_WRITE"}]


@pytest.mark.parametrize(
    ("inputs", "logged"),
    [
        ({"service": "storage.googleapis.com", "auditLogConfigs": READS_AND_WRITES}, True),
        ({"service": "allServices", "auditLogConfigs": READS_AND_WRITES}, True),
        ({"service": "storage.googleapis.com", "auditLogConfigs": READS_AND_WRITES[:1]}, False),
        ({"service": "container.googleapis.com", "auditLogConfigs": READS_AND_WRITES}, False),
        (
            {
                "service": "storage.googleapis.com",
                "auditLogConfigs": [*READS_AND_WRITES, {"logType": "DATA_READ", "exemptedMembers": ["user:a@b.c"]}],
            },
            False,
        ),
    ],
)
def test_access_is_logged_by_the_audit_log_of_data(inputs: dict[str, Any], logged: bool) -> None:
    assert value(store(bucket(), audit(**inputs)), "access_logged") is logged


LOGS: list[tuple[dict[str, Any], str, object]] = [
    ({}, "days", 30),
    ({"retentionDays": 0}, "days", 30),
    ({"retentionDays": 400}, "days", 400),
    ({}, "immutable", Immutability.NONE),
    ({"locked": True}, "immutable", Immutability.IRREVERSIBLE),
    ({}, "encryption", Encryption.PROVIDER),
    ({"cmekSettings": {"kmsKeyName": KEY.id}}, "encryption", Encryption.CUSTOMER),
]


@pytest.mark.parametrize(("inputs", "fact", "expected"), LOGS)
def test_a_log_bucket(inputs: dict[str, Any], fact: str, expected: object) -> None:
    found = store(made("logging/projectBucketConfig:ProjectBucketConfig", location="europe-west4", **inputs), KEY)
    assert found.kind is StoreKind.LOG
    assert value(found, fact) == expected


SCANNING = made("projects/service:Service", "scanning", service="containerscanning.googleapis.com")


@pytest.mark.parametrize(
    ("inputs", "others", "fact", "expected"),
    [
        ({}, [], "immutable_tags", False),
        ({"dockerConfig": {"immutableTags": True}}, [], "immutable_tags", True),
        ({}, [], "scanned", False),
        ({}, [SCANNING], "scanned", True),
        ({"vulnerabilityScanningConfig": {"enablementConfig": "DISABLED"}}, [SCANNING], "scanned", False),
        ({"kmsKeyName": KEY.id}, [KEY], "encryption", Encryption.CUSTOMER),
        ({}, [], "encryption", Encryption.PROVIDER),
    ],
)
def test_a_registry(inputs: dict[str, Any], others: list[Resource], fact: str, expected: object) -> None:
    found = store(made("artifactregistry/repository:Repository", **inputs), *others)
    assert value(found, fact) == expected


KEYED: list[tuple[str, StoreKind, dict[str, Any]]] = [
    ("compute/disk:Disk", StoreKind.DISK, {"diskEncryptionKey": {"kmsKeySelfLink": KEY.id}}),
    ("compute/regionDisk:RegionDisk", StoreKind.DISK, {"diskEncryptionKey": {"kmsKeyName": KEY.id}}),
    ("compute/instance:Instance", StoreKind.DISK, {"bootDisk": {"kmsKeySelfLink": KEY.id}}),
    ("compute/snapshot:Snapshot", StoreKind.BACKUP, {"snapshotEncryptionKey": {"kmsKeySelfLink": KEY.id}}),
    ("compute/image:Image", StoreKind.BACKUP, {"imageEncryptionKey": {"kmsKeySelfLink": KEY.id}}),
    (
        "secretmanager/secret:Secret",
        StoreKind.SECRETS,
        {"replication": {"auto": {"customerManagedEncryption": {"kmsKeyName": KEY.id}}}},
    ),
    (
        "secretmanager/regionalSecret:RegionalSecret",
        StoreKind.SECRETS,
        {"customerManagedEncryption": {"kmsKeyName": KEY.id}},
    ),
    ("pubsub/topic:Topic", StoreKind.QUEUE, {"kmsKeyName": KEY.id}),
    ("sql/databaseInstance:DatabaseInstance", StoreKind.DATABASE, {"encryptionKeyName": KEY.id}),
    ("spanner/database:Database", StoreKind.DATABASE, {"encryptionConfig": {"kmsKeyName": KEY.id}}),
    ("firestore/database:Database", StoreKind.DATABASE, {"cmekConfig": {"kmsKeyName": KEY.id}}),
    ("bigquery/dataset:Dataset", StoreKind.DATABASE, {"defaultEncryptionConfiguration": {"kmsKeyName": KEY.id}}),
    ("bigtable/instance:Instance", StoreKind.DATABASE, {"clusters": [{"kmsKeyName": KEY.id}]}),
    ("filestore/instance:Instance", StoreKind.DISK, {"kmsKeyName": KEY.id}),
    ("alloydb/cluster:Cluster", StoreKind.DATABASE, {"encryptionConfig": {"kmsKeyName": KEY.id}}),
    ("redis/instance:Instance", StoreKind.DATABASE, {"customerManagedKey": KEY.id}),
    ("backupdisasterrecovery/backupVault:BackupVault", StoreKind.BACKUP, {"encryptionConfig": {"kmsKeyName": KEY.id}}),
    (
        "gkebackup/backupPlan:BackupPlan",
        StoreKind.BACKUP,
        {"backupConfig": {"encryptionKey": {"gcpKmsEncryptionKey": KEY.id}}},
    ),
]


@pytest.mark.parametrize(("type", "kind", "inputs"), KEYED)
def test_every_store_tells_its_key(type: str, kind: StoreKind, inputs: dict[str, Any]) -> None:
    keyed, bare = store(made(type, **inputs), KEY), store(made(type), KEY)
    assert (keyed.kind, bare.kind) == (kind, kind)
    assert (value(keyed, "encryption"), value(keyed, "key")) == (Encryption.CUSTOMER, KEY.urn)
    assert (value(bare, "encryption"), bare.key) == (Encryption.PROVIDER, None)


@pytest.mark.parametrize(
    ("settings", "fact", "expected"),
    [
        ({}, "public", True),
        ({"ipConfiguration": {"ipv4Enabled": False}}, "public", False),
        ({"ipConfiguration": {"ipv4Enabled": False, "authorizedNetworks": [{"value": "0.0.0.0/0"}]}}, "public", True),
        ({}, "minimum_tls", None),
        ({"ipConfiguration": {"sslMode": "ENCRYPTED_ONLY"}}, "minimum_tls", "1.2"),
        ({}, "recoverable", False),
        ({"backupConfiguration": {"enabled": True}}, "recoverable", True),
        ({}, "zone_redundant", False),
        ({"availabilityType": "REGIONAL"}, "zone_redundant", True),
    ],
)
def test_a_database_server(settings: dict[str, Any], fact: str, expected: object) -> None:
    assert value(store(made("sql/databaseInstance:DatabaseInstance", settings=settings)), fact) == expected


def test_a_database_is_locked_by_its_own_flag_where_nothing_is_said() -> None:
    kept = made("sql/databaseInstance:DatabaseInstance", protect=True)
    open_ = made("sql/databaseInstance:DatabaseInstance", protect=True, deletionProtection=False)
    assert value(store(kept), "locked") is True
    assert value(store(open_), "locked") is False
