"""The adopt map imports what it names and leaves the rest alone."""

from __future__ import annotations

import pulumi
import pytest

from lepton_infra.layers.adoption import adopting


def registration(name: str) -> pulumi.ResourceTransformationArgs:
    resource = pulumi.Resource.__new__(pulumi.Resource)
    return pulumi.ResourceTransformationArgs(
        resource=resource,
        type_="test:index:Thing",
        name=name,
        props={"size": 1},
        opts=pulumi.ResourceOptions(protect=True),
    )


def test_a_named_resource_is_imported_with_its_other_options() -> None:
    result = adopting({"us-east-cluster": "us-east"})(registration("us-east-cluster"))
    assert result is not None
    assert result.opts.import_ == "us-east"
    assert result.opts.protect is True
    assert result.props == {"size": 1}


@pytest.mark.parametrize("adopt", [{}, {"us-east-cluster-2": "us-east"}])
def test_other_resources_are_left_alone(adopt: dict[str, str]) -> None:
    assert adopting(adopt)(registration("us-east-cluster")) is None
