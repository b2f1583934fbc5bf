"""Properties whose change replaces an object, because the API server refuses to change them.

Source: ``forceNew`` in pulumi-kubernetes, provider/pkg/provider/diff.go. ConfigMaps and Secrets are replaced on a
change of their data unless the provider is told otherwise; the simulator knows the default only.
"""

from __future__ import annotations

from collections.abc import Mapping

_IDENTITY = frozenset({"apiVersion", "kind", "metadata.name", "metadata.namespace"})
_RELEASE_IDENTITY = frozenset({"name", "namespace"})
_CONTAINER_FIELDS = (
    "args",
    "command",
    "env",
    "image",
    "imagePullPolicy",
    "lifecycle",
    "livenessProbe",
    "ports",
    "readinessProbe",
    "resources",
    "securityContext",
    "stdin",
    "stdinOnce",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "tty",
    "volumeDevices",
    "volumeMounts",
    "workingDir",
)
_POD_FIELDS = (
    "affinity",
    "automountServiceAccountToken",
    "dnsConfig",
    "dnsPolicy",
    "enableServiceLinks",
    "hostAliases",
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "hostname",
    "imagePullSecrets",
    "nodeName",
    "nodeSelector",
    "overhead",
    "preemptionPolicy",
    "priority",
    "priorityClassName",
    "readinessGates",
    "restartPolicy",
    "runtimeClassName",
    "schedulerName",
    "securityContext",
    "serviceAccount",
    "serviceAccountName",
    "shareProcessNamespace",
    "subdomain",
    "terminationGracePeriodSeconds",
    "volumes",
)
_BINDING = frozenset({"roleRef"})

IMMUTABLE: Mapping[str, frozenset[str]] = {
    "*": _IDENTITY,
    "kubernetes:helm.sh/v3:Release": _RELEASE_IDENTITY,
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": _BINDING,
    "kubernetes:core/v1:ConfigMap": frozenset({"binaryData", "data"}),
    "kubernetes:apps/v1:DaemonSet": frozenset({"spec.selector"}),
    "kubernetes:apps/v1:Deployment": frozenset({"spec.selector"}),
    "kubernetes:batch/v1:Job": frozenset({"spec.completions", "spec.parallelism", "spec.selector", "spec.template"}),
    "kubernetes:core/v1:PersistentVolumeClaim": frozenset({"spec"}),
    "kubernetes:core/v1:Pod": frozenset(
        {
            *(f"spec.{field}" for field in _POD_FIELDS),
            *(f"spec.{section}.{field}" for section in ("containers", "initContainers") for field in _CONTAINER_FIELDS),
        }
    ),
    "kubernetes:apps/v1:ReplicaSet": frozenset({"spec.selector"}),
    "kubernetes:core/v1:ResourceQuota": frozenset({"spec.scopes"}),
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": _BINDING,
    "kubernetes:core/v1:Secret": frozenset({"data", "stringData", "type"}),
    "kubernetes:core/v1:Service": frozenset({"spec.clusterIP"}),
    "kubernetes:apps/v1:StatefulSet": frozenset(
        {
            "spec.podManagementPolicy",
            "spec.revisionHistoryLimit",
            "spec.selector",
            "spec.serviceName",
            "spec.volumeClaimTemplates",
        }
    ),
    "kubernetes:storage.k8s.io/v1:StorageClass": frozenset({"parameters", "provisioner"}),
}
"""By type token, for the API versions that a current cluster serves. What stands under ``*`` holds for every type."""
