"""Creation, change, replacement and deletion: identifiers and what the cluster computes."""

import ipaddress
from dataclasses import replace

import pytest

from lepton_infra.simulator.behaviour import CloudError
from lepton_infra.simulator.kubernetes.networking import SERVICE_CIDR
from tests.simulator.kubernetes.cluster import CONFIG_MAP, DEPLOYMENT, NAMESPACE, RELEASE, SERVICE, Cluster, deployment

WEB = {"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}


def test_an_object_gets_an_identity_that_stays(cluster: Cluster) -> None:
    made = cluster.create(CONFIG_MAP, {"metadata": {"name": "a"}, "data": {"k": "v"}}).state["metadata"]

    changed = cluster.update(CONFIG_MAP, "default/a", {"metadata": {"name": "a", "labels": {"l": "v"}}})

    assert (made["resourceVersion"], changed.state["metadata"]["resourceVersion"]) == ("1", "2")
    assert changed.state["metadata"]["uid"] == made["uid"]
    assert changed.state["metadata"]["creationTimestamp"] == made["creationTimestamp"]


def test_a_deployment_reports_its_replicas_ready(cluster: Cluster) -> None:
    three = deployment()
    three["spec"]["replicas"] = 3

    status = cluster.create(DEPLOYMENT, three).state["status"]

    assert {status[key] for key in ("replicas", "readyReplicas", "availableReplicas", "updatedReplicas")} == {3}
    assert {condition["type"] for condition in status["conditions"]} == {"Available", "Progressing"}


def test_services_get_addresses_of_their_own_that_stay(cluster: Cluster) -> None:
    addresses = [
        cluster.create(SERVICE, {**WEB, "metadata": {"name": name}}, name).state["spec"]["clusterIP"] for name in "abc"
    ]
    again = cluster.update(SERVICE, "default/a", {"metadata": {"name": "a"}, "spec": {"ports": [{"port": 81}]}}, "a")

    assert len(set(addresses)) == 3
    assert all(ipaddress.ip_address(each) in ipaddress.ip_network(SERVICE_CIDR) for each in addresses)
    assert again.state["spec"]["clusterIP"] == addresses[0]


def test_the_api_servers_and_the_dns_addresses_are_not_given_away(cluster: Cluster) -> None:
    given = {
        cluster.create(SERVICE, {**WEB, "metadata": {"name": f"s{index}"}}, f"s{index}").state["spec"]["clusterIP"]
        for index in range(12)
    }

    assert not given & {"172.20.0.1", "172.20.0.10"}


def test_a_headless_service_keeps_none(cluster: Cluster) -> None:
    made = cluster.create(SERVICE, {"metadata": {"name": "web"}, "spec": {"clusterIP": "None"}})

    assert made.state["spec"]["clusterIP"] == "None"


def test_a_load_balancer_gets_a_host_name(cluster: Cluster) -> None:
    made = cluster.create(SERVICE, {**WEB, "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}})

    assert made.state["status"]["loadBalancer"]["ingress"][0]["hostname"]


def test_deleting_a_namespace_deletes_what_is_in_it(cluster: Cluster) -> None:
    for namespace in ("web", "api"):
        cluster.namespace(namespace)
        cluster.create(CONFIG_MAP, {"metadata": {"name": "a", "namespace": namespace}}, f"{namespace}-a")
        cluster.create(
            RELEASE, {"chart": "c", "version": "1.0.0", "name": "r", "namespace": namespace}, f"{namespace}-r"
        )

    cluster.delete(NAMESPACE, "web", "web")

    assert cluster.ids() == ["api", "api/a", "api/r"]


def test_what_was_in_a_namespace_can_be_deleted_after_it(cluster: Cluster) -> None:
    cluster.namespace("web")
    cluster.create(CONFIG_MAP, {"metadata": {"name": "a", "namespace": "web"}}, "a")
    cluster.delete(NAMESPACE, "web", "web")

    cluster.delete(CONFIG_MAP, "web/a", "a")

    assert cluster.ids() == []


def test_the_default_namespace_stays(cluster: Cluster) -> None:
    cluster.namespace("other")
    (stored,) = cluster.scope.all(NAMESPACE)
    cluster.cloud.store.add(replace(stored, id="default"))

    with pytest.raises(CloudError, match="this namespace may not be deleted"):
        cluster.delete(NAMESPACE, "default")


@pytest.mark.parametrize(
    ("type", "old", "new", "replaces"),
    [
        (DEPLOYMENT, {"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}, True),
        (DEPLOYMENT, {"metadata": {"namespace": "a"}}, {"metadata": {"namespace": "b"}}, True),
        (DEPLOYMENT, {"metadata": {"labels": {"l": "a"}}}, {"metadata": {"labels": {"l": "b"}}}, False),
        (
            DEPLOYMENT,
            {"spec": {"selector": {"matchLabels": {"l": "a"}}}},
            {"spec": {"selector": {"matchLabels": {"l": "b"}}}},
            True,
        ),
        (DEPLOYMENT, {"spec": {"replicas": 1}}, {"spec": {"replicas": 2}}, False),
        (CONFIG_MAP, {"data": {"a": "1"}}, {"data": {"a": "2"}}, True),
        ("kubernetes:core/v1:Secret", {"type": "Opaque"}, {"type": "kubernetes.io/tls"}, True),
        (SERVICE, {"spec": {"clusterIP": "172.20.0.5"}}, {"spec": {"clusterIP": "172.20.0.6"}}, True),
        (SERVICE, {"spec": {"ports": [{"port": 80}]}}, {"spec": {"ports": [{"port": 81}]}}, False),
        (
            "kubernetes:core/v1:PersistentVolumeClaim",
            {"spec": {"resources": {"requests": {"storage": "1Gi"}}}},
            {"spec": {"resources": {"requests": {"storage": "2Gi"}}}},
            True,
        ),
        (
            "kubernetes:batch/v1:Job",
            {"spec": {"template": {"spec": {"containers": [{"image": "a"}]}}}},
            {"spec": {"template": {"spec": {"containers": [{"image": "b"}]}}}},
            True,
        ),
        (
            "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
            {"roleRef": {"name": "a"}},
            {"roleRef": {"name": "b"}},
            True,
        ),
        ("kubernetes:storage.k8s.io/v1:StorageClass", {"provisioner": "a"}, {"provisioner": "b"}, True),
        (RELEASE, {"version": "1.0.0"}, {"version": "1.0.1"}, False),
        (RELEASE, {"name": "a"}, {"name": "b"}, True),
        ("kubernetes:karpenter.sh/v1:NodePool", {"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}, True),
    ],
)
def test_what_cannot_be_changed_replaces(
    cluster: Cluster, type: str, old: dict[str, object], new: dict[str, object], replaces: bool
) -> None:
    assert [change.replaces for change in cluster.diff(type, old, new)] == [replaces]
