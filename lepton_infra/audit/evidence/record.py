"""Record of the evidence: its source, the audited subject, and the outcome of every control."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Any

from lepton_infra.audit import report
from lepton_infra.compliance.graph.graph import Resource
from lepton_infra.compliance.law.obligations import Waiver
from lepton_infra.compliance.rules.evaluate import Result
from lepton_infra.compliance.rules.rule import RESOURCES, Rule, Subject


@dataclass(frozen=True, kw_only=True)
class Source:
    """Source of the evidence, with the digests and versions to repeat it.

    ``written_at`` has a time zone. ``config`` and ``resources`` are SHA-256 digests of the region's config and of all
    that was looked at; ``versions`` of all that took part, by name; ``law_verified_on`` the oldest day on which a fact
    of law was last looked up.
    """

    stack: str
    written_at: datetime
    config: str
    resources: str
    versions: Mapping[str, str]
    law_verified_on: date


@dataclass(frozen=True, kw_only=True)
class Control:
    """Outcome of one control, and the resources that its rule reads."""

    result: Result
    resources: tuple[Resource, ...]

    @property
    def rule(self) -> Rule:
        """The control's rule."""
        return self.result.rule

    @property
    def word(self) -> str:
        """Outcome in one word, as in ``lepton audit``."""
        return report.word(self.result)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The whole record. ``contradicting`` are popular checks that the law contradicts here, each with the reason."""

    source: Source
    subject: Subject
    controls: tuple[Control, ...]
    contradicting: tuple[Waiver, ...] = ()

    def counts(self) -> Mapping[str, int]:
        """Number of controls by outcome: passed, waived, advised, failed."""
        return {word: sum(one.word == word for one in self.controls) for word in report.WORDS}


def record(
    source: Source, subject: Subject, results: Sequence[Result], contradicting: Sequence[Waiver] = ()
) -> Evidence:
    """Build the record from an audit's outcomes and their source."""
    controls = (Control(result=result, resources=looked_at(result.rule, subject)) for result in results)
    return Evidence(source=source, subject=subject, controls=tuple(controls), contradicting=tuple(contradicting))


def looked_at(rule: Rule, subject: Subject) -> tuple[Resource, ...]:
    """The resources whose facts a rule reads, by URN; all of them where it reads the graph itself."""
    if RESOURCES in rule.reads:
        found = subject.graph.resources
    else:
        found = tuple(_resource(fact) for name in rule.reads for fact in getattr(subject.facts, name))
    by_urn = {resource.urn: resource for resource in found}
    return tuple(by_urn[urn] for urn in sorted(by_urn))


def _resource(fact: Any) -> Resource:
    if isinstance(fact, Resource):
        return fact
    found: Resource = fact.location.resource if hasattr(fact, "location") else fact.resource
    return found


def digest(value: Any) -> str:
    """SHA-256 of plain values, records and sets among them, as canonical JSON."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    if isinstance(value, frozenset | set):
        return sorted(value)
    return dict(value) if isinstance(value, Mapping) else str(value)
