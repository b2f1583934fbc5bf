"""Checks of all other kinds, each with a passing and a failing case."""

from typing import Any

import pytest

from lepton_infra.simulator.behaviour import UNKNOWN
from tests.simulator.kubernetes.cluster import CONFIG_MAP, DEPLOYMENT, NAMESPACE, SERVICE, Cluster, changed, deployment

BUDGET = "kubernetes:policy/v1:PodDisruptionBudget"
AUTOSCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
SECRET = "kubernetes:core/v1:Secret"
JOB = "kubernetes:batch/v1:Job"
CRON_JOB = "kubernetes:batch/v1:CronJob"
BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
PRIORITY = "kubernetes:scheduling.k8s.io/v1:PriorityClass"
QUOTA = "kubernetes:core/v1:ResourceQuota"

TEMPLATE = {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "b"}]}}
GOOD: dict[str, dict[str, Any]] = {
    AUTOSCALER: {
        "spec": {
            "minReplicas": 1,
            "maxReplicas": 3,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}},
                }
            ],
        }
    },
    BINDING: {
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"},
        "subjects": [{"kind": "ServiceAccount", "name": "s", "namespace": "default"}],
    },
    BUDGET: {"spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}},
    CLAIM: {"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}}},
    CONFIG_MAP: {"data": {"a.txt": "text"}, "binaryData": {"b": "AAAA"}},
    CRON_JOB: {"spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": TEMPLATE}}}},
    DEPLOYMENT: deployment(),
    INGRESS: {
        "spec": {
            "rules": [
                {
                    "host": "*.example.com",
                    "http": {
                        "paths": [
                            {
                                "path": "/",
                                "pathType": "Prefix",
                                "backend": {"service": {"name": "web", "port": {"number": 80}}},
                            }
                        ]
                    },
                }
            ]
        }
    },
    JOB: {"spec": {"template": TEMPLATE}},
    NAMESPACE: {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "restricted"}}},
    POLICY: {
        "spec": {
            "podSelector": {},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [
                {"from": [{"namespaceSelector": {}, "podSelector": {}}], "ports": [{"port": 80, "endPort": 90}]}
            ],
            "egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}]}],
        }
    },
    PRIORITY: {"value": 1000},
    QUOTA: {"spec": {"hard": {"requests.nvidia.com/gpu": "8", "pods": "10"}}},
    SECRET: {"data": {"key": "c2VjcmV0"}, "stringData": {"other": "plain"}},
    SERVICE: {
        "spec": {
            "selector": {"app": "web"},
            "ports": [
                {"name": "http", "port": 80, "targetPort": "http"},
                {"name": "grpc", "port": 81, "targetPort": 81},
            ],
        }
    },
}


@pytest.mark.parametrize("type", GOOD)
def test_a_good_object_passes(cluster: Cluster, type: str) -> None:
    assert cluster.failures(type, GOOD[type]) == {}


@pytest.mark.parametrize("type", [type for type in GOOD if "spec" in GOOD[type]])
def test_what_is_not_known_yet_is_not_judged(cluster: Cluster, type: str) -> None:
    assert cluster.failures(type, {**GOOD[type], "spec": UNKNOWN}) == {}


