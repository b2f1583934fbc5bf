"""The longest chain, against a brute-force search over all chains."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.critical_path import critical_path, lower_bound
from benchmarks.state import Recorded, resources
from lepton_infra.compliance.graph.from_state import plain
from lepton_infra.engine.signatures import SECRET, SIGNATURE

WEIGHTS = {"a": 1.0, "b": 2.5, "c": 10.0}


def node(urn: str, type: str, *waits_for: str, custom: bool = True) -> Recorded:
    return Recorded(
        urn=urn,
        type=type,
        name=urn,
        inputs={},
        parent="",
        provider="",
        waits_for=frozenset(waits_for),
        custom=custom,
    )


def test_the_longest_chain_by_weight_not_by_length() -> None:
    graph = [node("1", "a"), node("2", "a", "1"), node("3", "b", "2"), node("4", "c")]
    path = critical_path(graph, WEIGHTS.__getitem__)
    assert (path.seconds, path.urns) == (10.0, ("4",))


def test_a_component_takes_no_time() -> None:
    graph = [node("1", "c", custom=False), node("2", "a", "1")]
    assert critical_path(graph, WEIGHTS.__getitem__).seconds == 1.0


def test_an_empty_graph_takes_none() -> None:
    assert critical_path([], WEIGHTS.__getitem__).seconds == 0.0


def test_the_bound_is_the_sum_of_its_chain() -> None:
    assert lower_bound(WEIGHTS, ["a", "c"]) == 11.0


@st.composite
def graphs(draw: st.DrawFn) -> list[Recorded]:
    types = draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=7))
    edges = [draw(st.sets(st.integers(0, index - 1)) if index else st.just(set())) for index in range(len(types))]
    return [node(str(i), kind, *map(str, waits)) for i, (kind, waits) in enumerate(zip(types, edges, strict=True))]


def longest(graph: dict[str, Recorded], urn: str) -> float:
    return WEIGHTS[graph[urn].type] + max((longest(graph, before) for before in graph[urn].waits_for), default=0.0)


@given(graphs())
def test_as_long_as_the_longest_of_all_chains(graph: list[Recorded]) -> None:
    by_urn = {resource.urn: resource for resource in graph}
    path = critical_path(graph, WEIGHTS.__getitem__)
    assert path.seconds == max(longest(by_urn, urn) for urn in by_urn)
    assert all(earlier in by_urn[later].waits_for for earlier, later in zip(path.urns, path.urns[1:], strict=False))


def test_state_entries_become_records() -> None:
    provider = "urn:pulumi:s::p::pulumi:providers:aws::cloud"
    export = {
        "deployment": {
            "resources": [
                {"urn": "u::a::gone", "type": "t", "custom": True, "delete": True},
                {
                    "urn": "u::t::vpc",
                    "type": "t",
                    "custom": True,
                    "provider": f"{provider}::id",
                    "inputs": {"key": {SIGNATURE: SECRET, "plaintext": '"hidden"'}},
                    "propertyDependencies": {"key": ["u::t::key"], "none": None},
                },
            ]
        }
    }
    (vpc,) = resources(export)
    assert (vpc.name, vpc.provider, vpc.waits_for) == ("vpc", provider, frozenset({"u::t::key", provider}))
    assert plain(vpc.inputs) == {"key": "hidden"}
