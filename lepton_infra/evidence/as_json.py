"""Evidence for programs: one JSON document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lepton_infra.compliance.obligations import Transfer, Waiver
from lepton_infra.compliance.rule import Finding
from lepton_infra.evidence.record import Control, Evidence

VERSION = 1
"""Of the document's form. A field that goes or changes its meaning raises it; a new field does not."""


def document(evidence: Evidence) -> Mapping[str, Any]:
    """The whole record as JSON values: source, what was asked, every control with its resources and findings."""
    source, asked = evidence.source, evidence.subject.obligations
    return {
        "version": VERSION,
        "stack": source.stack,
        "written_at": source.written_at.isoformat(),
        "config_sha256": source.config,
        "state_sha256": source.state,
        "versions": dict(source.versions),
        "law_verified_on": source.law_verified_on.isoformat(),
        "frameworks": list(asked.frameworks),
        "home": {"location": asked.home, "country": asked.home_country},
        "perimeters": {
            str(data): {
                "countries": None if bound.countries is None else sorted(bound.countries),
                "because": list(bound.because),
            }
            for data, bound in sorted(asked.perimeters.items())
        },
        "retention_days": {
            str(data): {
                "least": kept.least,
                "most": kept.most,
                "because": [*kept.least_because, *kept.most_because],
            }
            for data, kept in sorted(asked.retention.items())
        },
        "incident_clocks_hours": dict(asked.clocks),
        "transfers": [transfer(each) for each in asked.transfers],
        "summary": {str(status): count for status, count in evidence.counts().items()},
        "controls": [_control(each) for each in evidence.controls],
        "contradicting_checks": [waiver(each) for each in evidence.contradicting],
    }


def transfer(one: Transfer) -> Mapping[str, Any]:
    """A recorded transfer."""
    return {
        "to": one.to,
        "cloud": one.cloud,
        "classes": sorted(one.classes),
        "basis": str(one.basis),
        "fallback": one.fallback and str(one.fallback),
        "purpose": one.purpose,
        "document": one.document,
        "expires": one.expires and one.expires.isoformat(),
    }


def waiver(one: Waiver) -> Mapping[str, Any]:
    """A waiver, and whether it was derived from the config or written by a person."""
    return {
        "control": one.control,
        "resource": one.resource,
        "reason": one.reason,
        "expires": one.expires and one.expires.isoformat(),
        "derived": one.derived,
    }


def _control(control: Control) -> Mapping[str, Any]:
    rule, result = control.rule, control.result
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": str(rule.severity),
        "law": list(rule.law),
        "references": list(rule.references),
        "result": str(result.status),
        "resources": [resource.urn for resource in control.resources],
        "findings": [_finding(each) for each in result.findings],
        "waived": [{**_finding(each), "waiver": waiver(by)} for each, by in result.waived],
    }


def _finding(finding: Finding) -> Mapping[str, Any]:
    return {
        "resource": finding.resource and finding.resource.urn,
        "property": finding.path,
        "message": finding.message,
        "given": finding.given,
        "allowed": finding.allowed,
        "remedy": finding.remedy,
        "unknown": finding.unknown,
    }