@pytest.mark.parametrize(
    ("type", "change", "new", "path", "words"),
    [
        (
            DEPLOYMENT,
            "spec.template.metadata.labels",
            {"app": "api"},
            "spec.template.metadata.labels",
            "does not match",
        ),
        (DEPLOYMENT, "spec.selector", {}, "spec.selector", "Required value"),
        (DEPLOYMENT, "spec.replicas", -1, "spec.replicas", "greater than or equal to 0"),
        (
            DEPLOYMENT,
            "spec.strategy",
            {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}},
            "spec.strategy.rollingUpdate",
            "'Recreate'",
        ),
        (
            DEPLOYMENT,
            "spec.strategy",
            {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}},
            "spec.strategy.rollingUpdate.maxUnavailable",
            "may not be 0",
        ),
        (DEPLOYMENT, "spec.progressDeadlineSeconds", 0, "spec.progressDeadlineSeconds", "greater than minReadySeconds"),
        (
            DEPLOYMENT,
            "spec.selector.matchExpressions",
            [{"key": "a", "operator": "In"}],
            "spec.selector.matchExpressions[0].values",
            "must be specified",
        ),
        (JOB, "spec.template.spec.restartPolicy", "Always", "spec.template.spec.restartPolicy", "Unsupported value"),
        (CRON_JOB, "spec.schedule", "* * *", "spec.schedule", "expected exactly 5 fields, found 3"),
        (BUDGET, "spec.maxUnavailable", 1, "spec", "cannot be both set"),
        (BUDGET, "spec.minAvailable", ..., "spec", "one of minAvailable and maxUnavailable"),
        (BUDGET, "spec.minAvailable", "half", "spec.minAvailable", "valid percent"),
        (BUDGET, "spec.minAvailable", "101%", "spec.minAvailable", "100%"),
        (AUTOSCALER, "spec.minReplicas", 4, "spec.maxReplicas", "greater than or equal to `minReplicas`"),
        (AUTOSCALER, "spec.minReplicas", 0, "spec.minReplicas", "greater than or equal to 1"),
        (AUTOSCALER, "spec.maxReplicas", 0, "spec.maxReplicas", "greater than"),
        (AUTOSCALER, "spec.metrics.0.type", "Pods", "spec.metrics[0].pods", "must populate"),
        (POLICY, "spec.policyTypes", ["In"], "spec.policyTypes[0]", "Unsupported value"),
        (POLICY, "spec.ingress.0.from", [{}], "spec.ingress[0].from[0]", "must specify a peer"),
        (
            POLICY,
            "spec.egress.0.to.0.podSelector",
            {},
            "spec.egress[0].to[0]",
            "may not specify both ipBlock and another peer",
        ),
        (POLICY, "spec.egress.0.to.0.ipBlock.cidr", "10.0.0.0", "spec.egress[0].to[0].ipBlock.cidr", "valid CIDR"),
        (
            POLICY,
            "spec.egress.0.to.0.ipBlock.except",
            ["192.168.0.0/16"],
            "spec.egress[0].to[0].ipBlock.except[0]",
            "strict subset",
        ),
        (POLICY, "spec.ingress.0.ports.0.endPort", 79, "spec.ingress[0].ports[0].endPort", "greater than or equal"),
        (POLICY, "spec.ingress.0.ports.0.port", "http", "spec.ingress[0].ports[0].endPort", "non-numeric"),
        (CLAIM, "spec.accessModes", [], "spec.accessModes", "at least 1 access mode"),
        (CLAIM, "spec.accessModes", ["Write"], "spec.accessModes[0]", "Unsupported value"),
        (CLAIM, "spec.resources.requests", {}, "spec.resources[storage]", "Required value"),
        (CLAIM, "spec.resources.requests.storage", "10GB", "spec.resources.requests.storage", "quantities"),
        (CONFIG_MAP, "data", {"a b": "c"}, 'data["a b"]', "valid config key"),
        (CONFIG_MAP, "data", {"b": "c"}, "data", "duplicate of key"),
        (CONFIG_MAP, "binaryData", {"b": "%"}, "binaryData.b", "illegal base64"),
        (CONFIG_MAP, "data", {"b.txt": "x" * 1_100_000}, "data", "Too long"),
        (SECRET, "data.key", "no base64!", "data.key", "illegal base64"),
        (SERVICE, "spec.ports", [], "spec.ports", "Required value"),
        (SERVICE, "spec.ports.1.name", ..., "spec.ports[1].name", "Required value"),
        (SERVICE, "spec.ports.1.name", "http", "spec.ports", 'Duplicate value: "http"'),
        (SERVICE, "spec.ports.1.port", 80, "spec.ports", 'Duplicate value: "80/TCP"'),
        (SERVICE, "spec.ports.0.port", 0, "spec.ports[0].port", "between 1 and 65535"),
        (SERVICE, "spec.type", "External", "spec.type", "Unsupported value"),
        (SERVICE, "spec.clusterIP", "10.0.0.1", "spec.clusterIPs", "not in the valid range"),
        (SERVICE, "spec.clusterIP", "one", "spec.clusterIPs[0]", "valid IP address"),
        (INGRESS, "spec.rules", [], "spec", "either `defaultBackend` or `rules`"),
        (INGRESS, "spec.rules.0.http.paths.0.path", "a", "spec.rules[0].http.paths[0].path", "absolute path"),
        (BINDING, "roleRef.kind", "User", "roleRef.kind", "Unsupported value"),
        (BINDING, "subjects.0.namespace", ..., "subjects[0].namespace", "Required value"),
        (
            NAMESPACE,
            "metadata.labels",
            {"pod-security.kubernetes.io/enforce": "strict"},
            'metadata.labels["pod-security.kubernetes.io/enforce"]',
            "must be one of privileged, baseline, restricted",
        ),
        (PRIORITY, "value", 2_000_000_000, "value", "maximum allowed value"),
        (QUOTA, "spec.hard", {"pods": "many"}, "spec.hard.pods", "quantities"),
    ],
)
def test_a_bad_object_is_refused(cluster: Cluster, type: str, change: str, new: Any, path: str, words: str) -> None:
    failures = cluster.failures(type, changed(GOOD[type], change, new))

    assert words in failures.get(path, failures)


def test_a_secret_is_not_repeated_in_a_failure(cluster: Cluster) -> None:
    assert "hunter" not in str(cluster.failures(SECRET, {"data": {"password": "hunter2!"}}))
