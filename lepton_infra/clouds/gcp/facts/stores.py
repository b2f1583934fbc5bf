"""Facts of all stores; those of disks, images, secrets, queues, databases and backups are made here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from lepton_infra.clouds.gcp.facts import buckets
from lepton_infra.clouds.gcp.facts.continuity import covered, plan_days
from lepton_infra.clouds.gcp.facts.keys import encryption, key_of
from lepton_infra.clouds.gcp.facts.properties import at, data_class, days, guarded
from lepton_infra.compliance.facts import Facts, Immutability, Store, StoreKind
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen, Unknown

REPOSITORY: Final = "gcp:artifactregistry/repository:Repository"
DATABASE: Final = "gcp:sql/databaseInstance:DatabaseInstance"
VAULT: Final = "gcp:backupdisasterrecovery/backupVault:BackupVault"
GKE_PLAN: Final = "gcp:gkebackup/backupPlan:BackupPlan"
_SCANNING: Final = "containerscanning.googleapis.com"

PLAIN: Final[Mapping[str, tuple[StoreKind, tuple[str, ...]]]] = {
    "gcp:compute/disk:Disk": (
        StoreKind.DISK,
        ("diskEncryptionKey.kmsKeySelfLink", "diskEncryptionKey.rawKey", "diskEncryptionKey.rsaEncryptedKey"),
    ),
    "gcp:compute/regionDisk:RegionDisk": (
        StoreKind.DISK,
        ("diskEncryptionKey.kmsKeyName", "diskEncryptionKey.rawKey", "diskEncryptionKey.rsaEncryptedKey"),
    ),
    "gcp:compute/instance:Instance": (
        StoreKind.DISK,
        ("bootDisk.kmsKeySelfLink", "bootDisk.diskEncryptionKeyRaw"),
    ),
    "gcp:compute/snapshot:Snapshot": (
        StoreKind.BACKUP,
        ("snapshotEncryptionKey.kmsKeySelfLink", "snapshotEncryptionKey.rawKey"),
    ),
    "gcp:compute/image:Image": (StoreKind.BACKUP, ("imageEncryptionKey.kmsKeySelfLink", "imageEncryptionKey.rawKey")),
    "gcp:secretmanager/secret:Secret": (
        StoreKind.SECRETS,
        (
            "replication.userManaged.replicas[].customerManagedEncryption.kmsKeyName",
            "replication.auto.customerManagedEncryption.kmsKeyName",
        ),
    ),
    "gcp:secretmanager/regionalSecret:RegionalSecret": (
        StoreKind.SECRETS,
        ("customerManagedEncryption.kmsKeyName",),
    ),
    "gcp:pubsub/topic:Topic": (StoreKind.QUEUE, ("kmsKeyName",)),
    "gcp:spanner/database:Database": (
        StoreKind.DATABASE,
        ("encryptionConfig.kmsKeyName", "encryptionConfig.kmsKeyNames[]"),
    ),
    "gcp:firestore/database:Database": (StoreKind.DATABASE, ("cmekConfig.kmsKeyName",)),
    "gcp:bigquery/dataset:Dataset": (StoreKind.DATABASE, ("defaultEncryptionConfiguration.kmsKeyName",)),
    "gcp:bigquery/table:Table": (StoreKind.DATABASE, ("encryptionConfiguration.kmsKeyName",)),
    "gcp:bigtable/instance:Instance": (StoreKind.DATABASE, ("clusters[].kmsKeyName",)),
    "gcp:alloydb/cluster:Cluster": (StoreKind.DATABASE, ("encryptionConfig.kmsKeyName",)),
    "gcp:alloydb/backup:Backup": (StoreKind.BACKUP, ("encryptionConfig.kmsKeyName",)),
    "gcp:filestore/instance:Instance": (StoreKind.DISK, ("kmsKeyName",)),
    "gcp:filestore/backup:Backup": (StoreKind.BACKUP, ("kmsKeyName",)),
    "gcp:redis/instance:Instance": (StoreKind.DATABASE, ("customerManagedKey",)),
    "gcp:memorystore/instance:Instance": (StoreKind.DATABASE, ("kmsKey",)),
    "gcp:vertex/aiIndex:AiIndex": (StoreKind.DATABASE, ("encryptionSpec.kmsKeyName",)),
    "gcp:vertex/aiDataset:AiDataset": (StoreKind.DATABASE, ("encryptionSpec.kmsKeyName",)),
    "gcp:vertex/aiFeatureOnlineStore:AiFeatureOnlineStore": (StoreKind.DATABASE, ("encryptionSpec.kmsKeyName",)),
}
"""Kind and key properties of stores that have no function of their own."""

DELETION_FLAGS: Final[Mapping[str, bool]] = {
    "gcp:sql/databaseInstance:DatabaseInstance": True,
    "gcp:spanner/database:Database": True,
    "gcp:bigquery/table:Table": True,
    "gcp:bigtable/instance:Instance": True,
    "gcp:alloydb/cluster:Cluster": True,
    "gcp:secretmanager/secret:Secret": False,
    "gcp:secretmanager/regionalSecret:RegionalSecret": False,
}
"""Default of ``deletionProtection``, by type that has this property."""


def read(graph: Graph) -> Facts:
    """Facts of all stores, in the order of the graph."""
    return Facts(stores=tuple(_READERS[each.type](graph, each) for each in graph if each.type in _READERS))


def lock(resource: Resource) -> Seen[bool]:
    """True if both Pulumi (``protect``) and the provider, by the type's own property, refuse a deletion."""
    if resource.type not in DELETION_FLAGS:
        return guarded(resource)
    if not resource.protect:
        return resource.says(False, "protect")
    if resource.get("deletionPolicy") == "PREVENT":
        return resource.says(True, "deletionPolicy")
    return resource.seen("deletionProtection", DELETION_FLAGS[resource.type])


