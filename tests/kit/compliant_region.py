"""A small region that keeps every control, of a cloud that does not exist."""

from __future__ import annotations

from typing import Any

from lepton_infra.compliance.facts import (
    AUDIT_LOGS,
    PRIVATE_SERVICES,
    AccessLog,
    Alert,
    AlertRoute,
    Backup,
    BreakGlass,
    Cluster,
    Detection,
    Encryption,
    Facts,
    GpuSharing,
    Grant,
    Immutability,
    Key,
    Listener,
    Namespace,
    Network,
    Nodes,
    Opening,
    OrganizationPolicy,
    Place,
    Role,
    Route,
    Store,
    StoreKind,
    Trail,
)
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Unknown
from lepton_infra.compliance.rules.rule import Subject
from tests.kit.compliant_pods import CHART, DRIVER, MODEL
from tests.kit.obligations import GEOGRAPHY, OBLIGATIONS, PROVIDER, resource, says


def place(
    role: Role,
    location: str | Unknown | None = "west-1",
    data_class: DataClass = DataClass.PERSONAL,
    name: str = "bucket",
    **more: Any,
) -> Place:
    return Place(role=role, cloud="cloud", location=says(location, name, "location"), data_class=data_class, **more)


def store(name: str, data_class: DataClass, kind: StoreKind = StoreKind.BUCKET, **more: Any) -> Store:
    return Store(
        resource=resource(name),
        kind=kind,
        data_class=data_class,
        **{"encryption": says(Encryption.CUSTOMER, name), **more},
    )


