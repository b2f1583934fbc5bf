"""What must be there before what."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from lepton_infra.testing import Graph
from tests.cluster.chaos.deploy import in_order
from tests.cluster.chaos.model_objects import serve, version


def _versions_awaited(graph: Graph, route: str) -> set[str]:
    [found] = [each for each in graph.of("kubernetes:gateway.networking.k8s.io/*") if each["kind"] == route]
    return {need["metadata.name"] for need in graph.dependencies(found) if need.type.endswith(":Deployment")}


@pytest.mark.parametrize("route", ["HTTPRoute", "GRPCRoute"])
@pytest.mark.parametrize(
    ("weights", "awaited"), [((90, 10), {"m1-v1", "m1-v2"}), ((100, 0), {"m1-v1"}), ((0, 100), {"m1-v2"})]
)
def test_requests_are_sent_to_versions_that_serve(route: str, weights: Sequence[int], awaited: set[str]) -> None:
    versions = [version(number, weight=weight) for number, weight in enumerate(weights, start=1)]
    assert _versions_awaited(serve("m1", *versions, replicas=2), route) == awaited


def test_everything_comes_after_what_it_needs() -> None:
    graph = serve("m1", replicas=2)
    place = {each.urn: number for number, each in enumerate(in_order(graph))}
    assert len(place) > 20
    assert all(
        place[need.urn] < place[each.urn]
        for each in in_order(graph)
        for need in graph.dependencies(each)
        if need.urn in place
    )
