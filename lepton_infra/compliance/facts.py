"""What a graph means, in words that no vendor owns: what the rules read.

Each cloud says in ``clouds/<cloud>/reading`` what its resources come to; ``compliance/kubernetes`` reads Kubernetes.
A fact that a cloud cannot have is left out, one that it has but that is not set is a ``Seen`` with the value that the
cloud then takes (null means true more often than one would think). Every ``Seen`` names the property a reviewer would
look at. None as a value means "not there"; where a fact's field itself may be None, the question does not arise there.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

from lepton_infra.compliance.data_class import DataClass
from lepton_infra.compliance.graph import Resource, Seen


class Role(StrEnum):
    """Why something is at a place."""

    HOME = "home"
    """The resource itself stands there."""
    PROVIDER = "provider"
    """A provider makes things there."""
    COPY = "copy"
    """Objects are replicated or transferred there."""
    BACKUP = "backup"
    """Backups or snapshots are kept there."""
    REPLICA = "replica"
    """A registry, secret or database has a second home there."""
    GEO = "geo"
    """The cloud keeps redundant copies there by the kind of storage chosen."""
    AI = "ai"
    """A managed model computes there."""
    KEY = "key"
    """A key, or a copy of it, is there."""
    EDGE = "edge"
    """Traffic is terminated there."""
    LOG = "log"
    """Logs are kept or collected there."""
    PEER = "peer"
    """A network or a service there is connected."""


EVERYWHERE = "global"
"""The location of what a cloud runs everywhere at once and does not promise to keep in one place."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A location where data can come to be.

    ``location`` is the cloud's own code (a zone counts as its region), :data:`EVERYWHERE`, or None where a destination
    cannot be told. ``cloud`` is the cloud that the code belongs to. ``holds_data`` is False for what only configures.
    """

    role: Role
    cloud: str
    location: Seen[str | None]
    data_class: DataClass
    holds_data: bool = True


class StoreKind(StrEnum):
    """What sort of store."""

    BUCKET = "bucket"
    LOG = "log"
    DISK = "disk"
    REGISTRY = "registry"
    SECRETS = "secrets"
    DATABASE = "database"
    BACKUP = "backup"
    QUEUE = "queue"


class Encryption(StrEnum):
    """Whose key encrypts, from the weakest."""

    NONE = "none"
    PROVIDER = "provider-managed"
    CUSTOMER = "customer-managed"
    EXTERNAL = "external"


class Immutability(StrEnum):
    """Whether content can be changed or deleted before its time."""

    NONE = "none"
    REVERSIBLE = "reversible"
    IRREVERSIBLE = "irreversible"
    """Nobody, the cloud's own staff included, can shorten it."""


