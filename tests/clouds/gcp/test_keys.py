from __future__ import annotations

from lepton_infra.testing.graph import Graph
from tests.clouds.gcp.stacks import stack
from tests.kit.regions import declare


def test_key_rings_are_regional_and_stay(region: Graph) -> None:
    rings = region.of("gcp:kms/keyRing:KeyRing")
    assert {ring["name"] for ring in rings} == {"test-network", "test-network-g1"}
    assert {ring["location"] for ring in rings} == {"asia-south1"}
    assert all(ring.retain_on_delete for ring in rings), "no key ring can be deleted"


def test_a_region_that_is_built_again_counts_up_where_keys_were_destroyed(region: Graph) -> None:
    again = declare(stack(cloud=stack()["cloud"] | {"key_ring_suffix": 2}))
    assert again["test-network-passing-keys"]["name"] == "test-network-g2"
    assert again["test-network-lasting-keys"]["name"] == region["test-network-lasting-keys"]["name"]


def test_keys_that_stay_and_keys_that_go_are_apart(region: Graph, torn_down: Graph) -> None:
    rings = {region[f"test-network-{kind}-keys"].id: kind for kind in ("lasting", "passing")}
    kept = {key.name for key in torn_down.of("gcp:kms/cryptoKey:CryptoKey") if key.retain_on_delete}
    assert {key.name for key in region.of("gcp:kms/cryptoKey:CryptoKey") if rings[key["keyRing"]] == "lasting"} == kept


def test_keys_rotate_and_die_slowly() -> None:
    region = declare(stack(encryption={"rotation_days": 120}))
    for key in region.of("gcp:kms/cryptoKey:CryptoKey"):
        assert key["rotationPeriod"] == "10368000s"
        assert key["destroyScheduledDuration"] == "2592000s"
        assert key["purpose"] == "ENCRYPT_DECRYPT"


def test_keys_stay_until_teardown(region: Graph, torn_down: Graph) -> None:
    assert {key["deletionPolicy"] for key in region.of("gcp:kms/cryptoKey:CryptoKey")} == {"PREVENT"}
    assert {key["deletionPolicy"] for key in torn_down.of("gcp:kms/cryptoKey:CryptoKey")} == {"DELETE"}


def test_each_key_is_used_by_one_agent_of_google(region: Graph) -> None:
    users = {
        grant["cryptoKeyId"]: grant["member"] for grant in region.of("gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember")
    }
    named = {key.name: users[key.id].partition("@")[2] for key in region.of("gcp:kms/cryptoKey:CryptoKey")}
    ending = ".iam.gserviceaccount.com"
    assert named == {
        "test-network-logs-key": f"gcp-sa-logging{ending}",
        "test-storage-models-key": f"gs-project-accounts{ending}",
        "test-storage-data-key": f"gs-project-accounts{ending}",
        "test-registry-key": f"gcp-sa-artifactregistry{ending}",
        "test-cluster-secrets-key": f"container-engine-robot{ending}",
        "test-cluster-disks-key": f"compute-system{ending}",
        "test-oversight-backup-key": f"gs-project-accounts{ending}",
    }


def test_nothing_is_encrypted_before_its_key_may_be_used(region: Graph) -> None:
    for name, key in {
        "test-network-logs": "network-logs-key-gcp-sa-logging",
        "test-storage-models": "storage-models-key-gs-project-accounts",
        "test-storage-data": "storage-data-key-gs-project-accounts",
        "test-registry-images": "registry-key-gcp-sa-artifactregistry",
        "test-cluster-control-plane": "cluster-secrets-key-container-engine-robot",
        "test-cluster-system": "cluster-disks-key-compute-system",
    }.items():
        assert region[f"test-{key}"] in region.dependencies(region[name]), name
