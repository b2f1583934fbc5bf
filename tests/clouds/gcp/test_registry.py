from __future__ import annotations

from lepton_infra.testing.graph import Graph


def test_the_repository_is_regional_immutable_scanned_and_under_its_own_key(region: Graph) -> None:
    (repository,) = region.of("gcp:artifactregistry/repository:Repository")
    assert repository["location"] == "asia-south1"
    assert (repository["format"], repository["mode"]) == ("DOCKER", "STANDARD_REPOSITORY")
    assert repository["dockerConfig.immutableTags"] is True
    assert repository["kmsKeyName"] == region["test-registry-key"].id
    assert repository["vulnerabilityScanningConfig.enablementConfig"] == "INHERITED"


def test_untagged_images_go(region: Graph) -> None:
    repository = region["test-registry-images"]
    (policy,) = repository["cleanupPolicies"]
    assert (policy["action"], policy["condition"]) == ("DELETE", {"tagState": "UNTAGGED", "olderThan": "1209600s"})
    assert repository["cleanupPolicyDryRun"] is False


def test_pods_run_the_regions_own_copies(region: Graph) -> None:
    pod = region["test-serving-cifar10-v1-deployment"].inputs["spec"]["template"]["spec"]
    for container, image in (("initContainers", "rclone"), ("containers", "tensorflow-serving")):
        reference = pod[container][0]["image"]
        assert reference.startswith(f"asia-south1-docker.pkg.dev/example-inference/test-registry/{image}")


def test_the_key_waits_for_the_agent_that_uses_it(region: Graph) -> None:
    grant = region["test-registry-key-gcp-sa-artifactregistry"]
    assert region["test-registry-agent"] in region.dependencies(grant)
