"""What our own region on Azure comes to, and that each fact hangs on the property that a reviewer would look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import pytest

from lepton_infra.clouds.azure import facts as reading
from lepton_infra.compliance.facts import EVERYWHERE, Encryption, Facts, Immutability, Role, Store, StoreKind
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen
from tests.compliance.azure.graphs import UNSET, all_places, changed, without

STORE, COPY = "eu-west-storage-store", "eu-west-oversight-backup-store"
ARCHIVE, FLOWS = "eu-west-network-logs-audit", "eu-west-network-logs-flow"
LOGS, ACCESS_LOG = "eu-west-network-logs", "eu-west-storage-access-log"
IMAGES, CONTROL, NET = "eu-west-registry-images", "eu-west-cluster-control-plane", "eu-west-network-vnet"
VAULT, KEY = "eu-west-storage-vault", "eu-west-storage-key"
EMERGENCY = "eu-west-oversight-break-glass-33333333-3333-4333-8333-333333333333"
TERMS, TRAIL = "eu-west-oversight-break-glass-terms", "eu-west-oversight-trail"


@pytest.fixture(scope="module")
def facts(region: Graph) -> Facts:
    return reading.read(region)


def of(records: tuple[Any, ...], name: str) -> Any:
    """The record about the resource of a name."""
    (found,) = [each for each in records if each.resource.name == name]
    return found


def plain(facts: Facts) -> list[tuple[str, dict[str, Any]]]:
    """All facts but places, with values in the place of what was seen and names in that of resources."""
    return [
        (field.name, {each.name: _plain(getattr(record, each.name)) for each in fields(record)})
        for field in fields(facts)
        if field.name not in ("places", "unread")
        for record in getattr(facts, field.name)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, Seen):
        return value.value
    return value.name if isinstance(value, Resource) else value


def test_everything_of_the_region_is_read(facts: Facts) -> None:
    assert facts.unread == ()
    assert facts.credentials == ()


def test_data_stays_in_the_location_and_keys_in_its_pair(region: Graph) -> None:
    places = all_places(region)
    elsewhere = {(each.role, each.location.value) for each in places if each.holds_data} - {
        (role, "westeurope") for role in Role
    }

    assert len(places) > 100
    assert elsewhere == {(Role.KEY, "northeurope")}
    assert {each.location.value for each in places if not each.holds_data} == {"westeurope", EVERYWHERE}
    assert not [each for each in places if each.role in (Role.GEO, Role.REPLICA, Role.EDGE, Role.AI)]


@pytest.mark.parametrize(
    ("name", "kind", "data_class", "encryption", "days", "hidden"),
    [
        (STORE, StoreKind.BUCKET, DataClass.PERSONAL, Encryption.CUSTOMER, None, 30),
        (COPY, StoreKind.BUCKET, DataClass.BACKUP, Encryption.CUSTOMER, None, 30),
        (ARCHIVE, StoreKind.BUCKET, DataClass.AUDIT_LOG, Encryption.CUSTOMER, 365, 365),
        (FLOWS, StoreKind.BUCKET, DataClass.AUDIT_LOG, Encryption.CUSTOMER, 365, 365),
        (LOGS, StoreKind.LOG, DataClass.AUDIT_LOG, Encryption.PROVIDER, 365, None),
        (ACCESS_LOG, StoreKind.LOG, DataClass.AUDIT_LOG, Encryption.PROVIDER, 365, None),
        (IMAGES, StoreKind.REGISTRY, DataClass.MODEL_ARTIFACT, Encryption.CUSTOMER, None, None),
    ],
)
def test_every_store_is_what_it_should_be(
    facts: Facts, name: str, kind: StoreKind, data_class: DataClass, encryption: Encryption, days: Any, hidden: Any
) -> None:
    store: Store = of(facts.stores, name)

    assert (store.kind, store.data_class, store.encryption.value) == (kind, data_class, encryption)
    assert (store.days.value if store.days else None) == days
    assert (store.hidden_days.value if store.hidden_days else None) == hidden
    assert store.locked is not None
    assert store.locked.value is True
    assert store.public is None or store.public.value is False
    assert store.shared_key is not None
    assert store.shared_key.value is False


def test_only_the_archive_is_fixed_and_nothing_is_for_ever(facts: Facts) -> None:
    fixed = {each.resource.name: each.immutable.value for each in facts.stores if each.immutable}

    assert fixed[ARCHIVE] is Immutability.REVERSIBLE
    assert {name for name, state in fixed.items() if state is not Immutability.NONE} == {ARCHIVE}


def test_the_data_is_kept_twice(facts: Facts) -> None:
    (backup,) = facts.backups

    assert backup.covers.value == frozenset({of(facts.stores, STORE).resource.urn})
    assert (backup.days.value, backup.elsewhere.value, backup.restore_tested.value) == (30, True, False)


def test_the_region_is_watched(facts: Facts) -> None:
    (trail,) = facts.trails

    assert (trail.complete.value, trail.verified.value, trail.encryption.value) == (True, True, Encryption.CUSTOMER)
    assert (trail.data_access.value, trail.with_content.value) == (True, False)
    assert {(each.about, each.routed.value) for each in facts.alerts} == {
        ("break-glass", True),
        ("audit-changed", True),
    }
    assert [(each.minutes.value, each.second_factor.value) for each in facts.break_glass] == [(60, True)]
    assert {each.on.value for each in facts.detections} == {True}
    assert len(facts.alert_routes) == 1


def test_the_cluster_is_closed(facts: Facts) -> None:
    (cluster,) = facts.clusters

    assert cluster.open_to.value == frozenset()
    assert cluster.secrets_key.value is Encryption.CUSTOMER
    assert cluster.audit_logs.value == frozenset({"api", "audit", "authentication"})
    assert cluster.transport_encrypted is not None
    assert cluster.transport_encrypted.value is True
    assert (cluster.local_accounts.value, cluster.workload_identity.value) == (False, True)
    assert (cluster.network_policy.value, cluster.zones.value) == (True, 3)
    # Pools come and go, which a lock of Azure's would forbid.
    assert cluster.locked.value is False


def test_a_preview_tells_what_the_made_region_does(facts: Facts, previewed: Graph) -> None:
    assert plain(reading.read(previewed)) == plain(facts)


def test_places_are_told_in_a_preview_too(region: Graph, previewed: Graph) -> None:
    def told(graph: Graph) -> list[tuple[Any, ...]]:
        return [(each.role, each.location.resource.name, each.location.value) for each in all_places(graph)]

    assert told(previewed) == told(region)


Read = Callable[[Facts], Any]


def store(name: str, fact: str) -> Read:
    return lambda facts: getattr(of(facts.stores, name), fact).value


def record(kind: str, name: str, fact: str) -> Read:
    return lambda facts: getattr(of(getattr(facts, kind), name), fact).value


@dataclass(frozen=True, kw_only=True)
class Property:
    """A property of a resource of the region, and the value it is changed to."""

    name: str
    path: str
    value: Any

    @property
    def id(self) -> str:
        return f"{self.name}.{self.path}={self.value if isinstance(self.value, str | int | bool) else ''}"


@dataclass(frozen=True, kw_only=True)
class Mutation(Property):
    """A fact that follows the property, and the fact's value afterwards."""

    fact: Read
    after: Any


