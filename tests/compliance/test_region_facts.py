"""Golden files of facts: one for each own stack, and their form."""

from __future__ import annotations

import yaml

from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource
from tests.compliance.region_facts import FOLDER, PROJECT, render


def volume(name: str, **inputs: object) -> Resource:
    return Resource(urn=f"urn:{name}", type="aws:ebs/volume:Volume", name=name, inputs=inputs, provider="urn:p")


def test_every_stack_has_a_golden_file() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(PROJECT.stacks())


def test_resources_with_the_same_facts_are_one_group() -> None:
    graph = Graph(resources=(volume("b"), volume("a"), volume("c", encrypted=True)))

    assert [group["resources"] for group in yaml.safe_load(render(graph, graph))["stores"]] == [["a", "b"], ["c"]]


def test_a_preview_that_knows_less_is_told_apart() -> None:
    made, preview = Graph(resources=(volume("a", encrypted=False),)), Graph(resources=(volume("a", encrypted=UNKNOWN),))

    (group,) = yaml.safe_load(render(made, preview))["stores"]
    assert group["encryption"] == {"made": "none", "preview": "unknown"}


def test_a_fact_that_a_preview_lacks_is_absent_there() -> None:
    (group,) = yaml.safe_load(render(Graph(resources=(volume("a"),)), Graph(resources=())))["stores"]

    assert (group["resources"], group["made"]["kind"], group["preview"]) == (["a"], "disk", "absent")
