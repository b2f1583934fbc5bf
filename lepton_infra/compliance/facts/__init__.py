"""Vendor-neutral facts read from a resource graph, such as stores, keys, clusters and pods: the rules' input.

Each cloud reads its resources in ``clouds/<cloud>/facts``; ``compliance/facts/kubernetes`` reads Kubernetes.
A fact that a cloud cannot have is left out, one that it has but that is not set is a ``Seen`` with the value that the
cloud then takes (null means true more often than one would think). Every ``Seen`` names the property a reviewer would
look at. None as a value means "not there"; where a fact's field itself may be None, the question does not arise there.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from lepton_infra.compliance.facts.compute import (
    AUDIT_LOGS,
    PRIVATE_SERVICES,
    Cluster,
    Credential,
    Grant,
    Listener,
    Network,
    Nodes,
    Opening,
)
from lepton_infra.compliance.facts.monitoring import (
    ALERTS,
    Alert,
    AlertRoute,
    Backup,
    BreakGlass,
    Detection,
    OrganizationPolicy,
    Trail,
)
from lepton_infra.compliance.facts.stores import (
    EVERYWHERE,
    Encryption,
    Immutability,
    Key,
    Place,
    Role,
    Store,
    StoreKind,
)
from lepton_infra.compliance.facts.workloads import AccessLog, Chart, Container, GpuSharing, Namespace, Pods, Route
from lepton_infra.compliance.graph.graph import Resource

__all__ = [
    "ALERTS",
    "AUDIT_LOGS",
    "EVERYWHERE",
    "PRIVATE_SERVICES",
    "AccessLog",
    "Alert",
    "AlertRoute",
    "Backup",
    "BreakGlass",
    "Chart",
    "Cluster",
    "Container",
    "Credential",
    "Detection",
    "Encryption",
    "Facts",
    "GpuSharing",
    "Grant",
    "Immutability",
    "Key",
    "Listener",
    "Namespace",
    "Network",
    "Nodes",
    "Opening",
    "OrganizationPolicy",
    "Place",
    "Pods",
    "Role",
    "Route",
    "Store",
    "StoreKind",
    "Trail",
]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All facts of one resource graph."""

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
    organization_policies: tuple[OrganizationPolicy, ...] = ()
    credentials: tuple[Credential, ...] = ()
    pods: tuple[Pods, ...] = ()
    namespaces: tuple[Namespace, ...] = ()
    routes: tuple[Route, ...] = ()
    gpu_sharing: tuple[GpuSharing, ...] = ()
    unread: tuple[Resource, ...] = ()
    """Resources of unsupported kinds that could hold or carry data: a rule must not pass over them."""
    charts: tuple[Chart, ...] = ()
    access_logs: tuple[AccessLog, ...] = ()

    def __add__(self, other: Facts) -> Facts:
        return Facts(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(Facts)})
