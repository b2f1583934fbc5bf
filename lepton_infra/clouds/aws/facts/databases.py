"""Databases, file systems and disks: the basics, for programs other than ours."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.clouds.aws.facts.keys import encryption
from lepton_infra.clouds.aws.facts.places import class_of
from lepton_infra.compliance.facts import Encryption, Store, StoreKind
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen, Unknown
from lepton_infra.compliance.graph.paths import items
from lepton_infra.compliance.graph.three_valued import concluded, every, on, some, whole

RDS = ("aws:rds/instance:Instance", "aws:rds/cluster:Cluster")
CLUSTER_INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
TABLE = "aws:dynamodb/table:Table"
FILE_SYSTEM = "aws:efs/fileSystem:FileSystem"
LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"
VOLUME = "aws:ebs/volume:Volume"
BY_DEFAULT = "aws:ebs/encryptionByDefault:EncryptionByDefault"
DEFAULT_KEY = "aws:ebs/defaultKmsKey:DefaultKmsKey"
TYPES = frozenset(
    {*RDS, CLUSTER_INSTANCE, TABLE, FILE_SYSTEM, LUSTRE, VOLUME, BY_DEFAULT, DEFAULT_KEY}
    | {"aws:ec2/volumeAttachment:VolumeAttachment", "aws:dynamodb/tableItem:TableItem"}
)


def read(graph: Graph) -> Iterator[Store]:
    """Every database, table, file system and disk."""
    for type, reader in _READERS.items():
        for resource in graph.of(type):
            yield reader(graph, resource)


def disk_encryption(
    graph: Graph, resource: Resource, encrypted: str, key: str
) -> tuple[Seen[Encryption], Seen[str] | None]:
    """Encryption of an EC2 disk: by its own key, or as the account encrypts every disk by default."""
    if resource.get(key) is not None:
        return encryption(graph, resource, key)
    switch = on(resource.get(encrypted))
    for account in graph.of(BY_DEFAULT):
        switch = some(switch, on(account.get("enabled", True)))
    for account in graph.of(DEFAULT_KEY) if switch is True else ():
        return encryption(graph, account, "keyArn")
    kinds = {True: Encryption.PROVIDER, False: Encryption.NONE}
    return resource.says(UNKNOWN if isinstance(switch, Unknown) else kinds[switch], encrypted), None


def _rds(graph: Graph, resource: Resource) -> Store:
    """A database of RDS. It is not encrypted unless it says so; backups are kept for a day by a cluster."""
    aurora = resource.type.endswith(":Cluster")
    encrypted, key = encryption(graph, resource, "kmsKeyId")
    if on(resource.get("storageEncrypted")) is not True:
        switch = on(resource.get("storageEncrypted"))
        encrypted, key = resource.says(UNKNOWN if switch is UNKNOWN else Encryption.NONE, "storageEncrypted"), None
    days = whole(resource.get("backupRetentionPeriod", 1 if aurora else 0))
    zones = True if aurora else on(resource.get("multiAz"))
    return Store(
        resource=resource,
        kind=StoreKind.DATABASE,
        data_class=class_of(graph, resource),
        encryption=encrypted,
        key=key,
        public=_rds_public(graph, resource),
        hidden_days=resource.says(UNKNOWN if isinstance(days, Unknown) else days or 0, "backupRetentionPeriod"),
        erased_with_resource=resource.says(on(resource.get("skipFinalSnapshot")), "skipFinalSnapshot"),
        locked=resource.says(
            every(resource.protect, on(resource.get("deletionProtection"))),
            "deletionProtection" if resource.protect else "protect",
        ),
        recoverable=resource.says(concluded(days, lambda value: bool(value)), "backupRetentionPeriod"),
        zone_redundant=resource.says(zones, "multiAz"),
    )


def _rds_public(graph: Graph, resource: Resource) -> Seen[bool]:
    holders = [resource]
    for each in graph.of(CLUSTER_INSTANCE):
        if resource in graph.refers(each, "clusterIdentifier", resource.type):
            holders.append(each)
    found = some(*(on(each.get("publiclyAccessible")) for each in holders))
    at = next((each for each in holders if on(each.get("publiclyAccessible")) is not False), resource)
    return at.says(found, "publiclyAccessible")


def _table(graph: Graph, resource: Resource) -> Store:
    """A table of DynamoDB, which encrypts with its own key where nothing is said."""
    encrypted, key = encryption(graph, resource, "serverSideEncryption.kmsKeyArn")
    recovery = on(resource.get("pointInTimeRecovery.enabled"))
    period = whole(resource.get("pointInTimeRecovery.recoveryPeriodInDays", 35)) or 0
    return Store(
        resource=resource,
        kind=StoreKind.DATABASE,
        data_class=class_of(graph, resource),
        encryption=encrypted,
        key=key,
        public=resource.says(False),
        hidden_days=resource.says(
            UNKNOWN if isinstance(recovery, Unknown) else period if recovery else 0, "pointInTimeRecovery"
        ),
        locked=resource.says(
            every(resource.protect, on(resource.get("deletionProtectionEnabled"))),
            "deletionProtectionEnabled" if resource.protect else "protect",
        ),
        recoverable=resource.says(recovery, "pointInTimeRecovery.enabled"),
        zone_redundant=resource.says(True),
    )


def _file_system(graph: Graph, resource: Resource) -> Store:
    encrypted, key = encryption(graph, resource, "kmsKeyId")
    switch = on(resource.get("encrypted"))
    if key is None and switch is not True:
        encrypted = resource.says(UNKNOWN if switch is UNKNOWN else Encryption.NONE, "encrypted")
    backups = [
        each
        for each in graph.of("aws:efs/backupPolicy:BackupPolicy")
        if resource in graph.refers(each, "fileSystemId", FILE_SYSTEM)
        and items(each.get("backupPolicy.status")) == ["ENABLED"]
    ]
    return Store(
        resource=resource,
        kind=StoreKind.DISK,
        data_class=class_of(graph, resource),
        encryption=encrypted,
        key=key,
        public=resource.says(False),
        locked=resource.says(resource.protect, "protect"),
        recoverable=resource.says(bool(backups), "backupPolicy"),
        zone_redundant=resource.says(resource.get("availabilityZoneName") is None, "availabilityZoneName"),
    )


def _lustre(graph: Graph, resource: Resource) -> Store:
    encrypted, key = encryption(graph, resource, "kmsKeyId")
    days = whole(resource.get("automaticBackupRetentionDays", 0))
    return Store(
        resource=resource,
        kind=StoreKind.DISK,
        data_class=class_of(graph, resource),
        encryption=encrypted,
        key=key,
        public=resource.says(False),
        locked=resource.says(resource.protect, "protect"),
        recoverable=resource.says(concluded(days, lambda value: bool(value)), "automaticBackupRetentionDays"),
        zone_redundant=resource.says(False),
    )


def _volume(graph: Graph, resource: Resource) -> Store:
    encrypted, key = disk_encryption(graph, resource, "encrypted", "kmsKeyId")
    return Store(
        resource=resource,
        kind=StoreKind.DISK,
        data_class=class_of(graph, resource),
        encryption=encrypted,
        key=key,
        public=resource.says(False),
        locked=resource.says(resource.protect, "protect"),
        zone_redundant=resource.says(False),
    )


_READERS = {
    **dict.fromkeys(RDS, _rds),
    TABLE: _table,
    FILE_SYSTEM: _file_system,
    LUSTRE: _lustre,
    VOLUME: _volume,
}