def plain(graph: Graph, resource: Resource, **more: Any) -> Store:
    """The store of a type in ``PLAIN``."""
    kind, paths = PLAIN[resource.type]
    facts: dict[str, Any] = {"locked": lock(resource), **more}
    if kind is StoreKind.DATABASE and resource.urn in covered(graph):
        facts.setdefault("recoverable", resource.says(True))
    return Store(
        resource=resource,
        kind=kind,
        data_class=data_class(resource),
        encryption=encryption(graph, resource, *paths),
        key=key_of(graph, resource, *paths),
        **facts,
    )


def _repository(graph: Graph, resource: Resource) -> Store:
    return Store(
        resource=resource,
        kind=StoreKind.REGISTRY,
        data_class=data_class(resource),
        encryption=encryption(graph, resource, "kmsKeyName"),
        key=key_of(graph, resource, "kmsKeyName"),
        locked=guarded(resource),
        immutable_tags=resource.seen("dockerConfig.immutableTags", False),
        scanned=_scanned(graph, resource),
    )


def _scanned(graph: Graph, resource: Resource) -> Seen[bool]:
    """True if pushed images are scanned: the API (off in a new project) is enabled, the repository does not opt out."""
    path = "vulnerabilityScanningConfig.enablementConfig"
    setting = resource.get(path, "INHERITED")
    services = graph.of("gcp:projects/service:Service")
    turned_on = any(each.get("service") == _SCANNING for each in services)
    return resource.says(UNKNOWN if setting is UNKNOWN else setting != "DISABLED" and turned_on, path)


def _disk(graph: Graph, resource: Resource) -> Store:
    return plain(graph, resource, zone_redundant=resource.says(resource.type.endswith(":RegionDisk")))


def _topic(graph: Graph, resource: Resource) -> Store:
    """The store of a Pub/Sub topic. Acknowledged messages are deleted unless the topic has a longer retention."""
    kept = days(resource.get("messageRetentionDuration", "0s"))
    return plain(graph, resource, days=resource.says(kept, "messageRetentionDuration"))