@dataclass(frozen=True, kw_only=True)
class Move(Property):
    """A place that is there only afterwards."""

    role: Role
    where: Any


MUTATIONS: list[Mutation] = [
    Mutation(name=STORE, path="publicNetworkAccess", value="Enabled", fact=store(STORE, "public"), after=True),
    Mutation(name=STORE, path="publicNetworkAccess", value=UNSET, fact=store(STORE, "public"), after=True),
    Mutation(name=STORE, path="allowBlobPublicAccess", value=True, fact=store(STORE, "public"), after=True),
    Mutation(name=STORE, path="allowSharedKeyAccess", value=UNSET, fact=store(STORE, "shared_key"), after=True),
    Mutation(name=STORE, path="minimumTlsVersion", value=UNSET, fact=store(STORE, "minimum_tls"), after="1.0"),
    Mutation(
        name=STORE,
        path="encryption.keySource",
        value="Microsoft.Storage",
        fact=store(STORE, "encryption"),
        after=Encryption.PROVIDER,
    ),
    Mutation(name=STORE, path="sku.name", value="Standard_LRS", fact=store(STORE, "zone_redundant"), after=False),
    Mutation(
        name=f"{STORE}-blobs",
        path="isVersioningEnabled",
        value=UNKNOWN,
        fact=store(STORE, "hidden_days"),
        after=UNKNOWN,
    ),
    Mutation(
        name=f"{STORE}-blobs", path="deleteRetentionPolicy.days", value=90, fact=store(STORE, "hidden_days"), after=90
    ),
    Mutation(name=f"{STORE}-lock", path="level", value=UNKNOWN, fact=store(STORE, "locked"), after=False),
    Mutation(
        name="eu-west-storage-access-diagnostics",
        path="logs[0].enabled",
        value=False,
        fact=store(STORE, "access_logged"),
        after=False,
    ),
    Mutation(
        name=f"{ARCHIVE}-lifecycle",
        path="policy.rules[0].enabled",
        value=False,
        fact=store(ARCHIVE, "days"),
        after=None,
    ),
    Mutation(
        name=f"{FLOWS}-lifecycle",
        path="policy.rules[0].definition.actions",
        value=UNKNOWN,
        fact=store(FLOWS, "days"),
        after=UNKNOWN,
    ),
    Mutation(
        name=ARCHIVE,
        path="immutableStorageWithVersioning.immutabilityPolicy.state",
        value="Locked",
        fact=store(ARCHIVE, "immutable"),
        after=Immutability.IRREVERSIBLE,
    ),
    Mutation(name=LOGS, path="retentionInDays", value=30, fact=store(LOGS, "days"), after=30),
    Mutation(name=LOGS, path="features.disableLocalAuth", value=UNSET, fact=store(LOGS, "shared_key"), after=True),
    Mutation(name=IMAGES, path="adminUserEnabled", value=True, fact=store(IMAGES, "shared_key"), after=True),
    Mutation(name=IMAGES, path="anonymousPullEnabled", value=True, fact=store(IMAGES, "public"), after=True),
    Mutation(
        name=IMAGES,
        path="encryption.status",
        value="disabled",
        fact=store(IMAGES, "encryption"),
        after=Encryption.PROVIDER,
    ),
    Mutation(
        name="eu-west-oversight-defender-containers",
        path="pricingTier",
        value="Free",
        fact=store(IMAGES, "scanned"),
        after=False,
    ),
    Mutation(name=VAULT, path="properties.publicNetworkAccess", value=UNSET, fact=store(VAULT, "public"), after=True),
    Mutation(
        name=VAULT,
        path="properties.enablePurgeProtection",
        value=UNSET,
        fact=record("keys", KEY, "deletion_days"),
        after=0,
    ),
    Mutation(
        name=VAULT,
        path="properties.enableRbacAuthorization",
        value=False,
        fact=record("keys", KEY, "separated"),
        after=False,
    ),
    Mutation(
        name=KEY, path="properties.rotationPolicy", value=UNSET, fact=record("keys", KEY, "rotation_days"), after=None
    ),
    Mutation(
        name=CONTROL,
        path="apiServerAccessProfile.enablePrivateCluster",
        value=False,
        fact=record("clusters", CONTROL, "open_to"),
        after=frozenset({"0.0.0.0/0"}),
    ),
    Mutation(
        name=CONTROL,
        path="securityProfile.azureKeyVaultKms.enabled",
        value=False,
        fact=record("clusters", CONTROL, "secrets_key"),
        after=Encryption.PROVIDER,
    ),
    Mutation(
        name=CONTROL,
        path="disableLocalAccounts",
        value=UNSET,
        fact=record("clusters", CONTROL, "local_accounts"),
        after=True,
    ),
    Mutation(
        name=CONTROL,
        path="oidcIssuerProfile.enabled",
        value=False,
        fact=record("clusters", CONTROL, "workload_identity"),
        after=False,
    ),
    Mutation(
        name=CONTROL,
        path="networkProfile.networkPolicy",
        value=UNSET,
        fact=record("clusters", CONTROL, "network_policy"),
        after=False,
    ),
    Mutation(
        name=CONTROL,
        path="diskEncryptionSetID",
        value=UNSET,
        fact=record("nodes", CONTROL, "disk"),
        after=Encryption.PROVIDER,
    ),
    Mutation(
        name=CONTROL,
        path="agentPoolProfiles[0].securityProfile.enableSecureBoot",
        value=False,
        fact=record("nodes", CONTROL, "verified_boot"),
        after=False,
    ),
    Mutation(
        name=CONTROL,
        path="agentPoolProfiles[0].enableNodePublicIP",
        value=True,
        fact=record("nodes", CONTROL, "public_address"),
        after=True,
    ),
    Mutation(
        name="eu-west-pool-t4-spot",
        path="availabilityZones",
        value=UNSET,
        fact=record("nodes", "eu-west-pool-t4-spot", "zones"),
        after=1,
    ),
    Mutation(
        name=NET,
        path="encryption.enabled",
        value=False,
        fact=record("clusters", CONTROL, "transport_encrypted"),
        after=False,
    ),
    Mutation(
        name="eu-west-network-logs-flows",
        path="enabled",
        value=False,
        fact=record("networks", NET, "flow_logs"),
        after=False,
    ),
    Mutation(
        name="eu-west-network-system",
        path="networkSecurityGroup",
        value=UNSET,
        fact=record("networks", NET, "default_open"),
        after=True,
    ),
    Mutation(name=TRAIL, path="logs[0].enabled", value=False, fact=record("trails", TRAIL, "complete"), after=False),
    Mutation(
        name=TRAIL,
        path="workspaceId",
        value="logs",
        fact=record("trails", TRAIL, "encryption"),
        after=Encryption.PROVIDER,
    ),
    Mutation(
        name=TERMS,
        path="rules[0].maximumDuration",
        value="PT8H",
        fact=record("break_glass", EMERGENCY, "minutes"),
        after=480,
    ),
    Mutation(
        name=TERMS,
        path="rules[1].enabledRules",
        value=["Justification"],
        fact=record("break_glass", EMERGENCY, "second_factor"),
        after=False,
    ),
    Mutation(
        name="eu-west-identity-cifar10-trust",
        path="subject",
        value="system:serviceaccount:*:*",
        fact=record("grants", "eu-west-identity-cifar10-trust", "exact"),
        after=False,
    ),
    Mutation(
        name=f"{COPY}-blobs",
        path="deleteRetentionPolicy.enabled",
        value=False,
        fact=lambda facts: facts.backups[0].elsewhere.value,
        after=False,
    ),
    Mutation(
        name="eu-west-oversight-audit-changed",
        path="actions.actionGroups",
        value=[],
        fact=record("alerts", "eu-west-oversight-audit-changed", "routed"),
        after=False,
    ),
]


