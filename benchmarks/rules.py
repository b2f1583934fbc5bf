"""Costs of the compliance rules: CPU seconds of all rules over as many resources as a region may have."""

from __future__ import annotations

import time
from dataclasses import dataclass, fields, replace
from typing import Any

from lepton_infra.compliance.facts import Facts, Place
from lepton_infra.compliance.graph.graph import Resource
from lepton_infra.compliance.rules import RULES
from lepton_infra.compliance.rules.evaluate import audit
from lepton_infra.compliance.rules.rule import Subject
from tests.kit.compliant_region import GOOD

RESOURCES = 250
RUNS = 20


@dataclass(frozen=True, kw_only=True)
class Audit:
    """CPU seconds of the fastest of several audits, and of what size the region was."""

    seconds: float
    resources: int
    facts: int
    findings: int


def audited() -> Audit:
    """Hold the tests' good region, repeated until it has :data:`RESOURCES` resources, against every rule."""
    subject = repeated(GOOD, RESOURCES)
    took, findings = [], 0
    for _ in range(RUNS):
        start = time.process_time()
        results = audit(subject, RULES)
        took.append(time.process_time() - start)
        findings = sum(len(result.findings) for result in results)
    return Audit(
        seconds=min(took),
        resources=len(subject.graph.resources),
        facts=len(_all(subject.facts)),
        findings=findings,
    )


def repeated(subject: Subject, size: int) -> Subject:
    """A region with the same facts over and over, of ``size`` resources: each that a fact is about, under a name of its
    own for every repetition. There may be one emergency way in, so that is not repeated."""
    about = {resource.urn: resource for resource in map(_about, _all(subject.facts))}
    resources = dict(subject.graph.by_urn) | about
    facts, count = subject.facts, 0
    while len(resources) < size:
        count += 1
        facts += replace(subject.facts, break_glass=())
        again = (replace(each, urn=f"{each.urn}-{count}", name=f"{each.name}-{count}") for each in about.values())
        resources |= {each.urn: each for each in again}
    return replace(subject, facts=facts, graph=replace(subject.graph, resources=tuple(resources.values())[:size]))


def _all(facts: Facts) -> list[Any]:
    return [one for field in fields(facts) for one in getattr(facts, field.name)]


def _about(fact: Any) -> Resource:
    found: Resource = fact.location.resource if isinstance(fact, Place) else fact.resource
    return found
