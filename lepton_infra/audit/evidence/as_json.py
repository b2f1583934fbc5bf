"""Evidence as one JSON document, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lepton_infra.audit import report
from lepton_infra.audit.evidence.record import Evidence
from lepton_infra.compliance.law.obligations import Transfer

VERSION = 1
"""Version of the document's schema. A field that goes or changes its meaning raises it; a new field does not."""


def document(evidence: Evidence) -> Mapping[str, Any]:
    """The whole record as JSON values: source, obligations, every control with its resources and findings."""
    source, asked = evidence.source, evidence.subject.obligations
    return {
        "version": VERSION,
        "stack": source.stack,
        "written_at": source.written_at.isoformat(),
        "config_sha256": source.config,
        "resources_sha256": source.resources,
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
        "summary": dict(evidence.counts()),
        "controls": [
            {**report.control(each.result), "resources": [resource.urn for resource in each.resources]}
            for each in evidence.controls
        ],
        "contradicting_checks": [{"check": each.control, **report.waived(each)} for each in evidence.contradicting],
    }


def transfer(one: Transfer) -> Mapping[str, Any]:
    """A recorded transfer as JSON values."""
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