@pytest.mark.parametrize("case", MUTATIONS, ids=lambda case: case.id)
def test_a_changed_property_changes_the_fact(region: Graph, facts: Facts, case: Mutation) -> None:
    after = reading.read(changed(region, case.name, case.path, case.value))

    assert case.fact(after) == case.after
    assert case.fact(facts) != case.after


PLACES: list[Move] = [
    Move(name=STORE, path="location", value="eastus", role=Role.HOME, where="eastus"),
    Move(name=STORE, path="sku.name", value="Standard_GZRS", role=Role.GEO, where="northeurope"),
    Move(name=STORE, path="allowCrossTenantReplication", value=True, role=Role.COPY, where=None),
    Move(name=STORE, path="allowedCopyScope", value=UNSET, role=Role.COPY, where=None),
    Move(name=COPY, path="location", value="uksouth", role=Role.COPY, where="uksouth"),
    Move(name=LOGS, path="location", value="eastus", role=Role.LOG, where="eastus"),
    Move(name=IMAGES, path="location", value=UNKNOWN, role=Role.HOME, where=UNKNOWN),
    Move(name="eu-west-cloud", path="location", value="eastus", role=Role.PROVIDER, where="eastus"),
]


@pytest.mark.parametrize("case", PLACES, ids=lambda case: case.id)
def test_a_changed_property_changes_the_place(region: Graph, case: Move) -> None:
    def told(graph: Graph) -> list[Any]:
        return [each.location.value for each in all_places(graph) if each.role is case.role]

    assert case.where not in told(region)
    assert case.where in told(changed(region, case.name, case.path, case.value))


