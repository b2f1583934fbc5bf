"""Formats that AWS's API models leave out."""

import ipaddress
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.simulator.aws.image_lifecycle import lifecycle_policy
from lepton_infra.simulator.aws.s3 import bucket_name
from lepton_infra.simulator.formats import Format, cidr, ipv6_cidr

NETWORKS = st.integers(0, 32).flatmap(
    lambda length: st.integers(0, 2**32 - 1).map(
        lambda address: ipaddress.IPv4Network((address >> (32 - length) << (32 - length), length))
    )
)


def refused(format: Format, value: Any) -> bool:
    return list(format(value)) != []


@given(NETWORKS)
def test_every_network_is_a_cidr_block(network: ipaddress.IPv4Network) -> None:
    assert not refused(cidr(), str(network))


@given(NETWORKS, st.integers(0, 32), st.integers(0, 32))
def test_a_size_is_allowed_between_its_bounds(network: ipaddress.IPv4Network, one: int, two: int) -> None:
    shortest, longest = sorted((one, two))

    assert refused(cidr(longest, shortest), str(network)) == (not shortest <= network.prefixlen <= longest)


@given(NETWORKS.filter(lambda network: network.prefixlen < 32))
def test_an_address_inside_a_network_is_not_its_name(network: ipaddress.IPv4Network) -> None:
    assert refused(cidr(), f"{network[1]}/{network.prefixlen}")


@pytest.mark.parametrize("value", ["10.0.0.0", "10.0.0.0/33", "300.0.0.0/8", "::/0", ""])
def test_other_text_is_no_cidr_block(value: str) -> None:
    assert refused(cidr(), value)


@pytest.mark.parametrize(("value", "wrong"), [("fd00::/8", False), ("::/0", False), ("fd00::1/8", True), ("x", True)])
def test_ipv6_networks(value: str, wrong: bool) -> None:
    assert refused(ipv6_cidr, value) == wrong


@pytest.mark.parametrize("name", ["abc", "a.b-c", "1ab", "us-east-storage-models-111122223333", "x" * 63])
def test_bucket_names_that_s3_takes(name: str) -> None:
    assert not refused(bucket_name, name)


@pytest.mark.parametrize(
    "name",
    [
        "ab",
        "x" * 64,
        "Models",
        "a_b",
        "-ab",
        "ab-",
        "a..b",
        "192.168.5.4",
        "xn--a",
        "sthree-a",
        "a-s3alias",
        "a--ol-s3",
    ],
)
def test_bucket_names_that_s3_refuses(name: str) -> None:
    [reason] = bucket_name(name)

    assert reason.startswith("InvalidBucketName: ")
    assert name in reason


RULE: dict[str, Any] = {
    "rulePriority": 1,
    "selection": {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": 14,
    },
    "action": {"type": "expire"},
}


def lifecycle(**changes: Any) -> str:
    return json.dumps({"rules": [{**RULE, **changes}]})


def selection(**changes: Any) -> str:
    return lifecycle(selection={**RULE["selection"], **changes})


@pytest.mark.parametrize(
    "text",
    [
        lifecycle(),
        selection(tagStatus="tagged", tagPrefixList=["v"]),
        selection(tagStatus="any", countType="imageCountMoreThan", countUnit=None),
    ],
)
def test_lifecycle_policies_that_ecr_takes(text: str) -> None:
    assert not refused(lifecycle_policy, text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "JSON text"),
        ("{}", "JSON text"),
        ('{"rules": []}', "JSON text"),
        ('{"rules": [1]}', "rules[0]: must be an object"),
        (lifecycle(rulePriority=0), "rulePriority is 0"),
        (selection(tagStatus="old"), 'tagStatus is "old"; allowed: tagged, untagged, any'),
        (selection(tagStatus="tagged"), "tagPrefixList or tagPatternList"),
        (selection(countType="age"), 'countType is "age"'),
        (selection(countUnit="weeks"), "countUnit must be days"),
        (selection(countNumber="14"), 'countNumber is "14"'),
        (lifecycle(action={"type": "drop"}), "action.type"),
        (json.dumps({"rules": [RULE, RULE]}), "same rulePriority"),
    ],
)
def test_lifecycle_policies_that_ecr_refuses(text: str, words: str) -> None:
    assert any(words in reason for reason in lifecycle_policy(text))
