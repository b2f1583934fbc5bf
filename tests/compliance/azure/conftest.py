"""The region that we give away on Azure, made and in a preview."""

from pathlib import Path

import pytest

from lepton_infra import project
from lepton_infra.compliance.graph.graph import Graph
from lepton_infra.testing.compliance import neutral
from lepton_infra.testing.stacks import stack_graph


@pytest.fixture(scope="package")
def region() -> Graph:
    return neutral(stack_graph(project.find(Path(__file__)), "eu-west"))


@pytest.fixture(scope="package")
def previewed() -> Graph:
    return neutral(stack_graph(project.find(Path(__file__)), "eu-west", preview=True))