@dataclass(frozen=True, kw_only=True)
class Store:
    """Something that keeps data.

    ``days`` is how long content is kept by age (None: for ever), ``hidden_days`` how long what was replaced or deleted
    lives on in versions and soft deletion. Retention is None where it is nobody's question (a disk's content dies with
    it). ``erased_with_resource`` is whether a deletion of the resource empties it first. ``recoverable`` is whether
    replaced content can be had back: versions, or a backup plan that covers it. ``shared_key`` is whether a password or
    key of its own opens it. ``zones`` tells in how many zones its content is.
    """

    resource: Resource
    kind: StoreKind
    data_class: DataClass
    encryption: Seen[Encryption]
    key: Seen[str] | None = None
    public: Seen[bool] | None = None
    days: Seen[int | None] | None = None
    hidden_days: Seen[int] | None = None
    immutable: Seen[Immutability] | None = None
    erased_with_resource: Seen[bool] | None = None
    locked: Seen[bool] | None = None
    recoverable: Seen[bool] | None = None
    access_logged: Seen[bool] | None = None
    shared_key: Seen[bool] | None = None
    minimum_tls: Seen[str | None] | None = None
    """Lowest version of TLS that it takes, such as ``1.2``; None if it answers without TLS."""
    zone_redundant: Seen[bool] | None = None
    immutable_tags: Seen[bool] | None = None
    """Of a registry: whether a tag can be moved to another image."""
    scanned: Seen[bool] | None = None
    """Of a registry: whether images are scanned for known weaknesses."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key that encrypts what is stored.

    ``rotation_days`` is None where it never rotates, ``deletion_days`` the time between a deletion and its effect,
    ``everyone`` whether its policy lets anybody use it, ``separated`` whether who administers it cannot use it.
    """

    resource: Resource
    encryption: Seen[Encryption]
    rotation_days: Seen[int | None]
    deletion_days: Seen[int]
    locked: Seen[bool]
    everyone: Seen[bool]
    separated: Seen[bool]
    multi_region: Seen[bool]


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A Kubernetes control plane.

    ``open_to`` are the networks that reach its API besides the private one (``0.0.0.0/0``: everyone). ``audit_logs``
    are of :data:`AUDIT_LOGS`. ``logs`` says where they are kept, as the store's data class tells. ``zones`` is the
    count of zones that it stands in.
    """

    resource: Resource
    open_to: Seen[frozenset[str]]
    secrets_key: Seen[Encryption]
    local_accounts: Seen[bool]
    workload_identity: Seen[bool]
    network_policy: Seen[bool]
    audit_logs: Seen[frozenset[str]]
    transport_encrypted: Seen[bool] | None
    """Whether traffic between nodes is encrypted; None where the machines do that by themselves."""
    verifies_images: Seen[bool]
    locked: Seen[bool]
    zones: Seen[int]


AUDIT_LOGS = frozenset({"api", "audit", "authentication"})
"""What a control plane must write down: its own log, who asked for what, and who they were."""


@dataclass(frozen=True, kw_only=True)
class Nodes:
    """Machines of one shape.

    ``metadata_guarded`` is whether a pod is kept from the machine's own credentials, ``verified_boot`` whether the
    machine's firmware checks what it starts (None where the cloud does so always or cannot).
    """

    resource: Resource
    disk: Seen[Encryption]
    metadata_guarded: Seen[bool]
    public_address: Seen[bool]
    remote_login: Seen[bool]
    verified_boot: Seen[bool] | None
    zones: Seen[int]
    accelerated: bool


@dataclass(frozen=True, kw_only=True)
class Network:
    """A private network. ``private_services`` are of :data:`PRIVATE_SERVICES`, those reached without the internet."""

    resource: Resource
    flow_logs: Seen[bool]
    private_services: Seen[frozenset[str]]
    default_open: Seen[bool]
    """Whether its default rules let anything in or out."""


PRIVATE_SERVICES = frozenset({"objects", "registry", "identity", "keys", "logs"})
"""The cloud's own services that a region must reach privately."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A firewall rule that allows. ``from_port`` to ``to_port``, both None for all; ``peers`` are networks or names."""

    resource: Resource
    inbound: bool
    peers: Seen[frozenset[str]]
    from_port: int | None
    to_port: int | None
    workload: bool = True
    """Whether it is of machines that run workloads; False of a load balancer."""


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Something that answers from outside a cluster. ``redirects`` is whether all it does is to send on to TLS."""

    resource: Resource
    public: Seen[bool]
    minimum_tls: Seen[str | None]
    redirects: bool
    firewall: Seen[bool]
    """Whether a web application firewall with a rate limit stands before it."""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Rights that somebody gets. ``everything`` are wildcards and basic roles in it, ``anyone`` whether it is open to
    all, ``conditions`` whether a trust names exactly whom it trusts (None where it is no trust)."""

    resource: Resource
    everything: Seen[tuple[str, ...]]
    anyone: Seen[bool]
    exact: Seen[bool] | None = None


@dataclass(frozen=True, kw_only=True)
class Trail:
    """An audit trail of the cloud's own API. ``complete`` covers all management calls, ``data_access`` reads and
    writes of stored objects, ``with_content`` their content."""

    resource: Resource
    complete: Seen[bool]
    verified: Seen[bool]
    """Whether a change of what was written would be noticed."""
    encryption: Seen[Encryption]
    data_access: Seen[bool]
    with_content: Seen[bool]


@dataclass(frozen=True, kw_only=True)
class AlertRoute:
    """Who is told. ``receivers`` are addresses; ``encryption`` of the messages at rest."""

    resource: Resource
    receivers: Seen[tuple[str, ...]]
    encryption: Seen[Encryption] | None


@dataclass(frozen=True, kw_only=True)
class Alert:
    """Something that is watched. ``about`` are words of :data:`ALERTS`; ``routed`` whether anybody is told."""

    resource: Resource
    about: str
    routed: Seen[bool]


ALERTS = frozenset({"break-glass", "audit-changed"})
"""What every region watches: use of the emergency role, and changes of the audit trail or of keys."""


@dataclass(frozen=True, kw_only=True)
class BreakGlass:
    """An emergency way in. ``minutes`` is the longest session, ``second_factor`` whether one factor is not enough or
    somebody else must approve."""

    resource: Resource
    minutes: Seen[int | None]
    second_factor: Seen[bool]


@dataclass(frozen=True, kw_only=True)
class Backup:
    """A plan of backups.

    ``covers`` are the URNs of the stores that it backs up, ``days`` how long a backup is kept (None: for ever),
    ``elsewhere`` whether a copy is out of reach of whoever can delete the original: another account, or a vault that
    nobody can empty. ``restore_tested`` is whether restoring is tried regularly.
    """

    resource: Resource
    covers: Seen[frozenset[str]]
    days: Seen[int | None]
    elsewhere: Seen[bool]
    restore_tested: Seen[bool]


