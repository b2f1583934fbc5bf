"""Facts about Kubernetes objects: pods, containers, namespaces, routes, charts, GPU sharing."""

from __future__ import annotations

from dataclasses import dataclass

from lepton_infra.compliance.graph.graph import Resource, Seen


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
    """Whether a model server's administration is open to every client."""


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
    nodes: tuple[tuple[str, str], ...] | None
    """Node selector: labels that its nodes must have; None: not known yet."""
    tenant: str | None
    """Tenant: its label, or else its namespace; None: not known yet."""
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
    """An HTTP or gRPC route from outside. ``paths`` are those let through; the prefix ``/`` means all."""

    resource: Resource
    paths: Seen[tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class AccessLog:
    """The access log of a proxy before models. ``content`` is whether it has more than the fact of a request: bodies,
    queries, or headers that a client fills."""

    resource: Resource
    content: Seen[bool]


@dataclass(frozen=True, kw_only=True)
class GpuSharing:
    """Time slicing of GPUs between pods, as a device plugin is configured.

    ``nodes`` are labels of which each is on some of the nodes whose GPUs are taken in turns; none: it may be so on all.
    """

    resource: Resource
    time_sliced: Seen[bool]
    nodes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A Helm release. What its pods may do is not known before the cluster renders them, only what it was given.

    ``pinned`` is whether its version is an exact one, ``images`` are the references among its values. What it may do is
    bounded by the pod security level of its namespace.
    """

    resource: Resource
    namespace: str
    pinned: Seen[bool]
    images: Seen[tuple[str, ...]]
