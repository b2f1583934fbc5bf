"""Transformations run in the SDK, transforms in the engine: the kit does what the engine does."""

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from lepton_infra.testing import Graph, Rejected, declared
from tests.testing_kit.programs import STRICT, provider

Transform = Callable[[pulumi.ResourceTransformArgs], pulumi.ResourceTransformResult | None]


class Site(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        super().__init__("shop:index:Site", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        aws.ec2.Vpc(f"{name}-network", cidr_block="10.0.0.0/16", opts=child)


def _site(**options: Any) -> Graph:
    return declared(lambda: Site("site", pulumi.ResourceOptions(providers=[provider()], **options)), config=STRICT)


def _tagged(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    if args.type_ != "aws:ec2/vpc:Vpc":
        return None
    return pulumi.ResourceTransformResult(props={**args.props, "tags": {"by": "transform"}}, opts=args.opts)


def _kept(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult:
    kept = pulumi.ResourceOptions(protect=True, ignore_changes=["tags"], retain_on_delete=True)
    return pulumi.ResourceTransformResult(props=args.props, opts=pulumi.ResourceOptions.merge(args.opts, kept))


def test_transformations_run() -> None:
    def tagged(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_ != "aws:ec2/vpc:Vpc":
            return None
        return pulumi.ResourceTransformationResult({**args.props, "tags": {"by": "transformation"}}, args.opts)

    assert _site(transformations=[tagged])["site-network"]["tags.by"] == "transformation"


def test_a_transform_of_a_component_reaches_its_children() -> None:
    assert _site(transforms=[_tagged])["site-network"]["tags.by"] == "transform"


def test_a_transform_may_change_options() -> None:
    network = _site(transforms=[_kept])["site-network"]

    assert network.protect
    assert network.retain_on_delete
    assert network.ignore_changes == ("tags",)
    assert network["cidrBlock"] == "10.0.0.0/16"
    assert network.provider_name == "cloud"


def test_a_transform_of_the_stack_reaches_everything() -> None:
    def program() -> None:
        pulumi.runtime.register_stack_transform(_tagged)
        Site("site", pulumi.ResourceOptions(providers=[provider()]))

    assert declared(program, config=STRICT)["site-network"]["tags.by"] == "transform"


def test_what_a_transform_makes_is_checked_too() -> None:
    def spoilt(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult:
        return pulumi.ResourceTransformResult(props={**args.props, "cidrBlok": "x"}, opts=args.opts)

    with pytest.raises(Rejected, match="cidrBlok"):
        _site(transforms=[spoilt])


def test_a_failing_transform_is_told() -> None:
    def failing(args: pulumi.ResourceTransformArgs) -> None:
        raise ValueError(f"not {args.name}")

    with pytest.raises(Rejected, match=r"a transform fails: .*not site"):
        _site(transforms=[failing])


def test_transforms_of_invokes_are_refused_instead_of_forgotten() -> None:
    with pytest.raises(Rejected, match="does not run transforms of invokes"):
        declared(lambda: pulumi.runtime.register_invoke_transform(lambda args: None))
