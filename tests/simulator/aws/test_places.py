"""Accounts, regions and zones of a provider's configuration."""

from typing import Any

import pytest

from lepton_infra.simulator.aws.places import configure, partitions, scope_key, zone_id, zones
from lepton_infra.simulator.behaviour import UNKNOWN


@pytest.mark.parametrize(
    ("config", "key"),
    [
        ({"region": "eu-west-1", "allowedAccountIds": ["111122223333"]}, "aws:111122223333:eu-west-1"),
        ({"region": "eu-west-1", "allowedAccountIds": '["111122223333"]'}, "aws:111122223333:eu-west-1"),
        ({"region": "eu-west-1"}, "aws:000000000000:eu-west-1"),
        ({"region": UNKNOWN, "allowedAccountIds": "not json"}, "aws:000000000000:"),
    ],
)
def test_a_provider_works_in_one_account_and_region(config: dict[str, Any], key: str) -> None:
    assert scope_key(config) == key


@pytest.mark.parametrize(
    "config",
    [{"region": "us-east-1", "allowedAccountIds": ["111122223333"], "retryMode": "adaptive"}, {"region": UNKNOWN}],
)
def test_a_right_configuration_passes(config: dict[str, Any]) -> None:
    assert configure(config) == []


@pytest.mark.parametrize(
    ("config", "path", "words"),
    [
        ({"region": "us-east1"}, "region", "did you mean us-east-1?"),
        ({}, "region", "Missing region configuration"),
        ({"region": "us-east-1", "allowedAccountIds": ["1234"]}, "allowedAccountIds[0]", "12 digits"),
        ({"region": "us-east-1", "retryMode": "eager"}, "retryMode", "standard, adaptive"),
    ],
)
def test_a_wrong_configuration_is_refused(config: dict[str, Any], path: str, words: str) -> None:
    [failure] = configure(config)

    assert failure.path == path
    assert words in failure.reason


def test_zones_belong_to_their_region() -> None:
    assert list(zones("us-east-1")) == [f"us-east-1{letter}" for letter in "abcdef"]
    assert list(zones("eu-west-1")) == ["eu-west-1a", "eu-west-1b", "eu-west-1c"]


@pytest.mark.parametrize(
    ("zone", "id"),
    [
        ("us-east-1a", "use1-az1"),
        ("eu-west-1b", "euw1-az2"),
        ("ap-southeast-2a", "apse2-az1"),
        ("us-gov-west-1a", "usgw1-az1"),
    ],
)
def test_zone_ids_are_short_forms(zone: str, id: str) -> None:
    assert zone_id(zone[:-1], zone) == id


def test_regions_lie_in_partitions() -> None:
    assert partitions()["cn-north-1"] == "aws-cn"
    assert partitions()["us-gov-west-1"] == "aws-us-gov"
