"""Checks of pods, each with a passing and a failing case; paths are those of a Deployment."""

from typing import Any

import pytest

from lepton_infra.simulator.behaviour import UNKNOWN
from tests.simulator.kubernetes.cluster import DEPLOYMENT, Cluster, container, deployment

PROBE = {"httpGet": {"path": "/", "port": 8080}}
SPREAD = {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule"}


def _with(**changes: Any) -> dict[str, Any]:
    return {"containers": [container(**changes)]}


def _resources(requests: dict[str, str], limits: dict[str, str]) -> dict[str, Any]:
    return _with(resources={"requests": requests, "limits": limits})


@pytest.mark.parametrize(
    "pod",
    [
        {},
        _with(ports=[{"name": "http", "containerPort": 80}, {"name": "grpc", "containerPort": 81}]),
        _with(ports=[{"containerPort": 53, "protocol": "UDP"}, {"containerPort": 53, "protocol": "TCP"}]),
        _with(
            env=[{"name": "A", "value": "1"}, {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}]
        ),
        _resources({"cpu": "500m", "memory": "1Gi"}, {"cpu": "1", "memory": "1Gi"}),
        _resources({"nvidia.com/gpu": "1"}, {"nvidia.com/gpu": "1"}),
        _resources({}, {"nvidia.com/gpu": "2"}),
        _resources({"cpu": UNKNOWN}, {"cpu": "1"}),  # type: ignore[dict-item]
        _with(readinessProbe=PROBE, livenessProbe={"exec": {"command": ["true"]}}, startupProbe={"grpc": {"port": 1}}),
        _with(readinessProbe={"httpGet": {"port": "http"}}, ports=[{"name": "http", "containerPort": 80}]),
        {
            **_with(volumeMounts=[{"name": "tmp", "mountPath": "/tmp"}]),
            "volumes": [{"name": "tmp", "emptyDir": {}}],
        },
        {"tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]},
        {"topologySpreadConstraints": [SPREAD, {**SPREAD, "whenUnsatisfiable": "ScheduleAnyway"}]},
        {"containers": UNKNOWN},
        {"volumes": UNKNOWN, **_with(volumeMounts=[{"name": "any", "mountPath": "/x"}])},
    ],
)
def test_a_good_pod_passes(cluster: Cluster, pod: dict[str, Any]) -> None:
    assert cluster.failures(DEPLOYMENT, deployment(**pod)) == {}


@pytest.mark.parametrize(
    ("pod", "path", "words"),
    [
        ({"containers": []}, "containers", "Required value"),
        ({"containers": [container(), container()]}, "containers", 'Duplicate value: "web"'),
        (
            {"containers": [container()], "initContainers": [container()]},
            "containers",
            'Duplicate value: "web"',
        ),
        (_with(name="Web"), "containers[0].name", "RFC 1123 label"),
        (_with(image=""), "containers[0].image", "Required value"),
        (_with(ports=[{"containerPort": 70000}]), "containers[0].ports[0].containerPort", "between 1 and 65535"),
        (_with(ports=[{"containerPort": 1, "name": "HTTP"}]), "containers[0].ports[0].name", "lower case"),
        (_with(ports=[{"containerPort": 1, "name": "a" * 16}]), "containers[0].ports[0].name", "no more than 15"),
        (
            _with(ports=[{"containerPort": 1, "name": "a"}, {"containerPort": 2, "name": "a"}]),
            "containers[0].ports",
            'Duplicate value: "a"',
        ),
        (_with(ports=[{"containerPort": 1}] * 2), "containers[0].ports", 'Duplicate value: "1/TCP"'),
        (_with(env=[{"name": "A", "value": "1"}] * 2), "containers[0].env", 'Duplicate value: "A"'),
        (_with(env=[{"name": ""}]), "containers[0].env[0].name", "Required value"),
        (
            _with(env=[{"name": "A", "value": "1", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}]),
            "containers[0].env[0].valueFrom",
            "may not be specified when `value` is not empty",
        ),
        (_with(env=[{"name": "A", "valueFrom": {}}]), "containers[0].env[0].valueFrom", "exactly one of"),
        (
            _resources({"memory": "2Gi"}, {"memory": "1Gi"}),
            "containers[0].resources.requests",
            "less than or equal to memory limit of 1Gi",
        ),
        (_resources({"cpu": "fast"}, {}), "containers[0].resources.requests.cpu", "must match the regular expression"),
        (_resources({"cpu": "-1"}, {}), "containers[0].resources.requests.cpu", "greater than or equal to 0"),
        (_resources({"gpu": "1"}, {}), "containers[0].resources.requests", "standard resource"),
        (
            _resources({"nvidia.com/gpu": "1"}, {"nvidia.com/gpu": "2"}),
            "containers[0].resources.requests",
            "must be equal to nvidia.com/gpu limit of 2",
        ),
        (
            _resources({"nvidia.com/gpu": "1"}, {}),
            "containers[0].resources.requests",
            "Limit must be set for non overcommitable resources",
        ),
        (
            _resources({}, {"nvidia.com/gpu": "500m"}),
            'containers[0].resources.limits["nvidia.com/gpu"]',
            "must be an integer",
        ),
        (_with(livenessProbe={"periodSeconds": 5}), "containers[0].livenessProbe", "must specify a handler type"),
        (
            _with(livenessProbe={**PROBE, "tcpSocket": {"port": 1}}),
            "containers[0].livenessProbe.tcpSocket",
            "more than 1 handler",
        ),
        (
            _with(livenessProbe={**PROBE, "successThreshold": 2}),
            "containers[0].livenessProbe.successThreshold",
            "must be 1",
        ),
        (
            _with(readinessProbe={**PROBE, "timeoutSeconds": -1}),
            "containers[0].readinessProbe.timeoutSeconds",
            "greater than or equal to 1",
        ),
        (
            _with(readinessProbe={"httpGet": {"port": "http"}}),
            "containers[0].readinessProbe.httpGet.port",
            "no named port of this container; it has: none",
        ),
        (
            _with(readinessProbe={"tcpSocket": {"port": 0}}),
            "containers[0].readinessProbe.tcpSocket.port",
            "between 1 and 65535",
        ),
        (
            _with(volumeMounts=[{"name": "tmp", "mountPath": "/tmp"}]),
            "containers[0].volumeMounts[0].name",
            'Not found: "tmp"',
        ),
        (
            {
                **_with(volumeMounts=[{"name": "t", "mountPath": "/a"}, {"name": "t", "mountPath": "/a"}]),
                "volumes": [{"name": "t", "emptyDir": {}}],
            },
            "containers[0].volumeMounts.mountPath",
            "must be unique",
        ),
        ({"volumes": [{"name": "t", "emptyDir": {}}] * 2}, "volumes", 'Duplicate value: "t"'),
        ({"volumes": [{"name": "t"}]}, "volumes[0]", "must specify a volume type"),
        (
            {"volumes": [{"name": "t", "emptyDir": {}, "hostPath": {"path": "/"}}]},
            "volumes[0].hostPath",
            "more than 1 volume type",
        ),
        (
            _with(securityContext={"privileged": True, "allowPrivilegeEscalation": False}),
            "containers[0].securityContext",
            "cannot set",
        ),
        ({"restartPolicy": "Never"}, "restartPolicy", 'supported values: "Always"'),
        ({"dnsPolicy": "Mine"}, "dnsPolicy", "Unsupported value"),
        ({"terminationGracePeriodSeconds": -1}, "terminationGracePeriodSeconds", "greater than or equal to 0"),
        ({"nodeSelector": {"a b": "c"}}, "nodeSelector", "name part must consist"),
        ({"tolerations": [{"operator": "Equal"}]}, "tolerations[0].operator", "operator must be Exists"),
        (
            {"tolerations": [{"key": "a", "operator": "Exists", "value": "b"}]},
            "tolerations[0].operator",
            "value must be empty",
        ),
        ({"tolerations": [{"key": "a", "effect": "Never"}]}, "tolerations[0].effect", "Unsupported value"),
        (
            {"topologySpreadConstraints": [{**SPREAD, "maxSkew": 0}]},
            "topologySpreadConstraints[0].maxSkew",
            "greater than zero",
        ),
        (
            {"topologySpreadConstraints": [{**SPREAD, "topologyKey": ""}]},
            "topologySpreadConstraints[0].topologyKey",
            "can not be empty",
        ),
        (
            {"topologySpreadConstraints": [{**SPREAD, "whenUnsatisfiable": "ScheduleAnyway", "minDomains": 2}]},
            "topologySpreadConstraints[0].minDomains",
            "can only use minDomains",
        ),
        ({"topologySpreadConstraints": [SPREAD, SPREAD]}, "topologySpreadConstraints", "Duplicate value"),
    ],
)
def test_a_bad_pod_is_refused(cluster: Cluster, pod: dict[str, Any], path: str, words: str) -> None:
    failures = cluster.failures(DEPLOYMENT, deployment(**pod))

    assert words in failures[f"spec.template.spec.{path}"]


def test_all_failures_come_at_once(cluster: Cluster) -> None:
    failures = cluster.failures(
        DEPLOYMENT, deployment(containers=[container(name="A", image=""), container(name="B", livenessProbe={})])
    )

    assert len(failures) == 4
