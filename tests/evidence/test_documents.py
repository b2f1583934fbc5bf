"""The same record in four forms."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from trestle.oscal.assessment_results import Model

from lepton_infra.audit.evidence import as_json, oscal, page, processing
from lepton_infra.audit.evidence.flows import flows
from lepton_infra.audit.evidence.record import Evidence, digest, record
from lepton_infra.audit.evidence.writing import documents
from lepton_infra.compliance.graph.graph import UNKNOWN
from lepton_infra.compliance.rules.evaluate import Status, audit
from lepton_infra.compliance.rules.rule import Subject
from tests.evidence.small_stack import RULES


def test_every_control_has_its_result_and_what_it_looked_at(evidence: Evidence) -> None:
    seen = {one.rule.id: (one.result.status, {each.name for each in one.resources}) for one in evidence.controls}

    assert seen == {
        "RES-01": (Status.PASSED, {"data", "log"}),
        "ENC-01": (Status.FAILED, {"models", "data"}),
        "INC-01": (Status.WAIVED, set()),
        "AUD-01": (Status.PASSED, {"models", "data"}),
    }


def test_the_document_for_programs_says_all_of_it(evidence: Evidence) -> None:
    document = json.loads(json.dumps(as_json.document(evidence)))
    controls = {control["id"]: control for control in document["controls"]}

    assert document["summary"] == {"passed": 2, "waived": 1, "advised": 0, "failed": 1}
    assert document["perimeters"]["personal"] == {"countries": ["DE", "FR"], "because": ["gdpr 44"]}
    assert document["transfers"][0]["to"] == "partner"
    assert controls["ENC-01"]["findings"] == [
        {
            "urn": "urn:pulumi:home::lepton::test:store:Store::data",
            "property": "encryption.key",
            "message": "is not the customer's key",
            "given": "provider-managed",
            "allowed": "",
            "remedy": "",
            "unknown": False,
        }
    ]
    assert controls["INC-01"]["waived"][0]["reason"] == "the site tells"
    assert document["contradicting_checks"][0]["check"] == "CKV_TEST_2"


def test_auditors_tools_take_it(evidence: Evidence) -> None:
    document = oscal.document(evidence)
    parsed = Model.model_validate(document)
    (result,) = parsed.assessment_results.results
    states = {
        one.target.target_id: str(one.target.status.state.value) for one in result.findings or [] if one.target.status
    }

    assert states == {
        "res-01": "satisfied",
        "enc-01": "not-satisfied",
        "inc-01": "satisfied",
        "aud-01": "satisfied",
    }
    observations = {each.uuid for each in result.observations or []}
    related = {each.observation_uuid for one in result.findings or [] for each in one.related_observations or []}
    assert related == observations
    assert oscal.document(evidence) == document


def test_other_evidence_has_other_identifiers(evidence: Evidence) -> None:
    later = replace(evidence.source, written_at=evidence.source.written_at + timedelta(days=1))
    other = oscal.document(replace(evidence, source=later))

    assert other["assessment-results"]["uuid"] != oscal.document(evidence)["assessment-results"]["uuid"]


def test_ways_to_other_places_are_told_with_what_allows_them(subject: Subject) -> None:
    seen = {way.location: (way.inside, way.transfer is not None) for way in flows(subject)}

    assert seen == {"neighbour": (True, False), "partner": (False, True), "unknown": (False, False)}


def test_the_record_of_processing_names_transfers_limits_and_measures(evidence: Evidence) -> None:
    text = processing.document(evidence)

    assert "| partner | JP | copy | personal | no | adequacy | DOC-1 |" in text
    assert "| not known |  | log | audit_log | no |  |  |" in text
    assert "| personal |  | 400 days | gdpr 5(1)(e) |" in text
    assert "| ENC-01 | ENC-01 must hold. | failed |" in text
    assert "1 of 4 controls failed." in text


def test_a_value_that_is_not_known_stays_that_in_all_forms(subject: Subject, evidence: Evidence) -> None:
    (models, data) = subject.facts.stores
    unknown = replace(data, encryption=replace(data.encryption, value=UNKNOWN))
    blurred = replace(subject, facts=replace(subject.facts, stores=(models, unknown)))
    told = documents(record(evidence.source, blurred, audit(blurred, RULES)))

    assert '"unknown": true' in told["evidence.json"]
    assert "| personal | bucket | 1 | unknown |" in told["processing-record.md"]
    assert "unknown key" in told["index.html"]


def test_the_page_shows_text_as_text_and_loads_nothing(evidence: Evidence) -> None:
    text = page.document(evidence)

    assert "copies would leave &lt;the perimeter&gt;" in text
    assert not any(word in text for word in ("<script", "src=", "href=", "@import", "url("))


def test_digests_do_not_depend_on_the_order_of_keys() -> None:
    assert digest({"a": 1, "b": [True, None]}) == digest({"b": [True, None], "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})


def test_digests_of_resources_see_every_change(subject: Subject) -> None:
    (first, second) = subject.graph.resources

    assert digest([first, second]) == digest([replace(first), second])
    assert digest([first, second]) != digest([replace(first, inputs={"a": UNKNOWN}), second])
    assert digest([first, second]) != digest([replace(first, depends_on=frozenset({"b", "a"})), second])
