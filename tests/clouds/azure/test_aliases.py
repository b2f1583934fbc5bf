"""Aliases of API versions are dropped, all others stay."""

from __future__ import annotations

import re
from copy import copy

import pulumi
import pytest

from lepton_infra.clouds.azure.aliases import without_api_versions
from lepton_infra.testing import Graph

VERSION = re.compile(r"v\d{8}")


def registration(opts: pulumi.ResourceOptions) -> pulumi.ResourceTransformationArgs:
    return pulumi.ResourceTransformationArgs(
        resource=pulumi.Resource.__new__(pulumi.Resource),
        type_="azure-native:network:Subnet",
        name="eu-west-subnet",
        props={"addressPrefix": "10.17.0.0/24"},
        opts=opts,
    )


@pytest.mark.parametrize(
    "type",
    [
        "azure-native:network/v20240101:Subnet",
        "azure-native:network/v20150501preview:Subnet",
        "azure-native_network_v20240101:network:Subnet",
    ],
)
def test_an_alias_of_an_api_version_goes_and_the_other_options_stay(type: str) -> None:
    opts = pulumi.ResourceOptions(protect=True, aliases=[pulumi.Alias(type_=type)])
    before = copy(opts)

    result = without_api_versions(registration(opts))

    assert result is not None
    assert result.opts.aliases == []
    assert result.opts.protect is True
    assert result.props == {"addressPrefix": "10.17.0.0/24"}
    assert opts.aliases == before.aliases


@pytest.mark.parametrize(
    "alias",
    [
        pulumi.Alias(type_="azure-native:network:PrivateZone"),
        pulumi.Alias(name="eu-west-old"),
        "urn:pulumi:eu-west::lepton::azure-native:network/v20240101:Subnet::eu-west-subnet",
    ],
    ids=["moved", "renamed", "urn"],
)
def test_every_other_alias_stays(alias: pulumi.Alias | str) -> None:
    result = without_api_versions(registration(pulumi.ResourceOptions(aliases=[alias])))
    assert result is not None
    assert result.opts.aliases == [alias]


@pytest.mark.parametrize("aliases", [None, []])
def test_a_resource_without_aliases_is_left_alone(aliases: list[pulumi.Alias | str] | None) -> None:
    assert without_api_versions(registration(pulumi.ResourceOptions(aliases=aliases))) is None


def test_a_region_registers_no_alias_of_an_api_version_and_those_of_moved_types(region: Graph) -> None:
    assert [str(resource) for resource in region if any(VERSION.search(alias) for alias in resource.aliases)] == []
    zones = region.of("azure-native:privatedns:PrivateZone")
    assert zones
    assert {zone.aliases for zone in zones} == {("type=azure-native:network:PrivateZone",)}


def test_no_type_of_a_region_has_an_api_version_that_an_alias_could_lead_back_to(region: Graph) -> None:
    assert [str(resource) for resource in region if VERSION.search(resource.type)] == []
