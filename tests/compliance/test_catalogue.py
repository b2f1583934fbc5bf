"""The catalogue that people read is the one that runs, and every article that it cites is known."""

from __future__ import annotations

from lepton_infra.compliance.law import law
from lepton_infra.compliance.rules import ELSEWHERE, RULES
from tests.compliance import catalogue


def test_the_page_is_what_the_rules_say() -> None:
    """Renew with: make goldens."""
    assert catalogue.PAGE.read_text(encoding="utf-8") == catalogue.rendered()


def test_every_rule_is_on_the_page_once() -> None:
    page = catalogue.rendered()

    assert [page.count(f"| {id} |") for id in (*(rule.id for rule in RULES), *ELSEWHERE)] == [1] * (
        len(RULES) + len(ELSEWHERE)
    )


def test_controls_that_a_waiver_may_name_are_those_there_are() -> None:
    assert set(law.load().controls) == {rule.id for rule in RULES} | set(ELSEWHERE)


def test_every_article_is_one_of_a_framework_that_is_known() -> None:
    """NIS2 is cited for those who look for it; it has no entry, for it asks nothing of a region by itself."""
    dated = law.load()
    unknown = {cite for rule in RULES for cite in rule.law if not dated.cites(cite)}

    assert {cite for cite in unknown if not cite.startswith("nis2 ")} == set()
