"""Evaluate rules over one graph, with the waivers in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from lepton_infra.compliance.law.obligations import Obligations, Waiver
from lepton_infra.compliance.rules.rule import Finding, Rule, Subject


class Status(StrEnum):
    """Outcome of a control."""

    PASSED = "passed"
    FAILED = "failed"
    WAIVED = "waived"


@dataclass(frozen=True, kw_only=True)
class Result:
    """One control's outcome. ``findings`` are those that count, ``waived`` those that a waiver covers."""

    rule: Rule
    findings: tuple[Finding, ...]
    waived: tuple[tuple[Finding, Waiver], ...]

    @property
    def status(self) -> Status:
        """Failed if anything counts, waived if something would but for a waiver."""
        if self.findings:
            return Status.FAILED
        return Status.WAIVED if self.waived else Status.PASSED


def audit(subject: Subject, rules: Sequence[Rule]) -> tuple[Result, ...]:
    """The outcome of every rule, in their order."""
    return tuple(_result(rule, subject) for rule in rules)


def _result(rule: Rule, subject: Subject) -> Result:
    findings, waived = [], []
    for finding in rule.check(subject):
        waiver = _waiver(rule, finding, subject.obligations)
        if waiver is None:
            findings.append(finding)
        else:
            waived.append((finding, waiver))
    return Result(rule=rule, findings=tuple(findings), waived=tuple(waived))


def _waiver(rule: Rule, finding: Finding, obligations: Obligations) -> Waiver | None:
    """The waiver in force that covers a finding."""
    name = finding.resource.name if finding.resource else ""
    for waiver in obligations.waivers:
        in_force = waiver.expires is None or obligations.today <= waiver.expires
        if waiver.control == rule.id and in_force and fnmatchcase(name, waiver.resource):
            return waiver
    return None
