"""Stores of programs that are not ours: what passes, what fails, and what is not known."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.compliance.facts import Encryption, Facts, Immutability, Store, StoreKind
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource
from tests.compliance.aws.graphs import allow, document, key, made, read

BUCKET = made("aws:s3/bucket:Bucket", "data", bucket="data", outputs={"arn": "arn:aws:s3:::data"})
KEY = key()
KEY_ARN = KEY.outputs["arn"]
FLAGS: dict[str, Any] = dict.fromkeys(
    ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"], True
)
DENY_HTTP = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}


def one(*resources: Resource, name: str | None = None) -> Store:
    found = [each for each in read(*resources).stores if name in (None, each.resource.name)]
    assert len(found) == 1
    return found[0]


def seen(store: Store, fact: str) -> Any:
    value = getattr(store, fact)
    return value if value is None else value.value


def part(kind: str, **inputs: Any) -> Resource:
    return made(f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}", f"part-{kind}", **{"bucket": "data", **inputs})


def encrypting(**rule: Any) -> list[dict[str, Any]]:
    return [{"applyServerSideEncryptionByDefault": rule}]


@pytest.mark.parametrize("kind", ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"])
def test_a_bare_bucket_is_what_s3_makes_of_it(kind: str) -> None:
    store = one(made(kind, "data", bucket="data"))

    assert store.kind is StoreKind.BUCKET
    assert {
        fact: seen(store, fact) for fact in ("encryption", "key", "days", "hidden_days", "recoverable", "public")
    } == {
        "encryption": Encryption.PROVIDER,
        "key": None,
        "days": None,
        "hidden_days": 0,
        "recoverable": False,
        "public": True,
    }
    assert (seen(store, "locked"), seen(store, "minimum_tls"), seen(store, "access_logged")) == (False, None, False)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (encrypting(sseAlgorithm="aws:kms", kmsMasterKeyId=KEY_ARN), Encryption.CUSTOMER),
        (encrypting(sseAlgorithm="aws:kms", kmsMasterKeyId="arn:aws:kms:us-east-1:1:key/other"), Encryption.CUSTOMER),
        (encrypting(sseAlgorithm="aws:kms", kmsMasterKeyId="alias/aws/s3"), Encryption.PROVIDER),
        (encrypting(sseAlgorithm="aws:kms"), Encryption.PROVIDER),
        (encrypting(sseAlgorithm="AES256"), Encryption.PROVIDER),
        (encrypting(sseAlgorithm="aws:kms", kmsMasterKeyId=UNKNOWN), UNKNOWN),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_whose_key_encrypts_a_bucket(rules: Any, expected: Any) -> None:
    for version in ("", "V2"):
        kind = f"BucketServerSideEncryptionConfiguration{version}"
        assert seen(one(BUCKET, part(kind, rules=rules), KEY), "encryption") == expected


def test_a_key_is_found_in_the_graph_by_what_names_it() -> None:
    alias = made("aws:kms/alias:Alias", "alias", name="alias/mine", targetKeyId="key")
    rules = {
        "arn": encrypting(sseAlgorithm="aws:kms", kmsMasterKeyId=KEY_ARN),
        "alias": encrypting(sseAlgorithm="aws:kms", kmsMasterKeyId="alias/mine"),
    }
    for each in rules.values():
        found = one(BUCKET, part("BucketServerSideEncryptionConfiguration", rules=each), KEY, alias)
        assert seen(found, "key") == KEY.urn

    coming = encrypting(sseAlgorithm="aws:kms", kmsMasterKeyId=UNKNOWN)
    companion = part("BucketServerSideEncryptionConfiguration", rules=coming, of={"rules": KEY})
    assert seen(one(BUCKET, companion, KEY), "key") == KEY.urn


def test_in_a_preview_parts_are_found_by_what_they_are_made_of() -> None:
    coming = made("aws:s3/bucket:Bucket", "data")
    block = made("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", of={"bucket": coming}, **FLAGS)

    assert seen(one(coming, block), "public") is False
    assert seen(one(coming), "public") is True


def test_an_external_key_is_held_by_nobody_else() -> None:
    held = key(customKeyStoreId="cks-1")
    rules = encrypting(sseAlgorithm="aws:kms", kmsMasterKeyId=KEY_ARN)

    assert seen(one(BUCKET, part("BucketServerSideEncryptionConfiguration", rules=rules), held), "encryption") == (
        Encryption.EXTERNAL
    )


@pytest.mark.parametrize(
    ("blocks", "public"),
    [
        ([part("BucketPublicAccessBlock", **FLAGS)], False),
        ([part("BucketPublicAccessBlock", **{**FLAGS, "blockPublicAcls": False})], True),
        ([part("BucketPublicAccessBlock", **{**FLAGS, "ignorePublicAcls": UNKNOWN})], UNKNOWN),
        ([part("BucketPublicAccessBlock", **{**FLAGS, "bucket": "other"})], True),
        ([made("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", **FLAGS)], False),
        ([], True),
        (
            [
                part("BucketPublicAccessBlock", **FLAGS),
                part("BucketPolicy", policy=document(allow("s3:GetObject", principal="*", resource="*"))),
            ],
            True,
        ),
    ],
)
def test_whether_a_bucket_can_be_opened(blocks: list[Resource], public: Any) -> None:
    assert seen(one(BUCKET, *blocks), "public") == public


@pytest.mark.parametrize(
    ("policy", "lowest"),
    [
        (document({**DENY_HTTP, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}), "1.2"),
        (
            document(
                {**DENY_HTTP, "Condition": {"Bool": {"aws:SecureTransport": False}}},
                {**DENY_HTTP, "Condition": {"NumericLessThan": {"s3:TlsVersion": 1.3}}},
            ),
            "1.3",
        ),
        (document({**DENY_HTTP, "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}}), None),
        (
            document({**DENY_HTTP, "Action": "s3:PutObject", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}),
            None,
        ),
        (document(), None),
        (UNKNOWN, UNKNOWN),
        ("no json", None),
    ],
)
def test_the_lowest_tls_of_a_bucket(policy: Any, lowest: Any) -> None:
    assert seen(one(BUCKET, part("BucketPolicy", policy=policy)), "minimum_tls") == lowest


VERSIONED = part("BucketVersioning", versioningConfiguration={"status": "Enabled"})
ENDS = {
    "id": "a",
    "status": "Enabled",
    "expiration": {"days": 30},
    "noncurrentVersionExpiration": {"noncurrentDays": 7},
}


@pytest.mark.parametrize(
    ("rules", "days", "hidden"),
    [
        ([ENDS], 30, 7),
        ([{**ENDS, "filter": {"prefix": ""}}], 30, 7),
        ([{**ENDS, "filter": {"prefix": "tmp/"}}], None, 36525),
        ([{**ENDS, "filter": {"tag": {"key": "a", "value": "b"}}}], None, 36525),
        ([{**ENDS, "status": "Disabled"}], None, 36525),
        ([{**ENDS, "expiration": {"expiredObjectDeleteMarker": True}}], None, 7),
        ([{**ENDS, "expiration": {"days": UNKNOWN}}], UNKNOWN, 7),
        ([{**ENDS, "expiration": {"days": 90}}, {**ENDS, "id": "b"}], 30, 7),
        (UNKNOWN, UNKNOWN, UNKNOWN),
        ([], None, 36525),
    ],
)
def test_how_long_a_bucket_keeps(rules: Any, days: Any, hidden: Any) -> None:
    store = one(BUCKET, VERSIONED, part("BucketLifecycleConfiguration", rules=rules))

    assert (seen(store, "days"), seen(store, "hidden_days")) == (days, hidden)


def test_a_bucket_may_say_everything_itself() -> None:
    inline = made(
        "aws:s3/bucket:Bucket",
        "data",
        bucket="data",
        protect=True,
        versioning={"enabled": True},
        lifecycleRules=[{"enabled": True, "expiration": {"days": 30}, "noncurrentVersionExpiration": {"days": 7}}],
        serverSideEncryptionConfiguration={"rule": encrypting(sseAlgorithm="aws:kms", kmsMasterKeyId=KEY_ARN)[0]},
        logging={"targetBucket": "logs"},
        objectLockConfiguration={"rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 1}}},
    )
    store = one(inline, KEY)

    assert (seen(store, "days"), seen(store, "hidden_days"), seen(store, "recoverable")) == (30, 7, True)
    assert (seen(store, "encryption"), seen(store, "access_logged")) == (Encryption.CUSTOMER, True)
    assert (seen(store, "locked"), seen(store, "immutable")) == (True, Immutability.IRREVERSIBLE)


def test_accesses_are_logged_by_a_trail_too() -> None:
    def trail(values: list[str]) -> Resource:
        resources = [{"type": "AWS::S3::Object", "values": values}]
        return made("aws:cloudtrail/trail:Trail", eventSelectors=[{"dataResources": resources}])

    assert seen(one(BUCKET, trail(["arn:aws:s3"]), name="data"), "access_logged") is True
    assert seen(one(BUCKET, trail(["arn:aws:s3:::data/"]), name="data"), "access_logged") is True
    assert seen(one(BUCKET, trail(["arn:aws:s3:::other/"]), name="data"), "access_logged") is False


def test_a_backup_makes_a_store_recoverable() -> None:
    plan = made("aws:backup/plan:Plan", "plan", rules=[])
    chosen = made("aws:backup/selection:Selection", planId="plan", resources=["arn:aws:s3:::data"])

    assert seen(one(BUCKET, plan, chosen), "recoverable") is True
    assert seen(one(BUCKET, plan), "recoverable") is False


PLAIN: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "logs",
        "aws:cloudwatch/logGroup:LogGroup",
        {"retentionInDays": 365, "kmsKeyId": KEY_ARN},
        {"days": 365, "encryption": Encryption.CUSTOMER, "locked": False},
    ),
    (
        "logs for ever",
        "aws:cloudwatch/logGroup:LogGroup",
        {"retentionInDays": 0},
        {"days": None, "encryption": Encryption.PROVIDER},
    ),
    ("logs to come", "aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": UNKNOWN}, {"days": UNKNOWN}),
    (
        "events",
        "aws:cloudtrail/eventDataStore:EventDataStore",
        {"retentionPeriod": 400, "kmsKeyId": KEY_ARN},
        {"days": 400, "encryption": Encryption.CUSTOMER},
    ),
    ("events as they come", "aws:cloudtrail/eventDataStore:EventDataStore", {}, {"days": 2555}),
    (
        "images",
        "aws:ecr/repository:Repository",
        {
            "imageTagMutability": "IMMUTABLE",
            "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": KEY_ARN}],
            "imageScanningConfiguration": {"scanOnPush": True},
        },
        {"encryption": Encryption.CUSTOMER, "immutable_tags": True, "scanned": True, "public": False},
    ),
    (
        "images as they come",
        "aws:ecr/repository:Repository",
        {"forceDelete": True},
        {
            "encryption": Encryption.PROVIDER,
            "immutable_tags": False,
            "scanned": False,
            "erased_with_resource": True,
            "locked": False,
        },
    ),
    ("public images", "aws:ecrpublic/repository:Repository", {}, {"public": True}),
    (
        "a secret",
        "aws:secretsmanager/secret:Secret",
        {"kmsKeyId": KEY_ARN},
        {"encryption": Encryption.CUSTOMER, "hidden_days": 30},
    ),
    (
        "a secret that goes at once",
        "aws:secretsmanager/secret:Secret",
        {"recoveryWindowInDays": 0},
        {"hidden_days": 0, "encryption": Encryption.PROVIDER},
    ),
    (
        "an open secret",
        "aws:secretsmanager/secret:Secret",
        {"policy": document(allow("secretsmanager:GetSecretValue", principal="*", resource="*"))},
        {"public": True},
    ),
    (
        "a parameter",
        "aws:ssm/parameter:Parameter",
        {"type": "SecureString", "keyId": KEY_ARN},
        {"encryption": Encryption.CUSTOMER},
    ),
    (
        "a plain parameter",
        "aws:ssm/parameter:Parameter",
        {"type": "String", "keyId": KEY_ARN},
        {"encryption": Encryption.PROVIDER},
    ),
    (
        "a queue",
        "aws:sqs/queue:Queue",
        {"kmsMasterKeyId": KEY_ARN, "messageRetentionSeconds": 90000},
        {"encryption": Encryption.CUSTOMER, "days": 2, "public": False},
    ),
    ("a queue as it comes", "aws:sqs/queue:Queue", {}, {"encryption": Encryption.PROVIDER, "days": 4}),
    ("a queue in plain", "aws:sqs/queue:Queue", {"sqsManagedSseEnabled": False}, {"encryption": Encryption.NONE}),
    (
        "a stream",
        "aws:kinesis/stream:Stream",
        {"kmsKeyId": KEY_ARN, "retentionPeriod": 48},
        {"encryption": Encryption.CUSTOMER, "days": 2},
    ),
    ("a stream as it comes", "aws:kinesis/stream:Stream", {}, {"encryption": Encryption.NONE, "days": 1}),
    (
        "a vault",
        "aws:backup/vault:Vault",
        {"kmsKeyArn": KEY_ARN},
        {"encryption": Encryption.CUSTOMER, "immutable": Immutability.NONE},
    ),
    (
        "a vault as it comes",
        "aws:backup/vault:Vault",
        {"forceDestroy": True},
        {"encryption": Encryption.PROVIDER, "erased_with_resource": True},
    ),
    (
        "a database",
        "aws:rds/instance:Instance",
        {
            "storageEncrypted": True,
            "kmsKeyId": KEY_ARN,
            "backupRetentionPeriod": 7,
            "multiAz": True,
            "deletionProtection": True,
        },
        {
            "encryption": Encryption.CUSTOMER,
            "hidden_days": 7,
            "recoverable": True,
            "zone_redundant": True,
            "public": False,
            "locked": False,
        },
    ),
    (
        "a database as it comes",
        "aws:rds/instance:Instance",
        {"publiclyAccessible": True},
        {"encryption": Encryption.NONE, "recoverable": False, "zone_redundant": False, "public": True},
    ),
    (
        "a cluster of databases",
        "aws:rds/cluster:Cluster",
        {"storageEncrypted": True},
        {"encryption": Encryption.PROVIDER, "recoverable": True},
    ),
    (
        "a table",
        "aws:dynamodb/table:Table",
        {
            "serverSideEncryption": {"enabled": True, "kmsKeyArn": KEY_ARN},
            "pointInTimeRecovery": {"enabled": True},
            "deletionProtectionEnabled": True,
        },
        {"encryption": Encryption.CUSTOMER, "recoverable": True, "hidden_days": 35, "locked": False},
    ),
    (
        "a table as it comes",
        "aws:dynamodb/table:Table",
        {},
        {"encryption": Encryption.PROVIDER, "recoverable": False, "hidden_days": 0},
    ),
    (
        "files",
        "aws:efs/fileSystem:FileSystem",
        {"encrypted": True, "kmsKeyId": KEY_ARN},
        {"encryption": Encryption.CUSTOMER, "recoverable": False},
    ),
    (
        "files as they come",
        "aws:efs/fileSystem:FileSystem",
        {},
        {"encryption": Encryption.NONE, "zone_redundant": True},
    ),
    (
        "files in one zone",
        "aws:efs/fileSystem:FileSystem",
        {"encrypted": True, "availabilityZoneName": "us-east-1a"},
        {"encryption": Encryption.PROVIDER, "zone_redundant": False},
    ),
    (
        "fast files",
        "aws:fsx/lustreFileSystem:LustreFileSystem",
        {"kmsKeyId": KEY_ARN},
        {"encryption": Encryption.CUSTOMER, "recoverable": False},
    ),
    ("a disk", "aws:ebs/volume:Volume", {"encrypted": True, "kmsKeyId": KEY_ARN}, {"encryption": Encryption.CUSTOMER}),
    ("a disk under AWS's key", "aws:ebs/volume:Volume", {"encrypted": True}, {"encryption": Encryption.PROVIDER}),
    ("a disk in plain", "aws:ebs/volume:Volume", {}, {"encryption": Encryption.NONE}),
    ("a disk to come", "aws:ebs/volume:Volume", {"encrypted": UNKNOWN}, {"encryption": UNKNOWN}),
]


@pytest.mark.parametrize(("type", "inputs", "expected"), [pytest.param(*row[1:], id=row[0]) for row in PLAIN])
def test_other_stores(type: str, inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    store = one(made(type, **inputs), KEY)

    assert {fact: seen(store, fact) for fact in expected} == expected


@pytest.mark.parametrize(
    ("type", "flag"),
    [
        ("aws:cloudwatch/logGroup:LogGroup", "deletionProtectionEnabled"),
        ("aws:dynamodb/table:Table", "deletionProtectionEnabled"),
        ("aws:rds/cluster:Cluster", "deletionProtection"),
    ],
)
def test_a_lock_is_the_engines_and_the_clouds(type: str, flag: str) -> None:
    def locked(protect: bool, value: Any) -> Any:
        return seen(one(made(type, protect=protect, **{flag: value})), "locked")

    assert [locked(True, True), locked(True, False), locked(False, True)] == [True, False, False]
    assert (locked(True, UNKNOWN), locked(False, UNKNOWN)) == (UNKNOWN, False)


def test_a_lock_of_a_vault_that_has_a_last_day_is_for_ever() -> None:
    vault = made("aws:backup/vault:Vault", "vault", name="vault")
    lock = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
    final = made(lock, backupVaultName="vault", changeableForDays=3)

    assert seen(one(vault, final), "immutable") is Immutability.IRREVERSIBLE
    assert seen(one(vault, made(lock, backupVaultName="vault")), "immutable") is Immutability.REVERSIBLE


def test_an_account_can_encrypt_every_disk() -> None:
    everywhere = made("aws:ebs/encryptionByDefault:EncryptionByDefault", enabled=True)
    under = made("aws:ebs/defaultKmsKey:DefaultKmsKey", keyArn=KEY_ARN)
    disk = made("aws:ebs/volume:Volume")

    assert seen(one(disk, everywhere), "encryption") is Encryption.PROVIDER
    assert seen(one(disk, everywhere, under, KEY), "encryption") is Encryption.CUSTOMER


def test_a_registry_can_scan_all_its_images() -> None:
    rules = [{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}]}]
    scanning = made(
        "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration", scanType="BASIC", rules=rules
    )

    assert seen(one(made("aws:ecr/repository:Repository"), scanning), "scanned") is True


def test_a_database_is_as_open_as_its_machines() -> None:
    cluster = made("aws:rds/cluster:Cluster", "db", clusterIdentifier="db")
    machine = made("aws:rds/clusterInstance:ClusterInstance", clusterIdentifier="db", publiclyAccessible=True)

    assert seen(one(cluster, machine), "public") is True
    assert seen(one(cluster), "public") is False


def test_unknown_types_are_unread() -> None:
    def unread(type: str) -> Facts:
        return read(made(type))

    assert [each.type for each in unread("aws:opensearch/domain:Domain").unread] == ["aws:opensearch/domain:Domain"]
    for known in (
        "aws:s3/bucket:Bucket",
        "aws:iam/role:Role",
        "aws:ec2/routeTable:RouteTable",
        "aws:datasync/task:Task",
        "aws:ec2/launchTemplate:LaunchTemplate",
    ):
        assert unread(known).unread == (), known
