"""Audit of a resource graph: from the graph to outcomes, for every command and policy that runs the rules."""

from __future__ import annotations

from collections.abc import Sequence

from lepton_infra import clouds
from lepton_infra.compliance.graph.graph import Graph
from lepton_infra.compliance.law.geography import Geography
from lepton_infra.compliance.law.obligations import Obligations
from lepton_infra.compliance.rules import RULES
from lepton_infra.compliance.rules.evaluate import Result, Status, audit
from lepton_infra.compliance.rules.rule import Rule, Severity, Subject


def subject(graph: Graph, obligations: Obligations, geography: Geography) -> Subject:
    """Input of the rules, with the facts of every cloud that the graph has resources of."""
    return Subject(facts=clouds.facts(graph), graph=graph, obligations=obligations, geography=geography)


def outcomes(graph: Graph, obligations: Obligations, rules: Sequence[Rule] = RULES) -> tuple[Result, ...]:
    """Outcome of every control."""
    return audit(subject(graph, obligations, clouds.geography()), rules)


def refuses(result: Result) -> bool:
    """True if an outcome refuses the stack: a control has failed that is more than advice."""
    return result.status is Status.FAILED and result.rule.severity is not Severity.ADVISORY


def articles(rule: Rule, frameworks: Sequence[str]) -> str:
    """The articles of the frameworks that apply; all of them where none does, for a rule holds without a law too."""
    applied = [article for article in rule.law if article.partition(" ")[0] in frameworks]
    return ", ".join(applied or rule.law)
