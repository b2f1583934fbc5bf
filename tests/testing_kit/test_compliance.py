"""One line in a user's own tests holds a graph against the law."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from lepton_infra import audit, project
from lepton_infra.compliance.graph.graph import UNKNOWN
from lepton_infra.simulator.behaviour import UNKNOWN as NOT_YET
from lepton_infra.testing import Declared, Graph, compliance
from lepton_infra.testing.stacks import stack_graph
from tests.kit.rules import RULES

ROOT = Path(__file__).parents[2]
STACK = "urn:pulumi:eu-west::shop::pulumi:pulumi:Stack::shop-eu-west"
CLOUD = "urn:pulumi:eu-west::shop::pulumi:providers:test::cloud"


def bucket(name: object = "shop-data", tags: object = None) -> Declared:
    return Declared(
        type="test:index:Bucket",
        name="data",
        urn="urn:pulumi:eu-west::shop::test:index:Bucket::data",
        custom=True,
        parent=STACK,
        id="shop-data",
        provider=CLOUD,
        inputs={"bucket": name, "tags": {"owner": "shop"} if tags is None else tags, "list": [{"key": NOT_YET}]},
        outputs={"arn": NOT_YET},
        protect=True,
        retain_on_delete=True,
        dependencies=frozenset({CLOUD}),
        property_dependencies={"bucket": frozenset({"u"})},
    )


def test_a_recorded_resource_is_neutral() -> None:
    graph = compliance.neutral(Graph(resources=(bucket(),)))
    (found,) = graph
    assert graph.stack == "eu-west"
    assert (found.name, found.id, found.parent, found.provider) == ("data", "shop-data", None, CLOUD)
    assert (found.protect, found.retain_on_delete, found.custom) == (True, True, True)
    assert found.depends_on == {CLOUD, "u"}
    assert found.property_urns == {"bucket": {"u"}}
    assert found.get("list[0].key") is UNKNOWN
    assert found.outputs == {"arn": UNKNOWN}


@pytest.fixture
def ruled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compliance, "outcomes", partial(audit.outcomes, rules=RULES))


@pytest.mark.usefixtures("ruled")
@pytest.mark.parametrize("options", [{}, {"residency": "eu"}, {"residency": "us", "frameworks": ["hipaa"]}])
def test_a_graph_without_findings_complies(complies: Callable[..., None], options: dict[str, object]) -> None:
    complies(Graph(resources=(bucket(tags={}),)), **options)


@pytest.mark.usefixtures("ruled")
def test_a_violation_fails_with_its_control_and_article(complies: Callable[..., None]) -> None:
    with pytest.raises(pytest.fail.Exception) as failed:
        complies(Graph(resources=(bucket("other"),)), residency="eu")
    assert str(failed.value) == (
        "TST-01 test:index:Bucket data: bucket is not the shop's (given other; allowed: shop-…). "
        "Name it after the shop (gdpr 5(1)(c))"
    )


@pytest.mark.usefixtures("ruled")
def test_what_is_not_known_fails(complies: Callable[..., None]) -> None:
    with pytest.raises(pytest.fail.Exception, match="is not known before it is made"):
        complies(Graph(resources=(bucket(NOT_YET),)), residency="eu")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"residency": "mars"}, "unknown residency 'mars'"),
        ({"frameworks": ["gdpr"]}, "whose law applies"),
        ({"residency": "eu", "frameworks": ["hammurabi"]}, "hammurabi"),
    ],
)
def test_a_question_without_an_answer_fails(
    complies: Callable[..., None], options: dict[str, object], message: str
) -> None:
    with pytest.raises(pytest.fail.Exception, match=message):
        complies(Graph(resources=(bucket(),)), **options)


@pytest.mark.parametrize("stack", project.find(ROOT).stacks())
def test_our_own_stacks_comply(complies: Callable[..., None], stack: str) -> None:
    complies(stack_graph(project.find(ROOT), stack))
