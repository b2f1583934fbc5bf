"""Data sources, and the machines that a node group asks for."""

from collections.abc import Callable

import pytest

from lepton_infra.simulator.aws import ec2_launch_templates, ec2_network, eks_node_groups
from lepton_infra.simulator.aws.catalogue import TYPES
from lepton_infra.simulator.behaviour import Call, CloudError
from tests.kit.aws_account import ACCOUNT, REGION, Account


def test_the_caller_is_of_the_account(account: Account) -> None:
    answer = account.cloud.invoke(account.scope, "aws:index/getCallerIdentity:getCallerIdentity", {})

    assert answer["accountId"] == answer["id"] == ACCOUNT
    assert answer["arn"].startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/")


def test_the_region_is_the_one_of_the_provider(account: Account) -> None:
    token = "aws:index/getRegion:getRegion"

    assert account.cloud.invoke(account.scope, token, {})["region"] == REGION
    assert account.cloud.invoke(account.scope, token, {"region": "eu-west-1"})["region"] == "eu-west-1"
    with pytest.raises(CloudError, match="Invalid region name: mars-1"):
        account.cloud.invoke(account.scope, token, {"region": "mars-1"})


def test_the_partition_is_the_one_of_the_region(account: Account, other: Callable[..., Account]) -> None:
    token, china = "aws:index/getPartition:getPartition", other(region="cn-north-1")

    assert account.cloud.invoke(account.scope, token, {})["dnsSuffix"] == "amazonaws.com"
    assert china.cloud.invoke(china.scope, token, {}) == {
        "id": "aws-cn",
        "partition": "aws-cn",
        "dnsSuffix": "amazonaws.com.cn",
        "reverseDnsPrefix": "cn.com.amazonaws",
    }


def test_zones_can_be_left_out(account: Account) -> None:
    answer = account.cloud.invoke(
        account.scope,
        "aws:index/getAvailabilityZones:getAvailabilityZones",
        {"state": "available", "excludeNames": ["us-east-1e"], "excludeZoneIds": ["use1-az1"]},
    )

    assert answer["names"] == ["us-east-1b", "us-east-1c", "us-east-1d", "us-east-1f"]
    assert answer["zoneIds"] == ["use1-az2", "use1-az3", "use1-az4", "use1-az6"]


@pytest.mark.parametrize(
    ("kind", "locations"),
    [
        ("region", ["us-east-1"]),
        ("availability-zone", [f"us-east-1{letter}" for letter in "abcdef"]),
        ("availability-zone-id", [f"use1-az{number}" for number in range(1, 7)]),
    ],
)
def test_machines_are_offered_by_place(account: Account, kind: str, locations: list[str]) -> None:
    answer = account.cloud.invoke(
        account.scope,
        "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings",
        {"locationType": kind, "filters": [{"name": "instance-type", "values": ["g6.xl*"]}]},
    )

    assert answer["instanceTypes"] == ["g6.xlarge"] * len(locations)
    assert answer["locations"] == locations


def test_offers_are_of_a_known_kind_of_place(account: Account) -> None:
    with pytest.raises(CloudError, match="allowed: region, availability-zone"):
        account.cloud.invoke(
            account.scope, "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings", {"locationType": "planet"}
        )


def test_an_unknown_data_source_is_named(account: Account) -> None:
    with pytest.raises(CloudError, match=r"getRegions.* did you mean .*getRegion"):
        account.cloud.invoke(account.scope, "aws:index/getRegions:getRegions", {})


@pytest.mark.parametrize(
    ("types", "template_type", "wanted"),
    [
        (["g6.xlarge", "g6.2xlarge"], None, ["g6.xlarge", "g6.2xlarge"]),
        (None, "p5.48xlarge", ["p5.48xlarge"]),
        (None, None, []),
    ],
)
def test_a_node_group_asks_for_its_machines_in_its_zones(
    account: Account, types: list[str] | None, template_type: str | None, wanted: list[str]
) -> None:
    template = account.make(ec2_launch_templates.LAUNCH_TEMPLATE.token, instanceType=template_type)
    inputs = {
        **account.node_group_inputs(account.cluster()),
        "instanceTypes": types,
        "launchTemplate": {"id": template.id, "version": "1"},
    }
    call = Call(scope=account.scope, urn="u", type=eks_node_groups.NODE_GROUP.token, inputs=inputs, seed="s")

    assert TYPES.sku_zones(call) == [(machine, f"{REGION}{zone}") for machine in wanted for zone in "ab"]


def test_other_types_ask_for_none(account: Account) -> None:
    assert TYPES.sku_zones(Call(scope=account.scope, urn="u", type=ec2_network.VPC.token, inputs={}, seed="s")) == []
