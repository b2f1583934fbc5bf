"""Stores other than buckets and databases: log groups, image repositories, secrets, queues, backup vaults."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.clouds.aws.facts import buckets, databases
from lepton_infra.clouds.aws.facts.documents import open_to_anyone, statements
from lepton_infra.clouds.aws.facts.keys import encryption
from lepton_infra.clouds.aws.facts.places import class_of
from lepton_infra.compliance.facts import Encryption, Immutability, Store, StoreKind
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen, Unknown
from lepton_infra.compliance.graph.paths import items
from lepton_infra.compliance.graph.three_valued import concluded, every, on, whole

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
EVENT_STORE = "aws:cloudtrail/eventDataStore:EventDataStore"
REPOSITORY = "aws:ecr/repository:Repository"
REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"
PUBLIC_REPOSITORY = "aws:ecrpublic/repository:Repository"
REGISTRY_SCANNING = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"
SECRET = "aws:secretsmanager/secret:Secret"
PARAMETER = "aws:ssm/parameter:Parameter"
QUEUE = "aws:sqs/queue:Queue"
STREAM = "aws:kinesis/stream:Stream"
VAULT = "aws:backup/vault:Vault"
AIR_GAPPED_VAULT = "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault"
VAULT_LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
TYPES = (
    frozenset({LOG_GROUP, EVENT_STORE, REPOSITORY, REPOSITORY_POLICY, PUBLIC_REPOSITORY, REGISTRY_SCANNING, SECRET})
    | {PARAMETER, QUEUE, STREAM, VAULT, AIR_GAPPED_VAULT, VAULT_LOCK, "aws:secretsmanager/secretVersion:SecretVersion"}
    | {"aws:sqs/queuePolicy:QueuePolicy", "aws:cloudwatch/logStream:LogStream"}
    | buckets.TYPES
    | databases.TYPES
)
"""Types that this reading knows."""


def read(graph: Graph) -> Iterator[Store]:
    """Every store."""
    yield from buckets.read(graph)
    yield from databases.read(graph)
    for type, reader in _READERS.items():
        for resource in graph.of(type):
            yield reader(graph, resource)


def _log_group(graph: Graph, resource: Resource) -> Store:
    """A log group. Zero days, and nothing, are for ever."""
    encrypted, key = encryption(graph, resource, "kmsKeyId")
    days = whole(resource.get("retentionInDays", 0))
    return Store(
        resource=resource,
        kind=StoreKind.LOG,
        data_class=class_of(graph, resource),
        encryption=encrypted,
        key=key,
        days=resource.says(UNKNOWN if isinstance(days, Unknown) else days or None, "retentionInDays"),
        hidden_days=resource.says(0),
        immutable=resource.says(Immutability.NONE),
        locked=_locked(resource, "deletionProtectionEnabled"),
        zone_redundant=resource.says(True),
    )


def _event_store(graph: Graph, resource: Resource) -> Store:
    encrypted, key = encryption(graph, resource, "kmsKeyId")
    return Store(
        resource=resource,
        kind=StoreKind.LOG,
        data_class=class_of(graph, resource, DataClass.AUDIT_LOG),
        encryption=encrypted,
        key=key,
        # CreateEventDataStore: 2555 days where nothing is said.
        days=resource.says(whole(resource.get("retentionPeriod", 2555)), "retentionPeriod"),
        hidden_days=resource.says(0),
        immutable=resource.says(Immutability.REVERSIBLE),
        locked=_locked(resource, "terminationProtectionEnabled", otherwise=True),
        zone_redundant=resource.says(True),
    )


def _repository(graph: Graph, resource: Resource) -> Store:
    kind = resource.get("encryptionConfigurations[0].encryptionType", "AES256")
    encrypted, key = encryption(graph, resource, "encryptionConfigurations[0].kmsKey")
    if kind == "AES256":
        encrypted, key = resource.says(Encryption.PROVIDER, "encryptionConfigurations"), None
    policies = [
        each for each in graph.of(REPOSITORY_POLICY) if resource in graph.refers(each, "repository", REPOSITORY)
    ]
    public = [concluded(statements(each.get("policy")), open_to_anyone) for each in policies]
    return Store(
        resource=resource,
        kind=StoreKind.REGISTRY,
        data_class=class_of(graph, resource),
        encryption=encrypted,
        key=key,
        public=(policies or [resource])[0].says(public[0] if public else False, "policy"),
        erased_with_resource=resource.says(on(resource.get("forceDelete")), "forceDelete"),
        locked=_guarded(resource, "forceDelete"),
        immutable_tags=resource.says(
            concluded(resource.get("imageTagMutability", "MUTABLE"), lambda value: value == "IMMUTABLE"),
            "imageTagMutability",
        ),
        scanned=_scanned(graph, resource),
        zone_redundant=resource.says(True),
    )


def _scanned(graph: Graph, resource: Resource) -> Seen[bool]:
    """On push, or by rules of the whole registry."""
    for registry in graph.of(REGISTRY_SCANNING):
        if items(registry.get("rules")):
            return registry.says(True, "rules")
    path = "imageScanningConfiguration.scanOnPush"
    return resource.says(on(resource.get(path)), path)


def _public_repository(graph: Graph, resource: Resource) -> Store:
    return Store(
        resource=resource,
        kind=StoreKind.REGISTRY,
        data_class=class_of(graph, resource),
        encryption=resource.says(Encryption.PROVIDER),
        public=resource.says(True),
        erased_with_resource=resource.says(on(resource.get("forceDestroy")), "forceDestroy"),
        locked=_guarded(resource, "forceDestroy"),
    )


def _secret(graph: Graph, resource: Resource) -> Store:
    """A secret. A deleted one lives on for 30 days where nothing is said (DeleteSecret)."""
    encrypted, key = encryption(graph, resource, "kmsKeyId")
    return Store(
        resource=resource,
        kind=StoreKind.SECRETS,
        data_class=class_of(graph, resource),
        encryption=encrypted,
        key=key,
        public=resource.says(concluded(statements(resource.get("policy")), open_to_anyone), "policy"),
        hidden_days=resource.says(whole(resource.get("recoveryWindowInDays", 30)) or 0, "recoveryWindowInDays"),
        locked=resource.says(resource.protect, "protect"),
        zone_redundant=resource.says(True),
    )


def _parameter(graph: Graph, resource: Resource) -> Store:
    """A parameter: a plain one is encrypted by nobody's key that one could name."""
    encrypted, key = encryption(graph, resource, "keyId")
    if resource.get("type", "String") != "SecureString":
        encrypted, key = resource.says(Encryption.PROVIDER, "type"), None
    return Store(
        resource=resource,
        kind=StoreKind.SECRETS,
        data_class=class_of(graph, resource),
        encryption=encrypted,
        key=key,
        public=resource.says(False),
        locked=resource.says(resource.protect, "protect"),
    )


