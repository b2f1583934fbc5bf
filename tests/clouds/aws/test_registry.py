from __future__ import annotations

import json

import pytest

from lepton_infra import pins
from lepton_infra.clouds.aws.registry import expire_untagged
from lepton_infra.registry import reference_suffix
from lepton_infra.testing.graph import Graph
from tests.clouds.aws.conftest import ROOT

DIGEST = f"sha256:{'0' * 64}"


def pin(digest: str | None) -> pins.ImagePin:
    return pins.ImagePin(source="x/y", tag="1.0", digest=digest, read_from="a test", read_on="2026-11-23")


@pytest.mark.parametrize(("digest", "suffix"), [(DIGEST, f"@{DIGEST}"), (None, ":1.0")])
def test_an_image_is_named_by_its_digest_once_that_is_known(digest: str | None, suffix: str) -> None:
    assert reference_suffix(pin(digest)) == suffix


def test_untagged_images_go() -> None:
    (rule,) = expire_untagged(14)["rules"]
    assert (rule["selection"]["tagStatus"], rule["selection"]["countNumber"]) == ("untagged", 14)


def test_every_pinned_image_has_a_repository(region: Graph) -> None:
    images = pins.read(ROOT / pins.LOCK_FILE).images
    names = {repository["name"] for repository in region.of("aws:ecr/repository:Repository")}
    assert names == {f"test-registry/{image}" for image in images}


def test_images_are_immutable_scanned_and_under_the_regions_key(region: Graph) -> None:
    repositories = region.of("aws:ecr/repository:Repository")
    assert repositories
    for repository in repositories:
        assert repository["imageTagMutability"] == "IMMUTABLE"
        assert repository["imageScanningConfiguration.scanOnPush"] is True
        assert repository["encryptionConfigurations[0]"] == {
            "encryptionType": "KMS",
            "kmsKey": region["test-registry-key"].outputs["arn"],
        }
        assert repository["forceDelete"] is False
        assert json.loads(region[f"{repository.name}-policy"]["policy"])["Statement"][0]["Effect"] == "Deny"
        lifecycle = json.loads(region[f"{repository.name}-lifecycle"]["policy"])
        assert lifecycle["rules"][0]["selection"]["tagStatus"] == "untagged"


def test_copies_of_images_go_with_the_region(torn_down: Graph) -> None:
    assert all(repository["forceDelete"] for repository in torn_down.of("aws:ecr/repository:Repository"))
