"""Storage accounts: objects, how long they are kept, and who gets at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.clouds.azure.reading.declared import Azure, data_class
from lepton_infra.clouds.azure.reading.encrypting import by_source, key_of, version
from lepton_infra.clouds.azure.reading.guarding import is_locked, is_logged
from lepton_infra.clouds.azure.reading.seeing import differs, equals, some, told
from lepton_infra.compliance.facts import Immutability, Store, StoreKind
from lepton_infra.compliance.graph import UNKNOWN, Resource, Seen, Unknown

ACCESS: Final = ("StorageRead", "StorageWrite", "StorageDelete")

FOR_EVER: Final = 146_000
"""Days of what is never deleted: the longest that Azure itself can write down (immutability policy, API reference)."""

_IMMUTABLE: Final[Mapping[Any, Immutability]] = {
    "Unlocked": Immutability.REVERSIBLE,
    "Locked": Immutability.IRREVERSIBLE,
}


def account(azure: Azure, resource: Resource) -> Store:
    """An account with all that is in it. A deletion takes the content along; a lock is what stands against it."""
    service = _part(azure, resource, "storage:BlobServiceProperties")
    versions = equals(service, "isVersioningEnabled", True) if service else resource.says(False)
    backed_up = any(resource.urn in {each.urn for each in covered} for covered in _copied(azure))
    tls = told(resource, "minimumTlsVersion", version, "TLS1_0")
    plain = equals(resource, "enableHttpsTrafficOnly", False, default=True)
    return Store(
        resource=resource,
        kind=StoreKind.BUCKET,
        data_class=data_class(azure, resource),
        encryption=by_source(resource, "encryption.keySource"),
        key=key_of(azure, resource, "encryption.keyVaultProperties.keyName"),
        public=some(
            equals(resource, "allowBlobPublicAccess", True, default=False),
            differs(resource, "publicNetworkAccess", "Disabled", "SecuredByPerimeter", default="Enabled"),
        ),
        days=_days(azure, resource),
        hidden_days=_hidden_days(azure, resource, service),
        immutable=_immutable(azure, resource),
        locked=is_locked(azure, resource),
        recoverable=resource.says(True) if backed_up else versions,
        access_logged=is_logged(azure, resource, *ACCESS, parts=(service,) if service else ()),
        shared_key=differs(resource, "allowSharedKeyAccess", False, default=True),
        minimum_tls=resource.says(None, plain.path) if plain.value is True else tls,
        zone_redundant=told(resource, "sku.name", lambda name: "ZRS" in str(name), ""),
    )


def _part(azure: Azure, account: Resource, kind: str) -> Resource | None:
    return next((each for each in azure.of(kind) if azure.parent(each) == account), None)


def _copied(azure: Azure) -> Iterator[tuple[Resource, ...]]:
    """What backups and replication are made of."""
    for instance in azure.of("dataprotection:BackupInstance"):
        yield azure.named(instance, "properties", "storage:StorageAccount")
    for policy in azure.of("storage:ObjectReplicationPolicy"):
        yield azure.named(policy, "sourceAccount", "storage:StorageAccount")


def _rules(azure: Azure, account: Resource) -> tuple[Resource | None, list[Mapping[str, Any]] | Unknown]:
    """The lifecycle rules that hold for everything in the account."""
    policy = _part(azure, account, "storage:ManagementPolicy")
    rules: Any = policy.get("policy.rules", ()) if policy else ()
    if rules is UNKNOWN or any(rule is UNKNOWN for rule in rules):
        return policy, UNKNOWN
    return policy, [rule for rule in rules if rule.get("enabled", True) is True and _for_all(rule)]


def _for_all(rule: Mapping[str, Any]) -> bool:
    filters = (rule.get("definition") or {}).get("filters") or {}
    narrowed = filters.get("prefixMatch") or filters.get("blobIndexMatch")
    return not narrowed and "blockBlob" in (filters.get("blobTypes") or ("blockBlob",))


def _deleted_after(rule: Mapping[str, Any], what: str, *counted: str) -> Iterator[int | Unknown]:
    delete = ((rule.get("definition") or {}).get("actions") or {}).get(what) or {}
    if delete is UNKNOWN or delete.get("delete") is UNKNOWN:
        yield UNKNOWN
        return
    for name in counted:
        days = (delete.get("delete") or {}).get(name)
        if days is not None:
            yield UNKNOWN if days is UNKNOWN else int(days)


def _days(azure: Azure, account: Resource) -> Seen[int | None]:
    policy, rules = _rules(azure, account)
    if rules is UNKNOWN:
        assert policy is not None
        return policy.says(UNKNOWN, "policy.rules")
    found = [
        days
        for rule in rules
        for days in _deleted_after(rule, "baseBlob", "daysAfterModificationGreaterThan", "daysAfterCreationGreaterThan")
    ]
    if policy is None or not found:
        return (policy or account).says(None, "policy.rules" if policy else "")
    known = [days for days in found if not isinstance(days, Unknown)]
    return policy.says(min(known) if known else UNKNOWN, "policy.rules")


def _hidden_days(azure: Azure, account: Resource, service: Resource | None) -> Seen[int]:
    """What is replaced becomes a version until a rule deletes it; what is deleted stays as long as soft deletion."""
    if service is None:
        return account.says(0)
    soft, containers = (_soft(service, name) for name in ("deleteRetentionPolicy", "containerDeleteRetentionPolicy"))
    versions: int | Unknown = 0
    if service.get("isVersioningEnabled") is UNKNOWN:
        versions = UNKNOWN
    elif service.get("isVersioningEnabled") is True:
        _, rules = _rules(azure, account)
        ends: list[int | Unknown] = []
        for rule in [] if isinstance(rules, Unknown) else rules:
            ends += _deleted_after(rule, "version", "daysAfterCreationGreaterThan")
        versions = UNKNOWN if isinstance(rules, Unknown) or UNKNOWN in ends else min([FOR_EVER, *_known(ends)])
        if isinstance(versions, int):
            versions = max(versions, _fixed_days(account))
    if isinstance(soft, Unknown) or isinstance(containers, Unknown) or isinstance(versions, Unknown):
        return service.says(UNKNOWN, "deleteRetentionPolicy.days")
    return service.says(min(FOR_EVER, max(versions + soft, containers)), "deleteRetentionPolicy.days")


def _fixed_days(account: Resource) -> int:
    """How long a policy keeps a version from being deleted, whatever a rule says."""
    days = account.get("immutableStorageWithVersioning.immutabilityPolicy.immutabilityPeriodSinceCreationInDays", 0)
    return int(days) if isinstance(days, int) else FOR_EVER


def _known(values: list[int | Unknown]) -> list[int]:
    return [value for value in values if not isinstance(value, Unknown)]


def _soft(service: Resource, name: str) -> int | Unknown:
    enabled, days = service.get(f"{name}.enabled", False), service.get(f"{name}.days", 0)
    if isinstance(enabled, Unknown) or isinstance(days, Unknown):
        return UNKNOWN
    return int(days) if enabled is True else 0


def _immutable(azure: Azure, account: Resource) -> Seen[Immutability]:
    """The account's own policy, or one of a container; a legal hold can be lifted."""
    path = "immutableStorageWithVersioning.immutabilityPolicy.state"
    own = told(account, path, lambda state: _IMMUTABLE.get(state, Immutability.NONE))
    if own.value is not Immutability.NONE:
        return own
    for name in ("storage:BlobContainerImmutabilityPolicy", "storage:BlobContainerLegalHold"):
        for policy in azure.of(name):
            if azure.parent(policy) == account:
                locked = policy.outputs.get("state") == "Locked"
                return policy.says(Immutability.IRREVERSIBLE if locked else Immutability.REVERSIBLE)
    return own