def _queue(graph: Graph, resource: Resource) -> Store:
    """A queue. SQS's own key encrypts unless a program says that none shall; messages wait four days by default."""
    managed = resource.get("sqsManagedSseEnabled", True)
    none = Encryption.PROVIDER if managed is True else UNKNOWN if isinstance(managed, Unknown) else Encryption.NONE
    encrypted, key = encryption(graph, resource, "kmsMasterKeyId", otherwise=none)
    text = resource.get("policy")
    holder = resource
    for policy in graph.of("aws:sqs/queuePolicy:QueuePolicy"):
        if resource in graph.refers(policy, "queueUrl", QUEUE):
            holder, text = policy, policy.get("policy")
    seconds = whole(resource.get("messageRetentionSeconds", 345600))
    return Store(
        resource=resource,
        kind=StoreKind.QUEUE,
        data_class=class_of(graph, resource),
        encryption=encrypted,
        key=key,
        public=holder.says(concluded(statements(text), open_to_anyone), "policy"),
        days=resource.says(concluded(seconds, lambda value: -(-(value or 0) // 86400)), "messageRetentionSeconds"),
        hidden_days=resource.says(0),
        zone_redundant=resource.says(True),
    )


def _stream(graph: Graph, resource: Resource) -> Store:
    encrypted, key = encryption(graph, resource, "kmsKeyId", otherwise=Encryption.NONE)
    hours = whole(resource.get("retentionPeriod", 24))
    return Store(
        resource=resource,
        kind=StoreKind.QUEUE,
        data_class=class_of(graph, resource),
        encryption=encrypted,
        key=key,
        days=resource.says(concluded(hours, lambda value: -(-(value or 0) // 24)), "retentionPeriod"),
        hidden_days=resource.says(0),
        zone_redundant=resource.says(True),
    )


def _vault(graph: Graph, resource: Resource) -> Store:
    """A vault of backups; what is in it ends as the plans say. A lock with a day of grace ends in one for ever."""
    encrypted, key = encryption(graph, resource, "kmsKeyArn")
    immutable = resource.says(Immutability.NONE)
    for lock in graph.of(VAULT_LOCK):
        if resource in graph.refers(lock, "backupVaultName", VAULT):
            final = lock.get("changeableForDays") is not None
            immutable = lock.says(Immutability.IRREVERSIBLE if final else Immutability.REVERSIBLE, "changeableForDays")
    return Store(
        resource=resource,
        kind=StoreKind.BACKUP,
        data_class=class_of(graph, resource, DataClass.BACKUP),
        encryption=encrypted,
        key=key,
        public=resource.says(False),
        immutable=immutable,
        erased_with_resource=resource.says(on(resource.get("forceDestroy")), "forceDestroy"),
        locked=_guarded(resource, "forceDestroy"),
        zone_redundant=resource.says(True),
    )


def _air_gapped_vault(graph: Graph, resource: Resource) -> Store:
    """A vault that is locked for good from the first day ("Logically air-gapped vault", Backup developer guide)."""
    encrypted, key = encryption(graph, resource, "encryptionKeyArn")
    return Store(
        resource=resource,
        kind=StoreKind.BACKUP,
        data_class=class_of(graph, resource, DataClass.BACKUP),
        encryption=encrypted,
        key=key,
        public=resource.says(False),
        immutable=resource.says(Immutability.IRREVERSIBLE, "maxRetentionDays"),
        erased_with_resource=resource.says(False),
        locked=resource.says(resource.protect, "protect"),
        zone_redundant=resource.says(True),
    )


def _locked(resource: Resource, flag: str, *, otherwise: bool = False) -> Seen[bool]:
    """Protected by the engine and by the cloud."""
    return resource.says(
        every(resource.protect, on(resource.get(flag, otherwise))), flag if resource.protect else "protect"
    )


def _guarded(resource: Resource, flag: str) -> Seen[bool]:
    """Protected by the engine, and not emptied by a deletion, which the cloud then refuses."""
    kept = concluded(on(resource.get(flag)), lambda value: not value)
    return resource.says(every(resource.protect, kept), flag if resource.protect else "protect")


_READERS = {
    LOG_GROUP: _log_group,
    EVENT_STORE: _event_store,
    REPOSITORY: _repository,
    PUBLIC_REPOSITORY: _public_repository,
    SECRET: _secret,
    PARAMETER: _parameter,
    QUEUE: _queue,
    STREAM: _stream,
    VAULT: _vault,
    AIR_GAPPED_VAULT: _air_gapped_vault,
}
