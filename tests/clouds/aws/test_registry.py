from __future__ import annotations

import json
import re

import pytest

from lepton_infra import lock
from lepton_infra.clouds.aws.registry import expire_untagged, image_tag, shared_suffix
from lepton_infra.layers.registry import reference_suffix
from lepton_infra.testing.graph import Graph
from tests.clouds.aws.stacks import stack
from tests.kit.regions import ROOT, declare

DIGEST = f"sha256:{'0' * 64}"
LOCK = lock.read(ROOT / lock.LOCK_FILE)
REPOSITORY = "aws:ecr/repository:Repository"
TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")
"""A tag: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests."""


@pytest.fixture(scope="module")
def holding() -> Graph:
    """A region with a model whose requests are held while it has no replica."""
    model = {
        "name": "cifar10",
        "versions": [{"version": 1}],
        "node_pool": "l4",
        "replicas": {"min": 0, "max": 4},
        "scaling": {"metric": "queue", "target": 8, "buffer_requests": True},
    }
    return declare(stack(models=[model], gateway={"domain": "inference.example.com"}))


def pin(digest: str | None) -> lock.ImagePin:
    return lock.ImagePin(source="x/y", tag="1.0", digest=digest, read_from="a test", read_on="2026-11-23")


@pytest.mark.parametrize(("digest", "suffix"), [(DIGEST, f"@{DIGEST}"), (None, ":1.0")])
def test_an_image_is_named_by_its_digest_once_that_is_known(digest: str | None, suffix: str) -> None:
    assert reference_suffix(pin(digest)) == suffix


def test_untagged_images_go() -> None:
    (rule,) = expire_untagged(14)["rules"]
    assert (rule["selection"]["tagStatus"], rule["selection"]["countNumber"]) == ("untagged", 14)


@pytest.mark.parametrize(("digest", "suffix"), [(DIGEST, f"@{DIGEST}"), (None, ":x-1.0")])
def test_images_in_one_repository_are_told_apart(digest: str | None, suffix: str) -> None:
    assert shared_suffix("x", pin(digest)) == suffix


def test_every_pinned_image_has_a_tag_of_its_own_that_the_registry_takes() -> None:
    tags = [image_tag(key, image) for key, image in LOCK.images.items()]
    assert len(set(tags)) == len(tags)
    assert [tag for tag in tags if not TAG.fullmatch(tag)] == []


def test_one_repository_holds_every_image(region: Graph) -> None:
    assert [each["name"] for each in region.of(REPOSITORY)] == ["test-registry"]
    assert len(region.of("aws:ecr/lifecyclePolicy:LifecyclePolicy")) == 1
    assert len(region.of("aws:ecr/repositoryPolicy:RepositoryPolicy")) == 1


def test_images_that_a_chart_takes_by_name_have_a_name_each(holding: Graph) -> None:
    urls = {each["name"]: each.outputs["repositoryUrl"] for each in holding.of(REPOSITORY)}
    parts = ("interceptor", "operator", "scaler")
    assert set(urls) == {"test-registry", *(f"test-registry/keda-http-{part}" for part in parts)}
    given = holding["test-serving-autoscaling-keda-http"]["values.images"]
    assert given == {part: urls[f"test-registry/keda-http-{part}"] for part in parts}


def test_a_chart_gets_the_tag_that_its_image_has_here(holding: Graph) -> None:
    (url,) = (each.outputs["repositoryUrl"] for each in holding.of(REPOSITORY) if each["name"] == "test-registry")
    host, _, name = url.partition("/")
    tag = image_tag("keda", LOCK.images["keda"])
    image = holding["test-serving-autoscaling-keda"]["values.image.keda"]
    assert image == {"registry": host, "repository": name, "tag": tag}


def test_images_are_immutable_scanned_and_under_the_regions_key(holding: Graph) -> None:
    repositories = holding.of(REPOSITORY)
    assert len(repositories) == 4
    for repository in repositories:
        assert repository["imageTagMutability"] == "IMMUTABLE"
        assert repository["imageScanningConfiguration.scanOnPush"] is True
        assert repository["encryptionConfigurations[0]"] == {
            "encryptionType": "KMS",
            "kmsKey": holding["test-registry-key"].outputs["arn"],
        }
        assert repository["forceDelete"] is False
        assert json.loads(holding[f"{repository.name}-policy"]["policy"])["Statement"][0]["Effect"] == "Deny"
        lifecycle = json.loads(holding[f"{repository.name}-lifecycle"]["policy"])
        assert lifecycle["rules"][0]["selection"]["tagStatus"] == "untagged"


def test_copies_of_images_go_with_the_region(torn_down: Graph) -> None:
    assert [repository["forceDelete"] for repository in torn_down.of(REPOSITORY)] == [True]
