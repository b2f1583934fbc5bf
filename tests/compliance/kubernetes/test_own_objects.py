"""Our own serving layer as facts, and what one changed property does to them."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.compliance.facts import Container, Facts, Namespace, Pods, kubernetes
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Unknown
from tests.kit.graphs import GONE, PROJECT, changed, stack

STACK = "us-east"
DEPLOYMENT = f"{STACK}-serving-cifar10-v1-deployment"
ACCOUNT = f"{STACK}-serving-cifar10-account"
NAMESPACE = f"{STACK}-serving-cifar10-namespace"
DENY = f"{STACK}-serving-cifar10-default-deny"
CHART = f"{STACK}-serving-device-plugin-chart"
SPEC = "spec.template.spec"
SERVER = f"{SPEC}.containers[0]"
FETCH = f"{SPEC}.initContainers[0]"
DIGEST = "sha256:" + 64 * "a"


def facts(graph: Graph) -> Facts:
    return kubernetes.read(graph)


def pods(read: Facts) -> Pods:
    (found,) = read.pods
    return found


def server(read: Facts) -> Container:
    return next(each for each in pods(read).containers if not each.init)


def namespace(read: Facts) -> Namespace:
    return next(each for each in read.namespaces if each.name == "serving-cifar10")


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("name", PROJECT.stacks())
def test_what_we_declare_is_restricted(name: str, preview: bool) -> None:
    read = facts(stack(name, preview=preview))
    ours = pods(read)
    assert [each.init for each in ours.containers] == [True, False]
    for each in ours.containers:
        bad = [each.root_possible, each.privilege_escalation, each.privileged, each.capabilities_kept, each.unconfined]
        bad += [each.writable_root, each.secrets_in_environment]
        assert [seen.value for seen in bad] == [False] * 7
        assert each.developer_mode
        assert each.developer_mode.value is False
        assert each.bounded.value is True
    assert server(read).probed
    assert [seen.value for seen in (ours.host_access, ours.token_mounted, ours.default_account)] == [False] * 3
    assert (ours.spread.value, ours.accelerated, ours.logs_content.value) == (True, True, False)
    assert ours.verified_model
    assert {each.name: each.default_deny.value for each in read.namespaces} == dict.fromkeys(
        {each.name for each in read.namespaces}, True
    )
    assert namespace(read).pod_security.value == "restricted"
    assert all(chart.pinned.value is True for chart in read.charts)
    assert all(each.time_sliced.value is False for each in read.gpu_sharing)
    assert (read.unread, read.credentials, read.grants) == ((), (), ())


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("name", PROJECT.stacks())
def test_our_gateway_is_private_bounded_and_silent(name: str, preview: bool) -> None:
    read = facts(stack(name, preview=preview))
    assert {each.resource.type.rpartition(":")[2] for each in read.listeners} == {"Gateway", "Service"}
    assert {(each.public.value, each.minimum_tls.value) for each in read.listeners} == {(False, "1.2")}
    paths = [path for each in read.routes if not isinstance(each.paths.value, Unknown) for path in each.paths.value]
    assert sorted(paths) == [
        *(f"/tensorflow.serving.PredictionService/{call}" for call in ("Classify", "GetModelMetadata")),
        *(f"/tensorflow.serving.PredictionService/{call}" for call in ("Predict", "Regress")),
        *(f"/v1/models/cifar10{call}" for call in ("", "/metadata", ":classify", ":predict", ":regress")),
    ]
    assert [each.content.value for each in read.access_logs] == [False]


OF_POD = {
    "host_access": [
        (f"{SPEC}.hostNetwork", True, True),
        (f"{SPEC}.hostPID", True, True),
        (f"{SPEC}.hostIPC", UNKNOWN, UNKNOWN),
        (f"{SPEC}.volumes[0]", {"name": "models", "hostPath": {"path": "/"}}, True),
        (f"{SERVER}.ports[0].hostPort", 8501, True),
        (f"{SPEC}.volumes", UNKNOWN, UNKNOWN),
    ],
    "token_mounted": [
        (f"{SPEC}.automountServiceAccountToken", True, True),
        (f"{SPEC}.automountServiceAccountToken", UNKNOWN, UNKNOWN),
        (f"{SPEC}.automountServiceAccountToken", GONE, False),
    ],
    "default_account": [
        (f"{SPEC}.serviceAccountName", GONE, True),
        (f"{SPEC}.serviceAccountName", "default", True),
        (f"{SPEC}.serviceAccountName", UNKNOWN, UNKNOWN),
    ],
    "tolerations": [
        (f"{SPEC}.tolerations[0]", {"operator": "Exists"}, ("*",)),
        (f"{SPEC}.tolerations", GONE, ()),
        (f"{SPEC}.tolerations", UNKNOWN, UNKNOWN),
    ],
    "spread": [
        (f"{SPEC}.topologySpreadConstraints", GONE, False),
        (f"{SPEC}.topologySpreadConstraints[0].topologyKey", "kubernetes.io/hostname", False),
        (f"{SPEC}.topologySpreadConstraints[0].topologyKey", UNKNOWN, UNKNOWN),
    ],
    "verified_model": [
        (f"{FETCH}.env[2]", {"name": "MODEL_DIGEST", "value": DIGEST}, True),
        (f"{FETCH}.args", ["--sha256", DIGEST], True),
        (f"{FETCH}.env", GONE, False),
        (f"{FETCH}.env[2]", {"name": "MODEL_DIGEST", "value": "latest"}, False),
        (f"{FETCH}.env[2]", {"name": "MODEL_DIGEST", "value": UNKNOWN}, UNKNOWN),
        (f"{SPEC}.initContainers", GONE, False),
    ],
    "logs_content": [
        (f"{SERVER}.args[0]", "--enable-log-requests", True),
        (f"{SERVER}.args[0]", "--enable_request_logging=true", True),
        (f"{SERVER}.args[0]", "--enable_request_logging=false", False),
        (f"{SERVER}.command", ["vllm", "serve"], UNKNOWN),
        (f"{SERVER}.command", ["vllm", "serve", "--no-enable-log-requests"], False),
        (f"{SERVER}.args", UNKNOWN, UNKNOWN),
    ],
}

OF_SERVER = {
    "image": [(f"{SERVER}.image", "somewhere/server", "somewhere/server"), (f"{SERVER}.image", UNKNOWN, UNKNOWN)],
    "root_possible": [
        (f"{SPEC}.securityContext.runAsUser", 0, True),
        (f"{SERVER}.securityContext.runAsUser", 0, True),
        (f"{SERVER}.securityContext.runAsNonRoot", False, True),
        (f"{SERVER}.securityContext.runAsNonRoot", GONE, False),
        (f"{SERVER}.securityContext.runAsNonRoot", UNKNOWN, UNKNOWN),
    ],
    "privilege_escalation": [
        (f"{SERVER}.securityContext.allowPrivilegeEscalation", True, True),
        (f"{SERVER}.securityContext.allowPrivilegeEscalation", GONE, True),
        (f"{SERVER}.securityContext", UNKNOWN, UNKNOWN),
    ],
    "privileged": [
        (f"{SERVER}.securityContext.privileged", True, True),
        (f"{SERVER}.securityContext.privileged", GONE, False),
        (f"{SERVER}.securityContext.privileged", UNKNOWN, UNKNOWN),
    ],
    "capabilities_kept": [
        (f"{SERVER}.securityContext.capabilities", GONE, True),
        (f"{SERVER}.securityContext.capabilities", {"drop": ["NET_RAW"]}, True),
        (f"{SERVER}.securityContext.capabilities", {"drop": ["ALL"], "add": ["SYS_ADMIN"]}, True),
        (f"{SERVER}.securityContext.capabilities", {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}, False),
        (f"{SERVER}.securityContext.capabilities", {"drop": ["ALL"], "add": UNKNOWN}, UNKNOWN),
    ],
    "unconfined": [
        (f"{SPEC}.securityContext.seccompProfile", GONE, True),
        (f"{SPEC}.securityContext.seccompProfile.type", "Unconfined", True),
        (f"{SERVER}.securityContext.seccompProfile", {"type": "Localhost"}, False),
        (f"{SPEC}.securityContext.seccompProfile.type", UNKNOWN, UNKNOWN),
    ],
    "writable_root": [
        (f"{SERVER}.securityContext.readOnlyRootFilesystem", GONE, True),
        (f"{SERVER}.securityContext.readOnlyRootFilesystem", False, True),
        (f"{SERVER}.securityContext.readOnlyRootFilesystem", UNKNOWN, UNKNOWN),
    ],
    "bounded": [
        (f"{SERVER}.resources", GONE, False),
        (f"{SERVER}.resources.limits.memory", GONE, False),
        (f"{SERVER}.resources", {"limits": {"cpu": "1", "memory": "1Gi"}}, True),
        (f"{SERVER}.resources", {"limits": {"cpu": UNKNOWN, "memory": "1Gi"}}, UNKNOWN),
    ],
    "probed": [
        (f"{SERVER}.readinessProbe", GONE, False),
        (f"{SERVER}.startupProbe", GONE, True),
        (f"{SERVER}.readinessProbe", UNKNOWN, UNKNOWN),
    ],
    "secrets_in_environment": [
        (f"{SERVER}.env[0]", {"name": "HF", "valueFrom": {"secretKeyRef": {"name": "x", "key": "y"}}}, True),
        (f"{SERVER}.env[0]", {"name": "HF_TOKEN", "value": "hf_x"}, True),
        (f"{SERVER}.env[0]", {"name": "DB_PASSWORD", "value": UNKNOWN}, True),
        (f"{SERVER}.env[0]", {"name": "WEB_IDENTITY_TOKEN_FILE", "value": "/var/token"}, False),
        (f"{SERVER}.envFrom", [{"secretRef": {"name": "x"}}], True),
        (f"{SERVER}.envFrom", [{"configMapRef": {"name": "x"}}], False),
        (f"{SERVER}.env", UNKNOWN, UNKNOWN),
    ],
    "arguments": [
        (f"{SERVER}.args", [], ("/usr/bin/tensorflow_model_server",)),
        (f"{SERVER}.args[1]", UNKNOWN, UNKNOWN),
    ],
    "developer_mode": [
        (f"{SERVER}.env[0]", {"name": "VLLM_SERVER_DEV_MODE", "value": "1"}, True),
        (f"{SERVER}.env[0]", {"name": "VLLM_SERVER_DEV_MODE", "value": "0"}, False),
        (f"{SERVER}.env[0]", {"name": "VLLM_SERVER_DEV_MODE", "value": UNKNOWN}, UNKNOWN),
        (f"{SERVER}.env[0].name", UNKNOWN, UNKNOWN),
    ],
}


def cases(of: dict[str, list[tuple[str, Any, Any]]]) -> list[Any]:
    return [
        pytest.param(fact, *case, id=f"{fact}-{case[0].rpartition('spec.')[2]}-{index}")
        for fact, several in of.items()
        for index, case in enumerate(several)
    ]


@pytest.mark.parametrize(("fact", "path", "value", "expected"), cases(OF_POD))
def test_a_property_of_the_pod(fact: str, path: str, value: object, expected: object) -> None:
    seen = getattr(pods(facts(changed(stack(STACK), DEPLOYMENT, path, value))), fact)
    assert (seen.value, seen.resource.name) == (expected, DEPLOYMENT)
    assert seen.path.startswith(SPEC)


@pytest.mark.parametrize(("fact", "path", "value", "expected"), cases(OF_SERVER))
def test_a_property_of_a_container(fact: str, path: str, value: object, expected: object) -> None:
    seen = getattr(server(facts(changed(stack(STACK), DEPLOYMENT, path, value))), fact)
    assert (seen.value, seen.resource.name) == (expected, DEPLOYMENT)
    assert seen.path.startswith(SERVER)


@pytest.mark.parametrize(("value", "expected"), [(GONE, True), (True, True), (False, False), (UNKNOWN, UNKNOWN)])
def test_an_account_may_decide_on_the_token(value: object, expected: object) -> None:
    silent = changed(stack(STACK), DEPLOYMENT, f"{SPEC}.automountServiceAccountToken", GONE)
    read = facts(changed(silent, ACCOUNT, "automountServiceAccountToken", value))
    assert pods(read).token_mounted.value == expected


@pytest.mark.parametrize(
    ("level", "expected"),
    [({}, None), ({"pod-security.kubernetes.io/enforce": "baseline"}, "baseline"), (UNKNOWN, UNKNOWN)],
)
def test_the_level_of_a_namespace(level: object, expected: object) -> None:
    read = facts(changed(stack(STACK), NAMESPACE, "metadata.labels", level))
    assert namespace(read).pod_security.value == expected


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("spec.policyTypes", ["Ingress"], False),
        ("spec.policyTypes", GONE, False),
        ("spec.podSelector", {"matchLabels": {"app": "one"}}, False),
        ("spec.egress", [{}], False),
        ("spec.ingress", [{}], False),
        ("metadata.namespace", "elsewhere", False),
        ("spec.podSelector", UNKNOWN, UNKNOWN),
        ("spec.egress", UNKNOWN, UNKNOWN),
        ("spec", UNKNOWN, UNKNOWN),
    ],
)
def test_a_namespace_is_closed_or_not(path: str, value: object, expected: object) -> None:
    assert namespace(facts(changed(stack(STACK), DENY, path, value))).default_deny.value == expected


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("version", "0.20.0-rc.1", True),
        ("version", ">=0.20.0", False),
        ("version", "0.20.x", False),
        ("version", GONE, False),
        ("version", UNKNOWN, UNKNOWN),
    ],
)
def test_a_chart_is_pinned_or_not(path: str, value: object, expected: object) -> None:
    read = facts(changed(stack(STACK), CHART, path, value))
    (chart,) = [each for each in read.charts if each.resource.name == CHART]
    assert (chart.pinned.value, chart.namespace) == (expected, "gpu-device-plugin")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"image": {"repository": "here/plugin", "tag": f"v1@{DIGEST}"}}, (f"here/plugin:v1@{DIGEST}",)),
        ({"image": {"registry": "here", "repository": "plugin", "digest": DIGEST}}, (f"here/plugin@{DIGEST}",)),
        ({"gateway": {"image": "here/one:2"}, "list": [{"initImage": "here/two"}]}, ("here/one:2", "here/two")),
        ({"image": {"pullPolicy": "Always"}}, ()),
        ({}, ()),
        ({"image": {"repository": UNKNOWN, "tag": "1"}}, UNKNOWN),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_images_of_a_chart(values: object, expected: object) -> None:
    read = facts(changed(stack(STACK), CHART, "values", values))
    (chart,) = [each for each in read.charts if each.resource.name == CHART]
    assert chart.images.value == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"config": {"map": {"default": "sharing:\n  timeSlicing:\n    resources: []"}}}, True),
        ({"devicePlugin": {"config": {"timeSlicing": {}}}}, True),
        ({"mig": {"strategy": "single"}}, False),
        ({"config": UNKNOWN}, UNKNOWN),
    ],
)
def test_gpus_are_sliced_in_time_or_not(values: object, expected: object) -> None:
    (sharing,) = facts(changed(stack(STACK), CHART, "values", values)).gpu_sharing
    assert sharing.time_sliced.value == expected


@pytest.mark.parametrize(
    ("values", "nodes"),
    [
        (
            {"config": {"map": {"whole": "version: v1", "four": "sharing: {timeSlicing: {}}"}, "default": "whole"}},
            (("nvidia.com/device-plugin.config", "four"),),
        ),
        ({"config": {"map": {"four": "sharing: {timeSlicing: {}}"}, "default": "four"}}, ()),
        ({"config": {"map": {"four": "sharing: {timeSlicing: {}}"}}}, ()),
        ({"config": UNKNOWN}, ()),
    ],
)
def test_nodes_whose_gpus_are_taken_in_turns_are_told_where_they_choose_it(values: object, nodes: object) -> None:
    (sharing,) = facts(changed(stack(STACK), CHART, "values", values)).gpu_sharing
    assert sharing.nodes == nodes