def _secret(graph: Graph, resource: Resource) -> Store:
    hidden = days(resource.get("versionDestroyTtl", "0s"))
    return plain(graph, resource, hidden_days=resource.says(UNKNOWN if hidden is None else hidden, "versionDestroyTtl"))


def _database_server(graph: Graph, resource: Resource) -> Store:
    ip, backups = "settings.ipConfiguration", "settings.backupConfiguration"
    networks = [seen.value for seen in at(resource, f"{ip}.authorizedNetworks[].value")]
    outside = resource.get(f"{ip}.ipv4Enabled", True)
    mode = resource.get(f"{ip}.sslMode")
    return Store(
        resource=resource,
        kind=StoreKind.DATABASE,
        data_class=data_class(resource),
        encryption=encryption(graph, resource, "encryptionKeyName"),
        key=key_of(graph, resource, "encryptionKeyName"),
        public=resource.says(True if "0.0.0.0/0" in networks else outside, f"{ip}.ipv4Enabled"),
        locked=lock(resource),
        recoverable=resource.seen(f"{backups}.enabled", False),
        minimum_tls=resource.says(
            UNKNOWN if mode is UNKNOWN else None if mode in (None, "ALLOW_UNENCRYPTED_AND_ENCRYPTED") else "1.2",
            f"{ip}.sslMode",
        ),
        zone_redundant=resource.says(
            resource.get("settings.availabilityType", "ZONAL") == "REGIONAL", "settings.availabilityType"
        ),
    )


def _vault(graph: Graph, resource: Resource) -> Store:
    """The store of a backup vault. Its minimum retention is irreversible if it has an ``effectiveTime``."""
    final = resource.get("effectiveTime")
    kept: int | Unknown | None = plan_days(graph, resource)
    return Store(
        resource=resource,
        kind=StoreKind.BACKUP,
        data_class=data_class(resource),
        encryption=encryption(graph, resource, "encryptionConfig.kmsKeyName"),
        key=key_of(graph, resource, "encryptionConfig.kmsKeyName"),
        days=resource.says(kept, "backupMinimumEnforcedRetentionDuration"),
        immutable=resource.says(
            Immutability.REVERSIBLE if final is None else UNKNOWN if final is UNKNOWN else Immutability.IRREVERSIBLE,
            "effectiveTime",
        ),
        locked=guarded(resource),
    )


def _gke_plan(graph: Graph, resource: Resource) -> Store:
    kept = resource.get("retentionPolicy.backupRetainDays", 0)
    locked = resource.get("retentionPolicy.locked", False)
    return Store(
        resource=resource,
        kind=StoreKind.BACKUP,
        data_class=data_class(resource),
        encryption=encryption(graph, resource, "backupConfig.encryptionKey.gcpKmsEncryptionKey"),
        key=key_of(graph, resource, "backupConfig.encryptionKey.gcpKmsEncryptionKey"),
        days=resource.says(kept or None, "retentionPolicy.backupRetainDays"),
        immutable=resource.says(
            UNKNOWN if locked is UNKNOWN else Immutability.IRREVERSIBLE if locked else Immutability.NONE,
            "retentionPolicy.locked",
        ),
        locked=guarded(resource),
    )


_READERS: Final[Mapping[str, Callable[[Graph, Resource], Store]]] = {
    **dict.fromkeys(PLAIN, plain),
    **dict.fromkeys(buckets.LOG_BUCKETS, buckets.log_bucket),
    buckets.BUCKET: buckets.bucket,
    REPOSITORY: _repository,
    DATABASE: _database_server,
    VAULT: _vault,
    GKE_PLAN: _gke_plan,
    "gcp:compute/disk:Disk": _disk,
    "gcp:compute/regionDisk:RegionDisk": _disk,
    "gcp:pubsub/topic:Topic": _topic,
    "gcp:secretmanager/secret:Secret": _secret,
    "gcp:secretmanager/regionalSecret:RegionalSecret": _secret,
}
