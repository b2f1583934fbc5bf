"""The small stack and the evidence of its audit."""

from __future__ import annotations

from datetime import date

import pytest

from lepton_infra.audit.evidence.record import Evidence, Source, record
from lepton_infra.compliance.law.obligations import Waiver
from lepton_infra.compliance.rules.evaluate import audit
from lepton_infra.compliance.rules.rule import Subject
from tests.evidence.small_stack import RULES, WRITTEN_AT, small_stack


@pytest.fixture
def subject() -> Subject:
    return small_stack()


@pytest.fixture
def evidence(subject: Subject) -> Evidence:
    source = Source(
        stack="home",
        written_at=WRITTEN_AT,
        config="c" * 64,
        resources="5" * 64,
        versions={"lepton-infra": "0.1.0", "engine": "v3.245.0"},
        law_verified_on=date(2026, 11, 1),
    )
    popular = Waiver(control="CKV_TEST_2", resource="*", reason="copies would leave <the perimeter>", expires=None)
    return record(source, subject, audit(subject, RULES), [popular])
