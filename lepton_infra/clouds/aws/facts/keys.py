"""Facts about KMS keys, and the key that encrypts a resource."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.clouds.aws.facts.documents import Statement, matches, open_to_anyone, statements
from lepton_infra.compliance.facts import Encryption, Key
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen, Unknown
from lepton_infra.compliance.graph.three_valued import concluded, every, on, whole

KEY, ALIAS = "aws:kms/key:Key", "aws:kms/alias:Alias"
KEYS = (KEY, "aws:kms/externalKey:ExternalKey", "aws:kms/replicaKey:ReplicaKey")
KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy"
TYPES = frozenset({*KEYS, KEY_POLICY, ALIAS, "aws:kms/replicaExternalKey:ReplicaExternalKey"})

_ROTATION_DAYS = 365
"""What ``enableKeyRotation`` means where no period is given (CreateKey, KMS API reference)."""
_DELETION_DAYS = 30
"""What ScheduleKeyDeletion waits for where nothing is said."""
_ADMINISTRATION = ("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey")
_USE = ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey")
_BOUND = ("kms:ViaService", "kms:CallerAccount", "kms:EncryptionContext:aws:logs:arn", "aws:SourceArn")
"""Conditions that keep whoever may use a key from using it directly, or leave it to the account's own policies."""


def read(graph: Graph) -> Iterator[Key]:
    """The keys that encrypt what is stored; those that sign only encrypt nothing."""
    for resource in graph.of(*KEYS):
        symmetric = resource.get("customerMasterKeySpec", "SYMMETRIC_DEFAULT")
        if resource.get("keyUsage", "ENCRYPT_DECRYPT") == "ENCRYPT_DECRYPT" and symmetric == "SYMMETRIC_DEFAULT":
            yield _key(graph, resource)


def _key(graph: Graph, resource: Resource) -> Key:
    holder, text = resource, resource.get("policy")
    for companion in graph.of(KEY_POLICY):
        if resource in graph.refers(companion, "keyId", resource.type):
            holder, text = companion, companion.get("policy")
    found = statements(text)
    # Without a policy a key gets KMS's own, which lets the whole account administer and use it.
    separated = False if text is None else concluded(found, _separated)
    everyone = concluded(found, open_to_anyone)
    lockout_checked = concluded(on(resource.get("bypassPolicyLockoutSafetyCheck")), lambda value: not value)
    return Key(
        resource=resource,
        encryption=resource.says(_custody(resource), "customKeyStoreId"),
        rotation_days=_rotation(resource),
        deletion_days=resource.seen("deletionWindowInDays", _DELETION_DAYS),
        locked=resource.says(every(resource.protect, lockout_checked), "protect"),
        everyone=holder.says(everyone, "policy"),
        separated=holder.says(separated, "policy"),
        multi_region=resource.says(
            resource.type == "aws:kms/replicaKey:ReplicaKey" or on(resource.get("multiRegion")), "multiRegion"
        ),
    )


def _custody(resource: Resource) -> Encryption:
    """A key whose material is in the customer's own store outside AWS is held by nobody else."""
    external = resource.get("customKeyStoreId") is not None or resource.get("xksKeyId") is not None
    return Encryption.EXTERNAL if external else Encryption.CUSTOMER


def _rotation(resource: Resource) -> Seen[int | None]:
    """Imported material never rotates by itself."""
    rotates = on(resource.get("enableKeyRotation")) if resource.type == KEY else False
    if rotates is not True:
        return resource.says(None if rotates is False else UNKNOWN, "enableKeyRotation")
    return resource.says(whole(resource.get("rotationPeriodInDays", _ROTATION_DAYS)), "rotationPeriodInDays")


def _separated(found: tuple[Statement, ...]) -> bool:
    """Whether nobody who administers the key may also use it directly."""
    administrators = {who for each in found if _allows(each, _ADMINISTRATION) for who in each.principals}
    users = {
        who
        for each in found
        if _allows(each, _USE) and not any(each.demanded(key) for key in _BOUND)
        for who in each.principals
    }
    return not administrators & users


def _allows(statement: Statement, actions: tuple[str, ...]) -> bool:
    return statement.allows and any(
        matches(action, statement.actions)
        or (statement.all_actions_but and not matches(action, statement.all_actions_but))
        for action in actions
    )


def encryption(
    graph: Graph, resource: Resource, path: str, otherwise: Encryption | Unknown = Encryption.PROVIDER
) -> tuple[Seen[Encryption], Seen[str] | None]:
    """Encryption by the key that a property names, and that key: its URN, or its id where it is not of this graph.

    ``otherwise`` is what the service does where no key is named.
    """
    value = resource.get(path)
    if value is None:
        return resource.says(otherwise, path), None
    property = path.replace("[", ".").partition(".")[0]
    if isinstance(value, str) and value.rpartition(":")[2].startswith("alias/aws/"):
        return resource.says(Encryption.PROVIDER, path), None
    keys = {each.urn: each for each in _keys(graph, resource, property)}
    if keys:
        key = next(iter(keys.values()))
        return resource.says(_custody(key), path), resource.says(key.urn, path)
    if isinstance(value, str):
        return resource.says(Encryption.CUSTOMER, path), resource.says(value, path)
    return resource.says(UNKNOWN, path), resource.says(UNKNOWN, path)


def _keys(graph: Graph, resource: Resource, property: str) -> Iterator[Resource]:
    """The keys that a property names, through an alias too."""
    yield from graph.refers(resource, property, *KEYS)
    for alias in graph.refers(resource, property, ALIAS):
        yield from graph.refers(alias, "targetKeyId", *KEYS)
