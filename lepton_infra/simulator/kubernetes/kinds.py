"""Kinds of the Kubernetes API by type token, and their scope."""

from __future__ import annotations

from dataclasses import dataclass

RELEASE = "kubernetes:helm.sh/v3:Release"
"""A Helm release is no object of the API; it has checks and identifiers of its own."""

NAMESPACE = "kubernetes:core/v1:Namespace"
CUSTOM_RESOURCE_DEFINITION = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"

BUILT_IN_GROUPS = frozenset(
    {
        "",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "apps",
        "auditregistration.k8s.io",
        "autoscaling",
        "batch",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "extensions",
        "flowcontrol.apiserver.k8s.io",
        "lifecycle.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "settings.k8s.io",
        "storage.k8s.io",
        "storagemigration.k8s.io",
    }
)
"""API groups of the API server itself. Others, though their names may end in ``.k8s.io`` too, come with definitions."""

CLUSTER_SCOPED = frozenset(
    {
        "APIService",
        "AuditSink",
        "CSIDriver",
        "CSINode",
        "CertificateSigningRequest",
        "ClusterCIDR",
        "ClusterRole",
        "ClusterRoleBinding",
        "ClusterTrustBundle",
        "CustomResourceDefinition",
        "DeviceClass",
        "DeviceTaintRule",
        "FlowSchema",
        "IPAddress",
        "IngressClass",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PodSecurityPolicy",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "ResourceClass",
        "ResourceSlice",
        "RuntimeClass",
        "ServiceCIDR",
        "StorageClass",
        "StorageVersionMigration",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
        "VolumeAttributesClass",
    }
)
"""Built-in kinds outside any namespace (``kubectl api-resources --namespaced=false``)."""

_PLURALS = {"Endpoints": "endpoints", "NetworkPolicy": "networkpolicies"}


@dataclass(frozen=True)
class Kind:
    """A kind of one API version. ``group`` is empty for the core group."""

    group: str
    version: str
    kind: str

    @property
    def api_version(self) -> str:
        """The ``apiVersion`` of objects: ``v1``, ``apps/v1``."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def plural(self) -> str:
        """The resource name in the API's messages, by the rule that names all built-in kinds."""
        lower = self.kind.lower()
        if self.kind in _PLURALS:
            return _PLURALS[self.kind]
        if lower.endswith(("s", "x", "ch")):
            return f"{lower}es"
        return f"{lower[:-1]}ies" if lower.endswith("y") and lower[-2] not in "aeiou" else f"{lower}s"

    @property
    def resource(self) -> str:
        """The resource with its group, as in ``deployments.apps "x" already exists``."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def built_in(self) -> bool:
        """True if every API server knows the group; the others need a CustomResourceDefinition."""
        return self.group in BUILT_IN_GROUPS

    @property
    def cluster_scoped(self) -> bool:
        """True if a built-in kind is outside any namespace."""
        return self.built_in and self.kind in CLUSTER_SCOPED


def is_patch(token: str) -> bool:
    """True if the type changes an object of another manager (``DeploymentPatch``)."""
    return token.endswith("Patch") and parse(token, keep_patch=True).built_in


def parse(token: str, *, keep_patch: bool = False) -> Kind:
    """Kind of a token such as ``kubernetes:apps/v1:Deployment``; a patch is of its object's kind."""
    _, module, kind = token.split(":")
    group, _, version = module.rpartition("/")
    found = Kind("" if group == "core" else group, version, kind)
    if keep_patch or not (found.built_in and kind.endswith("Patch")):
        return found
    return Kind(found.group, found.version, kind.removesuffix("Patch"))