@pytest.mark.parametrize(
    ("name", "fact", "expected"),
    [
        (f"{STORE}-lock", store(STORE, "locked"), False),
        (f"{STORE}-blobs", store(STORE, "recoverable"), True),
        ("eu-west-storage-access-diagnostics", store(STORE, "access_logged"), False),
        (
            "eu-west-cluster-audit-diagnostics",
            record("clusters", CONTROL, "audit_logs"),
            {"api", "authentication", "audit"},
        ),
        ("eu-west-cluster-logs-diagnostics", record("clusters", CONTROL, "audit_logs"), {"authentication", "audit"}),
        (TERMS, record("break_glass", EMERGENCY, "minutes"), 480),
        (
            "eu-west-storage-store-endpoint",
            record("networks", NET, "private_services"),
            {"identity", "keys", "logs", "objects", "registry"},
        ),
        (
            "eu-west-registry-images-endpoint",
            record("networks", NET, "private_services"),
            {"identity", "keys", "logs", "objects"},
        ),
        ("eu-west-serving-cifar10-default-deny", record("nodes", CONTROL, "metadata_guarded"), False),
    ],
)
def test_a_missing_companion_changes_the_fact(region: Graph, name: str, fact: Read, expected: Any) -> None:
    assert fact(reading.read(without(region, name))) == expected


def paths(value: Any, path: str = "") -> list[str]:
    """Every path in inputs, of lists the first item's; keys that are ids are left out."""
    found = [path] if path else []
    if isinstance(value, dict):
        for key, item in value.items():
            found += paths(item, f"{path}.{key}" if path else key) if not {"/", ":"} & set(key) else []
    elif isinstance(value, list) and value:
        found += paths(value[0], f"{path}[0]")
    return found


def test_nothing_that_is_not_known_yet_stops_the_reading(region: Graph) -> None:
    """One property of each kind of resource at a time, all of them in turn."""
    by_type = {
        each.type: each for each in region if each.custom and each.type != "azure-native:resources:ResourceGroup"
    }
    turns = {each.name: paths(dict(each.inputs)) for each in by_type.values()}
    made = len(reading.read(region).stores)

    for turn in range(max(map(len, turns.values()))):
        graph = region
        for name, properties in turns.items():
            if turn < len(properties):
                graph = changed(graph, name, properties[turn], UNKNOWN)
        assert len(reading.read(graph).stores) == made
