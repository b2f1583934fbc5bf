from __future__ import annotations

from collections.abc import Callable

import pytest

from lepton_infra import clouds
from lepton_infra.testing import Graph
from tests.every_cloud import comparison
from tests.kit.regions import layer_of, made


def test_the_small_region_is_its_golden_list(cloud: str, graph: Graph, golden: Callable[[Graph, str], None]) -> None:
    golden(graph, cloud)


def test_the_page_is_what_the_golden_lists_say() -> None:
    """Renew with: make goldens."""
    assert comparison.PAGE.read_text(encoding="utf-8") == comparison.rendered()


def test_every_cloud_and_layer_is_counted(cloud: str, graph: Graph) -> None:
    counted = comparison.kinds(cloud)

    assert sum(layer.total() for layer in counted.values()) == len(made(graph))
    assert {layer for layer, found in counted.items() if found} == {layer_of(resource) for resource in made(graph)}


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        ("aws:ec2/vpc:Vpc", "ec2 Vpc"),
        ("azure-native:network:Subnet", "network Subnet"),
        ("kubernetes:networking.k8s.io/v1:NetworkPolicy", "networking NetworkPolicy"),
    ],
)
def test_kinds_are_named_as_people_call_them(type: str, kind: str) -> None:
    assert comparison.kind_of(type) == kind


def test_there_is_no_golden_list_of_a_cloud_that_is_gone() -> None:
    assert {path.stem for path in comparison.FOLDER.glob("*.json")} == set(clouds.names())
