from dataclasses import replace

import pytest

from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.law.conflicting_checks import CONFLICTS, derived_waivers
from lepton_infra.compliance.law.obligations import Basis, Interval, Obligations
from lepton_infra.compliance.rules import ELSEWHERE, RULES
from tests.kit.obligations import OBLIGATIONS, OPEN, UNION, transfer

LOOSE = replace(
    OBLIGATIONS,
    frameworks=("us_dsp",),
    perimeters=dict.fromkeys(DataClass, OPEN),
    retention=dict.fromkeys(DataClass, Interval(least=None, most=365)),
    rotation_days=90,
    minimum_tls="1.3",
)
"""What hardly any law asks."""

ALWAYS = {"CKV_K8S_15", "CKV_AWS_339", "CKV_GCP_24", "CKV_GCP_12"}

PERSONAL_STAYS = replace(LOOSE, perimeters={**LOOSE.perimeters, DataClass.PERSONAL: UNION})
PERSONAL_LEAVES = replace(PERSONAL_STAYS, transfers=(transfer("east-1"),))
MODELS_STAY = replace(LOOSE, perimeters={**LOOSE.perimeters, DataClass.MODEL_ARTIFACT: UNION})
MODELS_LEAVE = replace(MODELS_STAY, transfers=(transfer("east-1", Basis.SCC, DataClass.MODEL_ARTIFACT),))

COPIES = {
    "CKV_AWS_144",
    "s3_bucket_cross_region_replication",
    "CKV_AZURE_206",
    "AZU-0058",
    "storage_geo_redundant_enabled",
    "CCC.Core.CN08.AR01",
}
CASES: dict[str, tuple[Obligations, set[str]]] = {
    "hardly anything is asked": (LOOSE, set()),
    "data of persons stays": (PERSONAL_STAYS, COPIES),
    "data of persons stays, but for a recorded transfer": (PERSONAL_LEAVES, set()),
    "models stay": (MODELS_STAY, {"CKV_AZURE_165"}),
    "models stay, but for a recorded transfer": (MODELS_LEAVE, set()),
    "logs stay": (replace(LOOSE, perimeters={**LOOSE.perimeters, DataClass.AUDIT_LOG: UNION}), {"CKV_AWS_121"}),
    "something is gone within a year": (
        replace(LOOSE, retention={**LOOSE.retention, DataClass.PERSONAL: Interval(least=None, most=364)}),
        {"CKV_AWS_338"},
    ),
    "persons can have data erased": (replace(LOOSE, frameworks=("gdpr",)), {"CKV_AWS_143"}),
    "keys rotate later": (replace(LOOSE, rotation_days=91), {"CKV_GCP_43"}),
    "an older version of TLS is asked": (replace(LOOSE, minimum_tls="1.2"), {"CCC.Core.CN01.AR01"}),
}


@pytest.mark.parametrize("name", CASES)
def test_a_check_is_waived_where_it_contradicts_what_is_asked_and_nowhere_else(name: str) -> None:
    obligations, expected = CASES[name]
    assert {waiver.control for waiver in derived_waivers(obligations)} == expected | ALWAYS


def test_every_conflict_is_seen_both_to_hold_and_not_to() -> None:
    conditional = {check for conflict in CONFLICTS for check in conflict.checks} - ALWAYS
    assert set().union(*(expected for _, expected in CASES.values())) == conditional


def test_a_check_is_in_one_conflict_only() -> None:
    checks = [check for conflict in CONFLICTS for check in conflict.checks]
    assert sorted(set(checks)) == sorted(checks)


def test_a_conflict_names_the_control_that_is_kept_instead() -> None:
    assert {conflict.control for conflict in CONFLICTS} <= {*(rule.id for rule in RULES), *ELSEWHERE}


def test_a_derived_waiver_says_why_and_waives_no_control_of_ours() -> None:
    waivers = derived_waivers(OBLIGATIONS)
    assert {waiver.control for waiver in waivers}.isdisjoint(rule.id for rule in RULES)
    assert [waiver for waiver in waivers if not waiver.derived or waiver.expires or waiver.resource != "*"] == []
    assert [waiver.reason for waiver in waivers if "Kept instead: " not in waiver.reason] == []
