"""Every kind that makes pods is read, and no kind that could hold or carry data is passed over."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.compliance.facts import kubernetes
from lepton_infra.compliance.facts.kubernetes.pods import SPECS
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph
from tests.kit.graphs import object_, resource

POD: dict[str, Any] = {"containers": [{"name": "main", "image": "here/app"}]}


def nested(path: str, value: object) -> dict[str, Any]:
    for key in reversed(path.split(".")):
        value = {key: value}
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize("kind", sorted(SPECS))
def test_a_pod_that_says_nothing_may_do_everything(kind: str) -> None:
    workload = object_(f"apps/v1:{kind}", inputs=nested(SPECS[kind], POD))
    read = kubernetes.read(Graph(resources=(workload,)))
    (pods,) = read.pods
    (main,) = pods.containers
    assert (pods.resource, pods.namespace, main.name, main.image.value) == (workload, "shop", "main", "here/app")
    may = [main.root_possible, main.privilege_escalation, main.capabilities_kept, main.unconfined, main.writable_root]
    assert [seen.value for seen in [*may, pods.token_mounted, pods.default_account]] == [True] * 7
    assert (main.bounded.value, main.privileged.value, pods.host_access.value) == (False, False, False)
    assert (pods.accelerated, pods.verified_model, pods.spread.value) == (False, None, kind == "DaemonSet")
    assert (main.probed and main.probed.value) == (None if kind in ("Job", "CronJob") else False)
    assert read.unread == ()


@pytest.mark.parametrize("kind", ["Deployment", "CronJob"])
def test_only_what_goes_on_running_serves_a_model_because_it_has_devices(kind: str) -> None:
    spec = {"containers": [{"name": "main", "resources": {"limits": {"example.com/gpu": "1"}}}]}
    (pods,) = kubernetes.read(Graph(resources=(object_(f"apps/v1:{kind}", inputs=nested(SPECS[kind], spec)),))).pods
    assert pods.accelerated
    assert (pods.verified_model and pods.verified_model.value) == (False if kind == "Deployment" else None)


@pytest.mark.parametrize(
    "affinity",
    [
        {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "topology.kubernetes.io/zone"}]},
        {
            "preferredDuringSchedulingIgnoredDuringExecution": [
                {"weight": 1, "podAffinityTerm": {"topologyKey": "topology.kubernetes.io/zone"}}
            ]
        },
    ],
)
def test_pods_that_avoid_one_another_spread_too(affinity: dict[str, Any]) -> None:
    spec = {**POD, "affinity": {"podAntiAffinity": affinity}}
    (pods,) = kubernetes.read(
        Graph(resources=(object_("apps/v1:Deployment", inputs=nested(SPECS["Deployment"], spec)),))
    ).pods
    assert pods.spread.value is True


UNREAD = [
    object_("core/v1:PersistentVolumeClaim"),
    object_("core/v1:PersistentVolume"),
    object_("snapshot.storage.k8s.io/v1:VolumeSnapshot"),
    object_("velero.io/v1:BackupStorageLocation"),
    object_("serving.kserve.io/v1beta1:InferenceService"),
    object_("apps/v1:DeploymentPatch"),
    object_(
        "apps/v1:StatefulSet",
        inputs={"spec": {"template": {"spec": POD}, "volumeClaimTemplates": [{"metadata": {"name": "data"}}]}},
    ),
]


@pytest.mark.parametrize("unread", UNREAD, ids=lambda each: each.type)
def test_what_may_hold_data_is_not_passed_over(unread: Any) -> None:
    assert kubernetes.read(Graph(resources=(unread,))).unread == (unread,)


def test_components_and_other_packages_are_not_unread() -> None:
    component = object_("helm.sh/v4:Chart", custom=False)
    others = (component, resource("aws:s3/bucket:Bucket"), resource("pulumi:providers:kubernetes"))
    assert kubernetes.read(Graph(resources=others)).unread == ()


def test_a_namespace_whose_name_is_not_known_is_followed() -> None:
    space = resource("kubernetes:core/v1:Namespace", "space", {"metadata": {"labels": {}}})
    deny = object_(
        "networking.k8s.io/v1:NetworkPolicy",
        "deny",
        {"metadata": {"namespace": UNKNOWN}, "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}},
        property_urns={"metadata": frozenset({space.urn})},
    )
    (found,) = kubernetes.read(Graph(resources=(space, deny))).namespaces
    assert (found.name, found.default_deny.value) == ("space", True)


@pytest.mark.parametrize(("default", "expected"), [(None, "default"), ("team", "team"), (UNKNOWN, "")])
def test_an_object_without_a_namespace_is_in_its_providers(default: object, expected: str) -> None:
    provider = resource("pulumi:providers:kubernetes", inputs={"namespace": default})
    pod = resource("kubernetes:core/v1:Pod", inputs={"spec": POD}, provider=provider.urn)
    (pods,) = kubernetes.read(Graph(resources=(provider, pod))).pods
    assert pods.namespace == expected
