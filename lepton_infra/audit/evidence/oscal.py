"""Evidence as OSCAL assessment results (NIST's Open Security Controls Assessment Language), for auditors' tools."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from lepton_infra.audit.evidence.record import Control, Evidence
from lepton_infra.compliance.rules.evaluate import Status
from lepton_infra.compliance.rules.rule import Finding

NAMESPACE = "https://lepton.dev/ns/oscal"
"""Namespace (``ns``) of our own properties, for which OSCAL has no word."""


def document(evidence: Evidence) -> Mapping[str, Any]:
    """The record as an OSCAL document, held against the language's own models.

    Identifiers follow from the content: the same evidence has the same document.

    Raises:
        pydantic.ValidationError: if the models do not take it, which is a defect of ours.
    """
    # Nothing else needs these models, and they take half a second to import.
    from trestle.oscal import OSCAL_VERSION
    from trestle.oscal.assessment_results import Model

    source = evidence.source
    when = source.written_at.isoformat()
    title = f"Compliance of stack {source.stack}"
    content = {
        "assessment-results": {
            "uuid": _id(evidence, "document"),
            "metadata": {
                "title": title,
                "last-modified": when,
                "version": source.versions["lepton-infra"],
                "oscal-version": OSCAL_VERSION,
                "props": [_property(f"version-{name}", version) for name, version in sorted(source.versions.items())],
            },
            # The plan is the catalogue of rules in this very document; OSCAL demands a link to one.
            "import-ap": {"href": "#catalogue"},
            "results": [
                {
                    "uuid": _id(evidence, "result"),
                    "title": title,
                    "description": "Every rule, held against the stack's state.",
                    "start": when,
                    "end": when,
                    "props": [
                        _property("config-sha256", source.config),
                        _property("resources-sha256", source.resources),
                        _property("law-verified-on", source.law_verified_on.isoformat()),
                        *(_property("framework", each) for each in evidence.subject.obligations.frameworks),
                    ],
                    "reviewed-controls": {
                        "control-selections": [
                            {"include-controls": [{"control-id": _token(one.rule.id)} for one in evidence.controls]}
                        ]
                    },
                    "observations": [each for one in evidence.controls for each in _observations(evidence, one)],
                    "findings": [_finding(evidence, one) for one in evidence.controls],
                }
            ],
        }
    }
    found = Model.model_validate(content)
    return json.loads(found.model_dump_json(by_alias=True, exclude_none=True))  # type: ignore[no-any-return]


def _observations(evidence: Evidence, control: Control) -> Iterator[Mapping[str, Any]]:
    """Observations of a control: one for each finding, or one for the whole control."""
    told = [*control.result.findings, *(finding for finding, _ in control.result.waived)]
    for index, finding in enumerate(told):
        yield _observation(evidence, control, str(index), str(finding), [finding])
    if not told:
        yield _observation(evidence, control, "0", f"{control.rule.title} Nothing to the contrary was found.", [])


def _observation(
    evidence: Evidence, control: Control, key: str, description: str, findings: list[Finding]
) -> Mapping[str, Any]:
    urns = [finding.resource.urn for finding in findings if finding.resource]
    subjects = urns or [resource.urn for resource in control.resources]
    content = {
        "uuid": _id(evidence, f"{control.rule.id}/{key}"),
        "title": control.rule.id,
        "description": description,
        "methods": ["TEST"],
        "collected": evidence.source.written_at.isoformat(),
        "subjects": [
            {"subject-uuid": str(uuid5(NAMESPACE_URL, urn)), "type": "component", "title": urn} for urn in subjects
        ],
    }
    return content if subjects else {key: value for key, value in content.items() if key != "subjects"}


def _finding(evidence: Evidence, control: Control) -> Mapping[str, Any]:
    result = control.result
    count = max(1, len(result.findings) + len(result.waived))
    reasons = [waiver.reason for _, waiver in result.waived]
    status: dict[str, Any] = {"state": "not-satisfied" if result.status is Status.FAILED else "satisfied"}
    if result.status is Status.WAIVED:
        status["remarks"] = f"Waived: {'; '.join(dict.fromkeys(reasons))}"
    return {
        "uuid": _id(evidence, f"{control.rule.id}/finding"),
        "title": control.rule.id,
        "description": control.rule.title,
        "props": [
            _property("severity", str(control.rule.severity)),
            *(_property("law", article) for article in control.rule.law),
            *(_property("reference", reference) for reference in control.rule.references),
        ],
        "target": {"type": "objective-id", "target-id": _token(control.rule.id), "status": status},
        "related-observations": [
            {"observation-uuid": _id(evidence, f"{control.rule.id}/{index}")} for index in range(count)
        ],
    }


def _property(name: str, value: str) -> Mapping[str, str]:
    return {"name": _token(name), "ns": NAMESPACE, "value": value}


def _token(text: str) -> str:
    """A name as OSCAL's tokens are written: no spaces, a letter first."""
    return "".join(each if each.isalnum() or each in "-._" else "-" for each in text).lower()


def _id(evidence: Evidence, key: str) -> str:
    source = evidence.source
    return str(
        uuid5(NAMESPACE_URL, f"{NAMESPACE}/{source.stack}/{source.written_at.isoformat()}/{source.resources}/{key}")
    )
