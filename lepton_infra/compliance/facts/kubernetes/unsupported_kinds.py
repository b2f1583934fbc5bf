"""Kubernetes kinds without facts, and those of them that could hold or carry data."""

from __future__ import annotations

from lepton_infra.compliance.facts.kubernetes.objects import PACKAGE, kind
from lepton_infra.compliance.facts.kubernetes.pods import SPECS
from lepton_infra.compliance.graph.graph import Graph, Resource

_READ = frozenset(SPECS) | {
    "ClientTrafficPolicy",
    "ClusterRole",
    "ClusterRoleBinding",
    "ConfigMap",
    "EnvoyProxy",
    "GRPCRoute",
    "Gateway",
    "HTTPRoute",
    "Ingress",
    "Namespace",
    "NetworkPolicy",
    "Release",
    "Role",
    "RoleBinding",
    "Secret",
    "Service",
    "ServiceAccount",
}

_HARMLESS = frozenset(
    {
        "APIService",
        "BackendTrafficPolicy",
        "Certificate",
        "ClusterIssuer",
        "ClusterSecretStore",
        "ControllerRevision",
        "CSIDriver",
        "CustomResourceDefinition",
        "DeviceClass",
        "Endpoints",
        "EndpointSlice",
        "ExternalSecret",
        "FlowSchema",
        "GatewayClass",
        "HorizontalPodAutoscaler",
        "IngressClass",
        "Issuer",
        "Lease",
        "LimitRange",
        "PodDisruptionBudget",
        "PodMonitor",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "PrometheusRule",
        "ReferenceGrant",
        "ResourceClaimTemplate",
        "ResourceQuota",
        "RuntimeClass",
        "SecretProviderClass",
        "SecretStore",
        "ServiceMonitor",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "VolumeSnapshotClass",
    }
)
"""Kinds that bound, name or watch what others hold, and refer to a secret rather than hold it. What an EnvoyProxy
starts is bounded by the pod security level of its namespace, as a chart's is."""


def read(graph: Graph) -> tuple[Resource, ...]:
    """Objects of unsupported kinds that could hold or carry data.

    Volumes, whose encryption only a cloud can tell; patches of objects that others own; kinds of operators, which may
    start pods with everything that the rules forbid.
    """
    return tuple(each for each in graph if each.custom and each.package == PACKAGE and not _known(each))


def _known(resource: Resource) -> bool:
    if resource.is_provider:
        return True
    if resource.get("spec.volumeClaimTemplates"):
        return False
    return kind(resource) in _READ or kind(resource) in _HARMLESS
