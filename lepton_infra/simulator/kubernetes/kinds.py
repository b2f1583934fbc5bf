"""Kinds of the Kubernetes API: what a type token stands for, and whether it lives in a namespace."""

from __future__ import annotations

from dataclasses import dataclass

RELEASE = "kubernetes:helm.sh/v3:Release"
"""A Helm release is no object of the API; it has checks and identifiers of its own."""

NAMESPACE = "kubernetes:core/v1:Namespace"
CUSTOM_RESOURCE_DEFINITION = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"

BUILT_IN_GROUPS = frozenset({"", "apps", "autoscaling", "batch", "extensions", "policy"})
"""API groups without ``.k8s.io`` in their name that every API server has; the rest of its own end in it."""

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
        """As objects carry it: ``v1``, ``apps/v1``."""
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
        """Whether every API server knows the group; the others need a CustomResourceDefinition."""
        return self.group in BUILT_IN_GROUPS or self.group.endswith(".k8s.io")

    @property
    def cluster_scoped(self) -> bool:
        """Whether a built-in kind lives outside any namespace."""
        return self.built_in and self.kind in CLUSTER_SCOPED


def is_patch(token: str) -> bool:
    """Whether the type changes an object that someone else made (``DeploymentPatch``)."""
    return token.endswith("Patch") and parse(token, keep_patch=True).built_in


def parse(token: str, *, keep_patch: bool = False) -> Kind:
    """What a token such as ``kubernetes:apps/v1:Deployment`` stands for; a patch is of its object's kind."""
    _, module, kind = token.split(":")
    group, _, version = module.rpartition("/")
    found = Kind("" if group == "core" else group, version, kind)
    if keep_patch or not (found.built_in and kind.endswith("Patch")):
        return found
    return Kind(found.group, found.version, kind.removesuffix("Patch"))
