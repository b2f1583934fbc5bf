"""Every property that our own region sets on Azure is checked, or listed with the reason why not."""

from pathlib import Path

import pytest

from lepton_infra import project
from lepton_infra.simulator.azure_native.catalogue import TYPES
from lepton_infra.simulator.azure_native.values import unexplained
from lepton_infra.testing.graph import Graph
from lepton_infra.testing.stacks import stack_graph


@pytest.fixture(scope="module")
def region() -> Graph:
    return stack_graph(project.find(Path(__file__)), "eu-west")


def test_every_type_of_the_region_has_a_record(region: Graph) -> None:
    types = {resource.type for resource in region if resource.package == "azure-native" and not resource.is_provider}

    assert types
    assert [type for type in types if type not in TYPES] == []


def test_every_property_of_the_region_is_explained(region: Graph) -> None:
    missing = {
        (resource.type, path)
        for resource in region
        if resource.package == "azure-native" and not resource.is_provider
        for path in unexplained(resource.type, resource.inputs)
    }

    assert missing == set()