BUCKET = store(
    "bucket",
    DataClass.PERSONAL,
    key=says(resource("key").urn),
    public=says(False),
    days=says(20),
    hidden_days=says(7),
    immutable=says(Immutability.REVERSIBLE),
    erased_with_resource=says(False),
    locked=says(True),
    recoverable=says(True),
    access_logged=says(True),
    shared_key=says(False),
    minimum_tls=says("1.2"),
    zone_redundant=says(True),
)
LOG = store(
    "log", DataClass.AUDIT_LOG, StoreKind.LOG, days=says(365, "log"), immutable=says(Immutability.REVERSIBLE, "log")
)
EVENTS = store("events", DataClass.AI_EVENT, StoreKind.LOG, days=says(200, "events"))
REGISTRY = store(
    "registry",
    DataClass.MODEL_ARTIFACT,
    StoreKind.REGISTRY,
    immutable_tags=says(True, "registry"),
    scanned=says(True, "registry"),
)
KEY = Key(
    resource=resource("key"),
    encryption=says(Encryption.CUSTOMER, "key"),
    rotation_days=says(90, "key"),
    deletion_days=says(30, "key"),
    locked=says(True, "key"),
    everyone=says(False, "key"),
    separated=says(True, "key"),
    multi_region=says(False, "key"),
)
CLUSTER = Cluster(
    resource=resource("cluster"),
    open_to=says(frozenset({"203.0.113.0/24"}), "cluster"),
    secrets_key=says(Encryption.CUSTOMER, "cluster"),
    local_accounts=says(False, "cluster"),
    workload_identity=says(True, "cluster"),
    network_policy=says(True, "cluster"),
    audit_logs=says(AUDIT_LOGS, "cluster"),
    transport_encrypted=says(True, "cluster"),
    verifies_images=says(True, "cluster"),
    locked=says(True, "cluster"),
    zones=says(3, "cluster"),
)
NODES = Nodes(
    resource=resource("nodes"),
    disk=says(Encryption.CUSTOMER, "nodes"),
    metadata_guarded=says(True, "nodes"),
    public_address=says(False, "nodes"),
    remote_login=says(False, "nodes"),
    verified_boot=says(True, "nodes"),
    zones=says(3, "nodes"),
    accelerated=True,
)
FACTS = Facts(
    places=(
        place(Role.PROVIDER, name="provider"),
        place(Role.HOME),
        place(Role.HOME, "global", name="role", holds_data=False),
        place(Role.COPY, "west-2"),
        place(Role.BACKUP, "west-2", DataClass.BACKUP),
        place(Role.REPLICA, "west-2", name="secrets"),
        place(Role.REPLICA, "east-1", DataClass.MODEL_ARTIFACT, name="registry"),
        place(Role.GEO, "wests"),
        place(Role.AI),
        place(Role.KEY, name="key"),
        place(Role.EDGE),
        place(Role.LOG, "west-1", DataClass.AUDIT_LOG),
        place(Role.PEER),
    ),
    stores=(BUCKET, LOG, EVENTS, REGISTRY),
    keys=(KEY,),
    clusters=(CLUSTER,),
    nodes=(NODES,),
    networks=(
        Network(
            resource=resource("network"),
            flow_logs=says(True, "network"),
            private_services=says(PRIVATE_SERVICES, "network"),
            default_open=says(False, "network"),
        ),
    ),
    openings=(
        Opening(
            resource=resource("in"),
            inbound=True,
            peers=says(frozenset({"10.0.0.0/8"}), "in"),
            from_port=8501,
            to_port=8501,
        ),
        Opening(
            resource=resource("out"),
            inbound=False,
            peers=says(frozenset({"keys"}), "out"),
            from_port=None,
            to_port=None,
        ),
        Opening(
            resource=resource("gateway"),
            inbound=True,
            peers=says(frozenset({"0.0.0.0/0"}), "gateway"),
            from_port=443,
            to_port=443,
            workload=False,
        ),
    ),
    listeners=(
        Listener(
            resource=resource("listener"),
            public=says(True, "listener"),
            minimum_tls=says("1.3", "listener"),
            redirects=False,
            firewall=says(True, "listener"),
        ),
        Listener(
            resource=resource("redirect"),
            public=says(True, "redirect"),
            minimum_tls=says(None, "redirect"),
            redirects=True,
            firewall=says(True, "redirect"),
        ),
    ),
    grants=(
        Grant(
            resource=resource("grant"),
            everything=says((), "grant"),
            anyone=says(False, "grant"),
            exact=says(True, "grant"),
        ),
    ),
    trails=(
        Trail(
            resource=resource("trail"),
            complete=says(True, "trail"),
            verified=says(True, "trail"),
            encryption=says(Encryption.CUSTOMER, "trail"),
            data_access=says(False, "trail"),
            with_content=says(False, "trail"),
        ),
    ),
    alert_routes=(
        AlertRoute(
            resource=resource("route"),
            receivers=says(("protection@example.org",), "route"),
            encryption=says(Encryption.CUSTOMER, "route"),
        ),
    ),
    alerts=(
        Alert(resource=resource("emergency"), about="break-glass", routed=says(True, "emergency")),
        Alert(resource=resource("changed"), about="audit-changed", routed=says(True, "changed")),
    ),
    break_glass=(BreakGlass(resource=resource("door"), minutes=says(60, "door"), second_factor=says(True, "door")),),
    backups=(
        Backup(
            resource=resource("plan"),
            covers=says(frozenset({BUCKET.resource.urn}), "plan"),
            days=says(10, "plan"),
            elsewhere=says(True, "plan"),
            restore_tested=says(True, "plan"),
        ),
    ),
    detections=(Detection(resource=resource("detection"), on=says(True, "detection")),),
    organization_policies=(
        OrganizationPolicy(resource=resource("policy"), locations=says(frozenset({"west-1", "wests"}), "policy")),
    ),
    pods=(MODEL, DRIVER),
    charts=(CHART,),
    namespaces=(
        Namespace(
            resource=resource("models", "kubernetes:core/v1:Namespace"),
            name="models",
            pod_security=says("restricted", "models"),
            default_deny=says(True, "models"),
        ),
        Namespace(
            resource=resource("drivers", "kubernetes:core/v1:Namespace"),
            name="drivers",
            pod_security=says("privileged", "drivers"),
            default_deny=says(True, "drivers"),
        ),
    ),
    routes=(Route(resource=resource("paths"), paths=says(("/v1/models/cifar10:predict",), "paths")),),
    access_logs=(AccessLog(resource=resource("proxies"), content=says(False, "proxies")),),
    gpu_sharing=(GpuSharing(resource=resource("sharing"), time_sliced=says(False, "sharing")),),
)

GRAPH = Graph(
    stack="west",
    resources=(
        Resource(urn=PROVIDER, type="pulumi:providers:cloud", name="west", inputs={}),
        resource("bucket", inputs={"name": "lepton-west", "tags": {"owner": "ai-platform", "account": "111122223333"}}),
        resource("route", inputs={"name": "protection@example.org"}),
        resource("told", inputs={"displayName": "protection@example.org"}),
        resource("account", inputs={"tags": {"runs-as": "server@west.iam.gserviceaccount.com", "id": UNKNOWN}}),
        resource("model", "kubernetes:apps/v1:Deployment", {"metadata": {"name": "model", "labels": {"app": "model"}}}),
        Resource(urn="urn:region", type="lepton:index:Region", name="west", inputs={}, custom=False),
        resource("other", "pulumi:pulumi:StackReference", provider=None),
    ),
    backend="s3://state?region=west-1",
    secrets_provider="kms://alias/state?region=west-1",
)

GOOD = Subject(facts=FACTS, graph=GRAPH, obligations=OBLIGATIONS, geography=GEOGRAPHY)