@dataclass(frozen=True, kw_only=True)
class Detection:
    """A service that looks for attacks. ``on`` tells whether it runs."""

    resource: Resource
    on: Seen[bool]


@dataclass(frozen=True, kw_only=True)
class Fence:
    """A rule of the organisation that keeps resources within locations."""

    resource: Resource
    locations: Seen[frozenset[str]]


@dataclass(frozen=True, kw_only=True)
class Credential:
    """A long-lived secret that the program makes: a user, an access key, a literal secret."""

    resource: Resource
    what: str


@dataclass(frozen=True, kw_only=True)
class Container:
    """A container of a pod, init containers included, as its pod spec says."""

    name: str
    image: Seen[str]
    root_possible: Seen[bool]
    privilege_escalation: Seen[bool]
    privileged: Seen[bool]
    capabilities_kept: Seen[bool]
    """Whether not all capabilities are dropped, or others than NET_BIND_SERVICE are added."""
    unconfined: Seen[bool]
    """Whether its seccomp profile is neither RuntimeDefault nor Localhost."""
    writable_root: Seen[bool]
    bounded: Seen[bool]
    """Whether CPU and memory are requested and memory is limited."""
    probed: Seen[bool] | None
    """Whether startup or liveness, and readiness, are probed; None of init containers and jobs."""
    secrets_in_environment: Seen[bool]
    arguments: Seen[tuple[str, ...]]
    """Command and arguments."""
    init: bool = False
    developer_mode: Seen[bool] | None = None
    """Whether a model server's administration is open to whoever reaches it."""


@dataclass(frozen=True, kw_only=True)
class Pods:
    """A workload's pod template."""

    resource: Resource
    namespace: str
    containers: tuple[Container, ...]
    host_access: Seen[bool]
    """Whether it shares the host's network, processes, files or ports."""
    token_mounted: Seen[bool]
    default_account: Seen[bool]
    tolerations: Seen[tuple[str, ...]]
    accelerated: bool
    spread: Seen[bool]
    """Whether replicas spread over zones."""
    verified_model: Seen[bool] | None
    """Whether an init container checks a model's SHA-256 before it is served; None where no model is served."""
    logs_content: Seen[bool]
    """Whether requests or answers are written to logs."""


@dataclass(frozen=True, kw_only=True)
class Namespace:
    """A namespace. ``pod_security`` is the enforced level; ``default_deny`` whether a policy closes it both ways."""

    resource: Resource
    name: str
    pod_security: Seen[str | None]
    default_deny: Seen[bool]


@dataclass(frozen=True, kw_only=True)
class Route:
    """A path to a model from outside. ``paths`` are those let through, ``/`` prefix standing for all."""

    resource: Resource
    paths: Seen[tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class GpuSharing:
    """How one GPU serves several pods."""

    resource: Resource
    time_sliced: Seen[bool]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart that the cluster renders: what its pods may do is not to be seen before they run, only what it was given.

    ``pinned`` is whether its version is an exact one, ``images`` are the references among its values. What it may do is
    bounded by the pod security level of its namespace.
    """

    resource: Resource
    namespace: str
    pinned: Seen[bool]
    images: Seen[tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that was read of one graph."""

    places: tuple[Place, ...] = ()
    stores: tuple[Store, ...] = ()
    keys: tuple[Key, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    nodes: tuple[Nodes, ...] = ()
    networks: tuple[Network, ...] = ()
    openings: tuple[Opening, ...] = ()
    listeners: tuple[Listener, ...] = ()
    grants: tuple[Grant, ...] = ()
    trails: tuple[Trail, ...] = ()
    alert_routes: tuple[AlertRoute, ...] = ()
    alerts: tuple[Alert, ...] = ()
    break_glass: tuple[BreakGlass, ...] = ()
    backups: tuple[Backup, ...] = ()
    detections: tuple[Detection, ...] = ()
    fences: tuple[Fence, ...] = ()
    credentials: tuple[Credential, ...] = ()
    pods: tuple[Pods, ...] = ()
    namespaces: tuple[Namespace, ...] = ()
    routes: tuple[Route, ...] = ()
    gpu_sharing: tuple[GpuSharing, ...] = ()
    unread: tuple[Resource, ...] = ()
    """Resources of a kind that no reading knows and that could hold or carry data: a rule must not pass over them."""
    charts: tuple[Chart, ...] = ()

    def __add__(self, other: Facts) -> Facts:
        return Facts(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(Facts)})
