"""Report of an audit: a table for people, and JSON for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Column, Table
from rich.text import Text

from lepton_infra.audit import articles, refuses
from lepton_infra.compliance.law.obligations import Waiver
from lepton_infra.compliance.rules.evaluate import Result, Status
from lepton_infra.compliance.rules.rule import Finding, Rule, Severity

WORDS = ("passed", "waived", "advised", "failed")
"""Outcomes of a control, best first."""

COLUMNS = ("control", "result", "resource", "property", "given", "allowed", "remedy")


def table(results: Sequence[Result], frameworks: Sequence[str]) -> Table:
    """One row for each finding, those that refuse the stack first. What passed has no row; ``summary`` counts it.

    Articles are those of ``frameworks``.
    """
    found = Table(*(Column(name, overflow="fold") for name in COLUMNS), show_lines=True, expand=True)
    for result in sorted(results, key=lambda result: not refuses(result)):
        for finding, word in _told(result):
            found.add_row(*map(Text, _row(result.rule, finding, word, frameworks)))
    return found


def summary(results: Sequence[Result]) -> str:
    """Number of controls by outcome, on one line."""
    counts = Counter(map(word, results))
    return ", ".join(f"{counts[each]} {each}" for each in WORDS if counts[each])


def rendered(results: Sequence[Result], stack: str, frameworks: Sequence[str]) -> str:
    """The whole audit as JSON, passed controls included."""
    controls = [control(result) for result in results]
    return json.dumps({"stack": stack, "frameworks": list(frameworks), "controls": controls}, indent=2)


def control(result: Result) -> dict[str, Any]:
    """One control's outcome as JSON values."""
    return {
        "id": result.rule.id,
        "title": result.rule.title,
        "severity": str(result.rule.severity),
        "status": str(result.status),
        "law": list(result.rule.law),
        "references": list(result.rule.references),
        "findings": [_record(finding) for finding in result.findings],
        "waived": [{**_record(finding), **waived(waiver)} for finding, waiver in result.waived],
    }


def waived(waiver: Waiver) -> dict[str, Any]:
    """A waiver as JSON values: its reason, its end, and whether it is derived."""
    expires = waiver.expires.isoformat() if waiver.expires else None
    return {"reason": waiver.reason, "expires": expires, "derived": waiver.derived}


def _told(result: Result) -> Iterator[tuple[Finding, str]]:
    for finding in result.findings:
        yield finding, f"{word(result)}: {finding.message}"
    for finding, waiver in result.waived:
        yield finding, f"waived{f' until {waiver.expires}' if waiver.expires else ''}: {waiver.reason}"


def word(result: Result) -> str:
    """Outcome of a control in one word: a failed one that is advice alone is ``advised``."""
    advised = result.status is Status.FAILED and result.rule.severity is Severity.ADVISORY
    return "advised" if advised else str(result.status)


def _row(rule: Rule, finding: Finding, word: str, frameworks: Sequence[str]) -> tuple[str, ...]:
    resource = str(finding.resource) if finding.resource else "this stack"
    control = f"{rule.id} {rule.title} ({articles(rule, frameworks)})"
    return control, word, resource, finding.path, finding.given, finding.allowed, finding.remedy


def _record(finding: Finding) -> dict[str, Any]:
    return {
        "urn": finding.resource.urn if finding.resource else None,
        "property": finding.path,
        "message": finding.message,
        "given": finding.given,
        "allowed": finding.allowed,
        "remedy": finding.remedy,
        "unknown": finding.unknown,
    }
