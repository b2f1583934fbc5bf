import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.simulator.behaviour import UNKNOWN
from lepton_infra.simulator.kubernetes import syntax
from tests.simulator.kubernetes.cluster import (
    CONFIG_MAP,
    NAMESPACE,
    RELEASE,
    SERVICE,
    Cluster,
    urn,
)

STORAGE_CLASS = "kubernetes:storage.k8s.io/v1:StorageClass"


def test_a_name_that_is_not_given_is_made_of_the_logical_name(cluster: Cluster) -> None:
    metadata = cluster.checked(CONFIG_MAP, {}, "settings")["metadata"]

    assert re.fullmatch(r"settings-[0-9a-f]{8}", metadata["name"])
    assert metadata["annotations"] == {"pulumi.com/autonamed": "true"}
    assert metadata["namespace"] == "default"


def test_an_auto_name_stays_over_updates(cluster: Cluster) -> None:
    made = cluster.create(CONFIG_MAP, {}, "settings")

    again = cluster.cloud.check(cluster.scope, urn(CONFIG_MAP, "settings"), CONFIG_MAP, made.inputs, {})

    assert again.inputs["metadata"]["name"] == made.inputs["metadata"]["name"]


def test_a_generated_name_has_the_prefix_and_stays(cluster: Cluster) -> None:
    inputs = {"metadata": {"generateName": "job-"}}
    made = cluster.create(CONFIG_MAP, inputs)

    changed = cluster.update(CONFIG_MAP, made.id, {**inputs, "immutable": True})

    assert re.fullmatch(r"default/job-[0-9a-f]{8}", made.id)
    assert made.state["metadata"]["name"] == changed.state["metadata"]["name"] == made.id.rpartition("/")[2]


def test_a_given_name_is_kept_and_not_called_automatic(cluster: Cluster) -> None:
    assert cluster.checked(CONFIG_MAP, {"metadata": {"name": "a"}})["metadata"] == {"name": "a", "namespace": "default"}


@pytest.mark.parametrize("metadata", [UNKNOWN, {"name": UNKNOWN}])
def test_a_name_that_is_not_known_yet_is_left_alone(cluster: Cluster, metadata: object) -> None:
    found = cluster.checked(CONFIG_MAP, {"metadata": metadata})["metadata"]

    assert found is UNKNOWN or found["name"] is UNKNOWN


def test_api_version_and_kind_are_filled_in(cluster: Cluster) -> None:
    found = cluster.checked(STORAGE_CLASS, {"provisioner": "ebs.csi.aws.com"})

    assert (found["apiVersion"], found["kind"]) == ("storage.k8s.io/v1", "StorageClass")
    assert "namespace" not in found["metadata"]


def test_a_kind_that_contradicts_the_type_is_refused(cluster: Cluster) -> None:
    assert cluster.failures(CONFIG_MAP, {"kind": "Secret"}).keys() >= {"kind"}


def test_the_providers_namespace_is_the_default() -> None:
    assert Cluster(namespace="web").checked(CONFIG_MAP, {})["metadata"]["namespace"] == "web"
    assert Cluster(namespace="web").checked(RELEASE, {"chart": "c", "version": "1.0.0"})["namespace"] == "web"


@pytest.mark.parametrize(
    ("type", "name", "wrong"),
    [
        (CONFIG_MAP, "a.b-c", None),
        (CONFIG_MAP, "A", "RFC 1123 subdomain"),
        (CONFIG_MAP, "a_b", "RFC 1123 subdomain"),
        (CONFIG_MAP, "a" * 254, "no more than 253"),
        (NAMESPACE, "a-1", None),
        (NAMESPACE, "1-a", None),
        (NAMESPACE, "a.b", "RFC 1123 label"),
        (NAMESPACE, "a" * 64, "no more than 63"),
        (SERVICE, "a-1", None),
        (SERVICE, "1-a", "DNS-1035"),
        ("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "system:node", None),
        ("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "a/b", "may not contain '/'"),
    ],
)
def test_names_follow_the_rule_of_their_kind(type: str, name: str, wrong: str | None) -> None:
    failures = syntax.name_failures(type.rpartition(":")[2], name, "metadata.name")

    assert (wrong is None) == (failures == [])
    assert wrong is None or any(wrong in failure.reason for failure in failures)


@pytest.mark.parametrize(
    ("labels", "wrong"),
    [
        ({"app": "web", "lepton.dev/pool": "l4", "empty": ""}, False),
        ({"-app": "web"}, True),
        ({"lepton:stack": "web"}, True),
        ({"Lepton.Dev/pool": "l4"}, True),
        ({"app": "we b"}, True),
        ({"app": "a" * 64}, True),
        ({"a" * 64: "b"}, True),
    ],
)
def test_labels_have_a_syntax(cluster: Cluster, labels: dict[str, str], wrong: bool) -> None:
    failures = cluster.failures(CONFIG_MAP, {"metadata": {"labels": labels}})

    assert set(failures) == ({"metadata.labels"} if wrong else set())


def test_annotations_are_bounded_in_size_and_free_in_value(cluster: Cluster) -> None:
    assert cluster.failures(CONFIG_MAP, {"metadata": {"annotations": {"a": "any: thing\n"}}}) == {}
    assert "metadata.annotations" in cluster.failures(
        CONFIG_MAP, {"metadata": {"annotations": {"a": "x" * (syntax.ANNOTATIONS_LIMIT + 1)}}}
    )


@given(st.from_regex(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True))
def test_what_is_a_host_label_is_a_name_everywhere(name: str) -> None:
    for kind in ("ConfigMap", "Namespace", "Service", "Role"):
        assert syntax.name_failures(kind, name, "metadata.name") == []


@given(st.text(min_size=1, max_size=80))
def test_a_service_name_is_always_a_name_of_other_kinds(name: str) -> None:
    if syntax.name_failures("Service", name, "n") == []:
        assert syntax.name_failures("Namespace", name, "n") == syntax.name_failures("ConfigMap", name, "n") == []
