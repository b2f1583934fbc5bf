"""Every property that our own regions set is checked, or listed with the reason why not."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lepton_infra import project
from lepton_infra.simulator.aws import catalogue as aws
from lepton_infra.simulator.aws import values as aws_values
from lepton_infra.simulator.azure_native import catalogue as azure
from lepton_infra.simulator.azure_native import values as azure_values
from lepton_infra.simulator.gcp import catalogue as gcp
from lepton_infra.simulator.gcp import values as gcp_values
from lepton_infra.testing.graph import Declared
from lepton_infra.testing.stacks import stack_graph


@dataclass(frozen=True, kw_only=True)
class Package:
    """A simulated package, and the stack that declares resources of it."""

    name: str
    stack: str
    types: Container[str]
    unexplained: Callable[[str, Mapping[str, Any]], list[str]]

    def resources(self) -> list[Declared]:
        graph = stack_graph(project.find(Path(__file__)), self.stack)
        return [each for each in graph if each.package == self.name and not each.is_provider]


PACKAGES = [
    Package(name="aws", stack="us-east", types=aws.TYPES, unexplained=aws_values.unexplained),
    Package(name="azure-native", stack="eu-west", types=azure.TYPES, unexplained=azure_values.unexplained),
    Package(name="gcp", stack="ap-south", types=gcp.TYPES, unexplained=gcp_values.unexplained),
]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_every_type_and_property_of_a_region_is_explained(package: Package) -> None:
    resources = package.resources()

    assert resources
    assert {each.type for each in resources if each.type not in package.types} == set()
    assert {(each.type, path) for each in resources for path in package.unexplained(each.type, each.inputs)} == set()
