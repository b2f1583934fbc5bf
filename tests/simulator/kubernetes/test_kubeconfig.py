import json

import pytest

from lepton_infra.simulator.behaviour import UNKNOWN
from lepton_infra.simulator.kubernetes.kubeconfig import configure, default_namespace, scope_key
from tests.simulator.kubernetes.cluster import kubeconfig


def test_the_cluster_is_its_servers_address() -> None:
    assert scope_key({"kubeconfig": kubeconfig("https://one.example.com/")}) == "kubernetes:https://one.example.com"


def test_json_and_yaml_of_one_server_are_one_cluster() -> None:
    yaml = """
    current-context: other
    contexts: [{name: other, context: {cluster: x}}]
    clusters: [{name: x, cluster: {server: "https://one.example.com"}}]
    """

    assert scope_key({"kubeconfig": yaml}) == scope_key({"kubeconfig": kubeconfig()})


@pytest.mark.parametrize(
    ("config", "key"),
    [
        ({"kubeconfig": UNKNOWN}, "kubernetes:not-known-yet"),
        ({"kubeconfig": "/home/me/config"}, "kubernetes:file:/home/me/config"),
        ({}, "kubernetes:file:~/.kube/config"),
    ],
)
def test_other_configurations_have_clusters_of_their_own(config: dict[str, object], key: str) -> None:
    assert scope_key(config) == key
    assert configure(config) == []


def test_a_good_kubeconfig_has_no_failures() -> None:
    assert configure({"kubeconfig": kubeconfig()}) == []


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"kubeconfig": "a: b\nc: [}"}, "no YAML or JSON|not a YAML or JSON mapping"),
        ({"kubeconfig": "{}"}, "names no current-context"),
        ({"kubeconfig": kubeconfig(), "context": "other"}, "has no context 'other'; it has: main"),
        ({"kubeconfig": kubeconfig(), "cluster": "two"}, "has no cluster 'two'; it has: one"),
        ({"kubeconfig": kubeconfig("one.example.com")}, "server is 'one.example.com', not a URL"),
        ({"kubeconfig": json.dumps({"current-context": "a", "contexts": [{"name": "a"}]})}, "has no cluster None"),
    ],
)
def test_a_kubeconfig_that_leads_nowhere_is_told(config: dict[str, str], words: str) -> None:
    (failure,) = configure(config)

    assert failure.path == "kubeconfig"
    assert any(word in failure.reason for word in words.split("|"))


@pytest.mark.parametrize(
    ("config", "namespace"),
    [
        ({"kubeconfig": kubeconfig()}, "default"),
        ({"kubeconfig": kubeconfig(namespace="team")}, "team"),
        ({"kubeconfig": kubeconfig(namespace="team"), "namespace": "mine"}, "mine"),
    ],
)
def test_the_default_namespace(config: dict[str, str], namespace: str) -> None:
    assert default_namespace(config) == namespace
