"""Server-side apply: one object, several managers."""

from typing import Any

import pytest

from lepton_infra.simulator.behaviour import CloudError
from tests.simulator.kubernetes.cluster import CONFIG_MAP, DEPLOYMENT, Cluster, changed, deployment

PATCH = "kubernetes:apps/v1:DeploymentPatch"
WEB: dict[str, Any] = {**deployment(), "metadata": {"name": "web"}}


def test_two_objects_of_one_name_conflict(cluster: Cluster) -> None:
    cluster.create(CONFIG_MAP, {"metadata": {"name": "a"}}, "first")

    with pytest.raises(CloudError, match='AlreadyExists: configmaps "a" already exists'):
        cluster.create(CONFIG_MAP, {"metadata": {"name": "a"}}, "second")


def test_the_name_is_free_in_another_namespace_and_for_another_kind(cluster: Cluster) -> None:
    cluster.namespace("web")
    cluster.create(CONFIG_MAP, {"metadata": {"name": "a"}}, "first")

    cluster.create(CONFIG_MAP, {"metadata": {"name": "a", "namespace": "web"}}, "second")
    cluster.create("kubernetes:core/v1:Secret", {"metadata": {"name": "a"}}, "third")


def test_another_api_version_of_the_kind_is_the_same_object(cluster: Cluster) -> None:
    cluster.create("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", _autoscaler(), "first")

    with pytest.raises(CloudError, match=r'horizontalpodautoscalers\.autoscaling "web" already exists'):
        cluster.create("kubernetes:autoscaling/v1:HorizontalPodAutoscaler", _autoscaler(), "second")


def _autoscaler() -> dict[str, Any]:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    return {"metadata": {"name": "web"}, "spec": {"maxReplicas": 3, "scaleTargetRef": target}}


def test_a_patch_needs_its_object(cluster: Cluster) -> None:
    with pytest.raises(CloudError, match=r'NotFound: deployments\.apps "web" not found'):
        cluster.create(PATCH, {"metadata": {"name": "web"}, "spec": {"replicas": 3}})


def test_a_patch_needs_a_name(cluster: Cluster) -> None:
    assert "metadata.name" in cluster.failures(PATCH, {"spec": {"replicas": 3}})


def test_a_patch_owns_fields_that_nobody_set(cluster: Cluster) -> None:
    cluster.create(DEPLOYMENT, WEB)

    assert cluster.create(PATCH, {"metadata": {"name": "web"}, "spec": {"replicas": 3}}, "patch").id == "default/web"


def test_a_patch_of_anothers_field_conflicts_unless_the_values_agree(cluster: Cluster) -> None:
    cluster.create(DEPLOYMENT, changed(WEB, "spec.replicas", 2))

    with pytest.raises(
        CloudError, match=r'Apply failed with 1 conflict: conflict with "pulumi-kubernetes-.*\.replicas'
    ):
        cluster.create(PATCH, {"metadata": {"name": "web"}, "spec": {"replicas": 3}}, "patch")
    cluster.create(PATCH, {"metadata": {"name": "web"}, "spec": {"replicas": 2}}, "patch")


def test_a_conflict_can_be_forced(cluster: Cluster) -> None:
    cluster.create(DEPLOYMENT, changed(WEB, "spec.replicas", 2))
    forced = {"name": "web", "annotations": {"pulumi.com/patchForce": "true"}}

    cluster.create(PATCH, {"metadata": forced, "spec": {"replicas": 3}}, "patch")


def test_the_object_itself_conflicts_with_what_a_patch_owns(cluster: Cluster) -> None:
    made = cluster.create(DEPLOYMENT, WEB)
    cluster.create(PATCH, {"metadata": {"name": "web"}, "spec": {"replicas": 3}}, "patch")

    with pytest.raises(CloudError, match="Conflict"):
        cluster.update(DEPLOYMENT, made.id, changed(WEB, "spec.replicas", 2))
    cluster.update(DEPLOYMENT, made.id, changed(WEB, "spec.replicas", 3))


def test_a_container_is_owned_field_by_field(cluster: Cluster) -> None:
    cluster.create(DEPLOYMENT, WEB)
    sidecar = {"containers": [{"name": "sidecar", "image": "b"}]}

    cluster.create(PATCH, {"metadata": {"name": "web"}, "spec": {"template": {"spec": sidecar}}}, "patch")


@pytest.mark.parametrize(("replicas", "conflicts"), [(None, False), (2, False), (1, True), (9, True)])
def test_a_replica_count_that_the_autoscaler_has_moved_conflicts(
    cluster: Cluster, replicas: int | None, conflicts: bool
) -> None:
    counted = {**WEB, "spec": {**WEB["spec"], "replicas": replicas}} if replicas else WEB
    made = cluster.create(DEPLOYMENT, counted)
    scaled = _autoscaler()
    scaled["spec"] = {**scaled["spec"], "minReplicas": 2}
    cluster.create("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", scaled)
    labelled = changed(counted, "spec.template.metadata.labels.version", "2")

    if conflicts:
        with pytest.raises(
            CloudError, match=r'conflict with "kube-controller-manager" with subresource "scale" .*replicas'
        ):
            cluster.update(DEPLOYMENT, made.id, labelled)
    else:
        cluster.update(DEPLOYMENT, made.id, labelled)


def test_a_replica_count_that_the_program_leaves_to_the_autoscaler_conflicts_with_nobody(cluster: Cluster) -> None:
    made = cluster.create(DEPLOYMENT, changed(WEB, "spec.replicas", 1))
    scaled = _autoscaler()
    cluster.create(
        "kubernetes:autoscaling/v2:HorizontalPodAutoscaler", {**scaled, "spec": {**scaled["spec"], "minReplicas": 2}}
    )
    labelled = changed(changed(WEB, "spec.replicas", 1), "spec.template.metadata.labels.version", "2")

    with pytest.raises(CloudError, match="Conflict"):
        cluster.update(DEPLOYMENT, made.id, labelled)
    cluster.update(DEPLOYMENT, made.id, labelled, ignored=frozenset({"spec.replicas"}))
