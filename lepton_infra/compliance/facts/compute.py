"""Facts about clusters, nodes, networks, firewall rules, listeners, IAM grants and credentials."""

from __future__ import annotations

from dataclasses import dataclass

from lepton_infra.compliance.facts.stores import Encryption
from lepton_infra.compliance.graph.graph import Resource, Seen


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
"""Log types of a control plane: the API server's own log, the requests to it, and the callers' identities."""


@dataclass(frozen=True, kw_only=True)
class Nodes:
    """A node group: machines of one shape.

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
    """A firewall rule that allows traffic.

    It opens ``from_port`` to ``to_port``, both None for all; ``peers`` are networks or names.
    """

    resource: Resource
    inbound: bool
    peers: Seen[frozenset[str]]
    from_port: int | None
    to_port: int | None
    workload: bool = True
    """Whether it is a rule of nodes; False of a load balancer's."""


@dataclass(frozen=True, kw_only=True)
class Listener:
    """A listener outside a cluster, of a load balancer or an Ingress. ``redirects``: it only redirects to TLS."""

    resource: Resource
    public: Seen[bool]
    minimum_tls: Seen[str | None]
    redirects: bool
    firewall: Seen[bool]
    """Whether a web application firewall with a rate limit stands before it."""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A grant of rights, by IAM or RBAC. ``everything`` are its wildcards and basic roles, ``anyone`` whether it is
    open to all, ``exact`` whether a trust names exactly whom it trusts (None where it is no trust)."""

    resource: Resource
    everything: Seen[tuple[str, ...]]
    anyone: Seen[bool]
    exact: Seen[bool] | None = None


@dataclass(frozen=True, kw_only=True)
class Credential:
    """A long-lived credential in the program: a user, an access key, a literal secret."""

    resource: Resource
    what: str
