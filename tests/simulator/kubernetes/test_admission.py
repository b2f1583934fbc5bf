"""What depends on the rest of the cluster: namespaces, references, pod security, classes, custom kinds."""

from typing import Any

import pytest

from lepton_infra.simulator.behaviour import CloudError
from tests.simulator.kubernetes.cluster import (
    CONFIG_MAP,
    DEPLOYMENT,
    NAMESPACE,
    POD,
    RELEASE,
    Cluster,
    container,
    deployment,
    restricted,
)

ENFORCE = "pod-security.kubernetes.io/enforce"
DEFINITION = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"
CUSTOM = "kubernetes:karpenter.sh/v1:NodePool"
CHART = {"chart": "web", "version": "1.2.3", "namespace": "default"}


def _in(namespace: str, object: dict[str, Any], name: str = "x") -> dict[str, Any]:
    return {**object, "metadata": {"name": name, "namespace": namespace}}


@pytest.mark.parametrize("name", ["default", "kube-system", "kube-public", "kube-node-lease"])
def test_the_initial_namespaces_exist(cluster: Cluster, name: str) -> None:
    assert cluster.create(CONFIG_MAP, _in(name, {})).id == f"{name}/x"


def test_an_object_in_a_namespace_that_does_not_exist_is_refused(cluster: Cluster) -> None:
    with pytest.raises(CloudError, match='NotFound: namespaces "web" not found'):
        cluster.create(CONFIG_MAP, _in("web", {}))

    cluster.namespace("web")

    assert cluster.create(CONFIG_MAP, _in("web", {})).id == "web/x"


def test_a_namespace_of_another_cluster_does_not_count(cluster: Cluster) -> None:
    other = Cluster()
    other.namespace("web")

    with pytest.raises(CloudError, match='namespaces "web" not found'):
        cluster.create(CONFIG_MAP, _in("web", {}))


def test_a_cluster_scoped_object_needs_no_namespace(cluster: Cluster) -> None:
    made = cluster.create("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", {"metadata": {"name": "reader"}})

    assert made.id == "reader"


REFERENCES = [
    ({"serviceAccountName": "robot"}, "kubernetes:core/v1:ServiceAccount", "robot"),
    ({"volumes": [{"name": "v", "configMap": {"name": "settings"}}]}, CONFIG_MAP, "settings"),
    ({"volumes": [{"name": "v", "secret": {"secretName": "key"}}]}, "kubernetes:core/v1:Secret", "key"),
    (
        {"volumes": [{"name": "v", "projected": {"sources": [{"configMap": {"name": "settings"}}]}}]},
        CONFIG_MAP,
        "settings",
    ),
    ({"containers": [container(envFrom=[{"configMapRef": {"name": "settings"}}])]}, CONFIG_MAP, "settings"),
    (
        {"containers": [container(env=[{"name": "A", "valueFrom": {"secretKeyRef": {"name": "key", "key": "a"}}}])]},
        "kubernetes:core/v1:Secret",
        "key",
    ),
]


@pytest.mark.parametrize(("pod", "type", "name"), REFERENCES)
def test_a_workload_starts_only_when_what_it_names_exists(
    cluster: Cluster, pod: dict[str, Any], type: str, name: str
) -> None:
    kind = type.rpartition(":")[2].lower()
    with pytest.raises(CloudError, match=rf'AwaitFailed: .*timed out waiting to be Ready: .*{kind} "{name}" not found'):
        cluster.create(DEPLOYMENT, _in("default", deployment(**pod)))

    cluster.namespace("elsewhere")
    cluster.create(type, _in("elsewhere", {}, name), "elsewhere")
    with pytest.raises(CloudError, match="not found"):
        cluster.create(DEPLOYMENT, _in("default", deployment(**pod)))

    cluster.create(type, _in("default", {}, name), "here")
    assert cluster.create(DEPLOYMENT, _in("default", deployment(**pod))).state["status"]["readyReplicas"] == 1


@pytest.mark.parametrize(
    "pod",
    [
        {"serviceAccountName": "default"},
        {"volumes": [{"name": "v", "configMap": {"name": "kube-root-ca.crt"}}]},
        {"volumes": [{"name": "v", "configMap": {"name": "none", "optional": True}}]},
    ],
)
def test_what_is_always_there_or_optional_is_not_missed(cluster: Cluster, pod: dict[str, Any]) -> None:
    cluster.create(DEPLOYMENT, _in("default", deployment(**pod)))


