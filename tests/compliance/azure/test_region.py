"""Facts of the stack eu-west: those of its golden file, and each of them follows its property."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from lepton_infra.clouds.azure import facts as reading
from lepton_infra.compliance.facts import Encryption, Facts, Immutability, Role
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph
from tests.compliance import region_facts
from tests.compliance.azure.graphs import UNSET, all_places, changed, without

STORE, COPY = "eu-west-storage-store", "eu-west-oversight-backup-store"
ARCHIVE, FLOWS = "eu-west-network-logs-audit", "eu-west-network-logs-flow"
LOGS = "eu-west-network-logs"
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


def test_facts_are_those_of_the_golden_file() -> None:
    assert region_facts.difference("eu-west") == "", "if that is meant: make goldens"


def test_everything_of_the_region_is_read(facts: Facts, previewed: Graph) -> None:
    assert facts.unread == ()
    assert reading.read(previewed).unread == ()


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
