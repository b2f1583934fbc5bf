"""What holds for every resource of a region."""

from __future__ import annotations

import json

import pytest

from lepton_infra import clouds
from lepton_infra.simulator import schema
from lepton_infra.testing.graph import Declared, Graph
from tests.clouds.gcp.stacks import on_gcp, stack
from tests.kit.regions import declare

STATEFUL = clouds.load("gcp").stateful
NAMED_BY = {
    "gcp:artifactregistry/repository:Repository": "repositoryId",
    "gcp:compute/network:Network": "name",
    "gcp:compute/subnetwork:Subnetwork": "name",
    "gcp:container/cluster:Cluster": "name",
    "gcp:container/nodePool:NodePool": "name",
    "gcp:kms/cryptoKey:CryptoKey": "name",
    "gcp:kms/keyRing:KeyRing": "name",
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": "bucketId",
    "gcp:serviceaccount/account:Account": "accountId",
    "gcp:storage/bucket:Bucket": "name",
}
LIMITS = {
    "gcp:compute/network:Network": 63,
    "gcp:compute/firewall:Firewall": 63,
    "gcp:container/cluster:Cluster": 40,
    "gcp:container/nodePool:NodePool": 40,
    "gcp:kms/cryptoKey:CryptoKey": 63,
    "gcp:serviceaccount/account:Account": 30,
    "gcp:storage/bucket:Bucket": 63,
    "gcp:artifactregistry/repository:Repository": 63,
}


@pytest.mark.parametrize("field", ["labels", "resourceLabels"])
def test_every_labelable_resource_has_the_labels_of_the_region(region: Graph, field: str) -> None:
    labelable = [declared for declared in on_gcp(region) if field in (schema.inputs_of(declared.type) or {})]
    assert labelable
    for declared in labelable:
        labels = declared.inputs[field]
        assert labels["lepton-stack"] == "test", declared.urn
        assert labels["lepton-residency"] == "in", declared.urn
        assert labels["owner"] == "ai-platform", declared.urn


def test_no_resource_leaves_the_regions_own_provider(region: Graph) -> None:
    (provider,) = region.of("pulumi:providers:gcp")
    assert {declared.provider for declared in on_gcp(region) if declared.custom} == {provider.urn}
    assert (provider.inputs["project"], provider.inputs["region"]) == ("example-inference", "asia-south1")
    assert provider.inputs["addPulumiAttributionLabel"] == "false"


ONLY_LOCATION = {"gcp:privilegedaccessmanager/entitlement:entitlement": "global"}
"""Types that are in one location whatever the region. An entitlement holds rights and who may ask for them."""


def test_every_place_that_a_resource_names_is_the_regions(region: Graph) -> None:
    for declared in on_gcp(region):
        for field in ("location", "region"):
            here = ONLY_LOCATION.get(declared.type, "asia-south1")
            assert str(declared.inputs.get(field, here)).lower() == here, declared.urn
        assert declared.inputs.get("project", "example-inference") == "example-inference", declared.urn


def test_what_holds_state_is_protected_until_teardown(region: Graph, torn_down: Graph) -> None:
    assert all(declared.protect for declared in region if declared.type in STATEFUL)
    assert not any(declared.protect for declared in torn_down)


def test_what_holds_state_is_locked_in_the_cloud_too(region: Graph, torn_down: Graph) -> None:
    def locked(declared: Declared) -> bool:
        return declared.inputs.get("deletionPolicy") == "PREVENT" or declared.inputs.get("deletionProtection") is True

    assert all(locked(declared) for declared in region if declared.type in STATEFUL)
    assert not any(locked(declared) for declared in torn_down)


def test_teardown_keeps_data_logs_and_the_keys_to_them(torn_down: Graph) -> None:
    kept = {declared.name for declared in torn_down if declared.retain_on_delete and declared.type in STATEFUL}
    assert kept == {
        "test-storage-models",
        "test-storage-models-key",
        "test-storage-data",
        "test-storage-data-key",
        "test-storage-access-log",
        "test-network-logs",
        "test-network-logs-key",
        "test-cluster-logs",
        "test-oversight-ai-events",
        "test-oversight-trail",
        "test-oversight-backup",
        "test-oversight-backup-trial",
        "test-oversight-backup-key",
    }


@pytest.mark.parametrize(("type", "property"), NAMED_BY.items())
def test_names_in_the_cloud_are_fixed_by_the_stack(region: Graph, type: str, property: str) -> None:
    found = region.of(type)
    assert found
    names = [declared.inputs[property] for declared in found]
    assert len(names) == len(set(names))


def test_names_fit_where_region_pool_and_model_are_longest() -> None:
    long = "a" * 20
    raw = stack(name=long, cloud=stack()["cloud"] | {"project_number": "1" * 19})
    raw["node_pools"][0] |= {"name": long}
    raw["models"][0] |= {"name": long, "node_pool": long}
    region = declare(raw)
    for type, limit in LIMITS.items():
        property = NAMED_BY.get(type, "name")
        assert max(len(declared.inputs[property]) for declared in region.of(type)) <= limit, type


def test_the_whole_world_is_named_only_in_the_firewall(region: Graph) -> None:
    def mentions(declared: Declared) -> bool:
        return "0.0.0.0/0" in json.dumps(declared.inputs, default=str)

    assert {declared.type for declared in on_gcp(region) if mentions(declared)} == {"gcp:compute/firewall:Firewall"}


def test_no_public_members_or_basic_roles(region: Graph) -> None:
    for declared in on_gcp(region):
        assert declared.inputs.get("member") not in ("allUsers", "allAuthenticatedUsers"), declared.urn
        assert declared.inputs.get("role") not in ("roles/owner", "roles/editor", "roles/viewer"), declared.urn


def test_no_two_resources_share_a_logical_name(region: Graph) -> None:
    """The map ``adopt`` of a stack file names resources so."""
    names = [declared.name for declared in region if declared.package in ("gcp", "lepton")]
    assert sorted(names) == sorted(set(names))


def test_the_region_stays_small(region: Graph) -> None:
    assert len(region) < 200
