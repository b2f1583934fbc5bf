from __future__ import annotations

from lepton_infra.testing.graph import Graph


def test_a_models_pods_read_their_own_model_and_nothing_else(region: Graph) -> None:
    grant = region["test-identity-cifar10-reader"]
    assert grant["bucket"] == "test-storage-models-111122223333"
    assert grant["role"] == "roles/storage.objectViewer"
    assert grant["member"] == (
        "principal://iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/"
        "example-inference.svc.id.goog/subject/ns/serving-cifar10/sa/cifar10"
    )
    objects = "projects/_/buckets/test-storage-models-111122223333/objects/cifar10/"
    assert grant["condition.expression"].startswith(f'resource.name.startsWith("{objects}") || ')


def test_no_key_and_no_account_stands_between_a_pod_and_its_grant(region: Graph) -> None:
    assert not region.of("gcp:serviceaccount/key:*")
    assert [account.name for account in region.of("gcp:serviceaccount/account:Account")] == ["test-cluster-nodes"]


def test_pods_wait_for_their_rights_and_those_for_the_cluster(region: Graph) -> None:
    grant = region["test-identity-cifar10-reader"]
    assert region["test-cluster-control-plane"] in region.dependencies(grant)
    assert grant in region.dependencies(region["test-serving-cifar10-v1-deployment"])


def test_pods_reach_the_metadata_server(region: Graph) -> None:
    policy = region["test-serving-cifar10-traffic"].inputs["spec"]
    opened = {
        (peer["ipBlock"]["cidr"], rule["ports"][0]["port"])
        for rule in policy["egress"]
        for peer in rule["to"]
        if peer.get("ipBlock", {}).get("cidr", "").startswith("169.254.")
    }
    assert opened == {("169.254.169.252/32", 988), ("169.254.169.254/32", 80), ("169.254.169.254/32", 8080)}


def test_of_what_is_outside_the_node_pods_reach_googles_private_addresses_alone(region: Graph) -> None:
    dns, *others = region["test-serving-cifar10-traffic"]["spec.egress"]
    assert {port["port"] for port in dns["ports"]} == {53}
    far = [rule for rule in others if not rule["to"][0]["ipBlock"]["cidr"].startswith("169.254.")]
    assert far == [{"to": [{"ipBlock": {"cidr": "199.36.153.8/30"}}], "ports": [{"port": 443, "protocol": "TCP"}]}]