def test_what_a_chart_may_bring_is_not_missed(cluster: Cluster) -> None:
    cluster.create(RELEASE, CHART)

    cluster.create(
        DEPLOYMENT, _in("default", deployment(serviceAccountName="from-the-chart", runtimeClassName="nvidia"))
    )


@pytest.mark.parametrize(
    ("pod", "words"),
    [
        ({"priorityClassName": "high"}, "no PriorityClass with name high was found"),
        ({"runtimeClassName": "nvidia"}, 'RuntimeClass "nvidia" not found'),
    ],
)
def test_classes_must_exist(cluster: Cluster, pod: dict[str, Any], words: str) -> None:
    with pytest.raises(CloudError, match=words):
        cluster.create(DEPLOYMENT, _in("default", deployment(**pod)))

    cluster.create("kubernetes:scheduling.k8s.io/v1:PriorityClass", {"metadata": {"name": "high"}, "value": 1})
    cluster.create("kubernetes:node.k8s.io/v1:RuntimeClass", {"metadata": {"name": "nvidia"}, "handler": "nvidia"})

    cluster.create(DEPLOYMENT, _in("default", deployment(**pod)))


def test_a_custom_kind_needs_its_definition(cluster: Cluster) -> None:
    with pytest.raises(CloudError, match=r'no matches for kind "NodePool" in version "karpenter\.sh/v1"'):
        cluster.create(CUSTOM, {"metadata": {"name": "gpu"}})

    names = {"kind": "NodePool", "plural": "nodepools"}
    schema = {"openAPIV3Schema": {"type": "object"}}
    versions = [{"name": "v1", "served": True, "storage": True, "schema": schema}]
    spec = {"group": "karpenter.sh", "names": names, "scope": "Cluster", "versions": versions}
    cluster.create(DEFINITION, {"metadata": {"name": "nodepools.karpenter.sh"}, "spec": spec})

    assert cluster.create(CUSTOM, {"metadata": {"name": "gpu"}}).id == "gpu"


def test_a_restricted_namespace_admits_a_restricted_pod(cluster: Cluster) -> None:
    cluster.namespace("web", **{ENFORCE: "restricted"})

    assert cluster.create(POD, _in("web", {"spec": restricted()})).state["status"]["phase"] == "Running"


def test_a_restricted_namespace_forbids_a_pod_in_the_api_servers_words(cluster: Cluster) -> None:
    cluster.namespace("web", **{ENFORCE: "restricted"})

    with pytest.raises(CloudError) as refused:
        cluster.create(POD, _in("web", {"spec": {"containers": [container()]}}))

    assert str(refused.value) == (
        'Forbidden: pods "x" is forbidden: violates PodSecurity "restricted:latest": '
        'allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false), '
        'unrestricted capabilities (container "web" must set securityContext.capabilities.drop=["ALL"]), '
        'runAsNonRoot != true (pod or container "web" must set securityContext.runAsNonRoot=true), '
        'seccompProfile (pod or container "web" must set securityContext.seccompProfile.type to "RuntimeDefault" or '
        '"Localhost")'
    )


def test_a_workload_that_is_not_allowed_its_pods_never_becomes_ready(cluster: Cluster) -> None:
    cluster.namespace("web", **{ENFORCE: "restricted"})

    with pytest.raises(CloudError, match=r'AwaitFailed: .*pods "x-" is forbidden: violates PodSecurity'):
        cluster.create(DEPLOYMENT, _in("web", deployment()))

    cluster.create(DEPLOYMENT, _in("web", deployment(**restricted())))


def test_a_namespace_without_a_label_admits_everything(cluster: Cluster) -> None:
    cluster.namespace("web")

    cluster.create(POD, _in("web", {"spec": {"hostNetwork": True, "containers": [container()]}}))


def test_an_update_is_admitted_again(cluster: Cluster) -> None:
    cluster.namespace("web", **{ENFORCE: "restricted"})
    made = cluster.create(DEPLOYMENT, _in("web", deployment(**restricted())))

    with pytest.raises(CloudError, match="violates PodSecurity"):
        cluster.update(DEPLOYMENT, made.id, _in("web", deployment()))


def test_an_initial_namespace_cannot_be_made_again(cluster: Cluster) -> None:
    with pytest.raises(CloudError, match='AlreadyExists: namespaces "kube-system" already exists'):
        cluster.create(NAMESPACE, {"metadata": {"name": "kube-system"}})
