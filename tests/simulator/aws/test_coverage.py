"""Every property that our own region sets on AWS is checked, or listed with the reason why not."""

from pathlib import Path

import pytest

from lepton_infra import project
from lepton_infra.simulator.aws.catalogue import TYPES
from lepton_infra.simulator.aws.values import unexplained
from lepton_infra.testing.graph import Graph
from lepton_infra.testing.stacks import stack_graph


@pytest.fixture(scope="module")
def region() -> Graph:
    return stack_graph(project.find(Path(__file__)), "us-east")


def test_every_type_of_the_region_is_in_the_table(region: Graph) -> None:
    types = {resource.type for resource in region if resource.package == "aws" and not resource.is_provider}

    assert types
    assert all(type in TYPES for type in types)


def test_every_property_of_the_region_is_explained(region: Graph) -> None:
    missing = {
        (resource.type, path)
        for resource in region
        if resource.package == "aws" and not resource.is_provider
        for path in unexplained(resource.type, resource.inputs)
    }

    assert missing == set()
