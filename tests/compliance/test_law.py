"""The dated data hold together: codes, dates, articles."""

from __future__ import annotations

import gzip
import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import botocore
import pytest
import yaml
from pydantic import ValidationError

from lepton_infra.compliance.facts import Encryption
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.law import law
from lepton_infra.compliance.law.obligations import Basis
from lepton_infra.config.region import Residency

LAW = law.load()
READ_ON = date(2026, 11, 25)
FRAMEWORKS = {**LAW.frameworks, law.BASELINE: LAW.baseline}

NOT_ISO = {"AC", "AN", "TP"}
"""Codes that a registrar still knows: Ascension, and two that ISO has withdrawn."""


def raw() -> dict[str, Any]:
    text: dict[str, Any] = yaml.safe_load(law.FILE.read_text(encoding="utf-8"))
    return text


def test_countries_are_those_of_iso_3166() -> None:
    (model,) = (Path(botocore.__file__).parent / "data" / "route53domains").glob("*/service-2.json*")
    packed = model.read_bytes()
    text = gzip.decompress(packed) if model.suffix == ".gz" else packed
    registrar = set(json.loads(text)["shapes"]["CountryCode"]["enum"])

    assert set(LAW.countries.codes) - {"UM"} == registrar - NOT_ISO
    assert len(LAW.countries.codes) == 249


def test_the_economic_area_is_the_union_and_three_more() -> None:
    union, area = LAW.places(("EU",)), LAW.places(("EEA",))

    assert len(union) == 27
    assert area - union == {"IS", "LI", "NO"}
    assert union < area


@pytest.mark.parametrize("outside", ["GB", "CH", "US"])
def test_who_is_not_in_the_union_is_not_in_the_area(outside: str) -> None:
    assert outside not in LAW.places(("EEA",))


def test_places_are_names_and_codes_and_nothing_else() -> None:
    assert LAW.places(("UK", "JP", "EU")) == LAW.places(("EU",)) | {"GB", "JP"}
    assert not LAW.knows_place("GBR")
    with pytest.raises(KeyError):
        LAW.places(("ZZ",))


def test_every_country_that_is_named_is_one() -> None:
    denied = [entry.denied for entry in FRAMEWORKS.values() if entry.denied]
    perimeters = [kept for entry in FRAMEWORKS.values() for kept in entry.perimeter.values()]
    named = {
        *LAW.adequacy,
        *(code for each in LAW.jurisdictions.values() for code in each.countries),
        *(code for each in denied for code in each.countries),
        *(code for each in perimeters for code in LAW.places(each.places)),
        *(code for each in LAW.residencies.values() for code in LAW.places((*each.stands_in, *each.stays_in))),
    }

    assert named <= set(LAW.countries.codes)


@pytest.mark.parametrize("id", FRAMEWORKS)
def test_every_article_that_is_cited_exists(id: str) -> None:
    assert [article for article in FRAMEWORKS[id].cited() if not FRAMEWORKS[id].has(article)] == []


@pytest.mark.parametrize(
    ("reference", "known"),
    [
        ("gdpr 32", True),
        ("gdpr 32(1)(a)", True),
        ("gdpr 5", True),
        ("gdpr 3", False),
        ("gdpr 99", False),
        ("cert_in (iv)", True),
        ("eu_ai_act 19", True),
        ("ccpa 1798.100(e)", True),
        ("baseline CN11.AR05", True),
        ("magna_carta 1", False),
        ("gdpr", False),
    ],
)
def test_a_reference_is_a_framework_and_an_article(reference: str, known: bool) -> None:
    assert LAW.cites(reference) is known


def test_every_residency_has_frameworks_that_are_not_optional() -> None:
    assert LAW.residencies.keys() == set(Residency)
    for residency in LAW.residencies.values():
        assert residency.frameworks
        assert not [id for id in residency.frameworks if LAW.frameworks[id].optional]


def test_every_framework_that_is_not_optional_has_a_residency() -> None:
    always = {id for residency in LAW.residencies.values() for id in residency.frameworks}

    assert always == {id for id, framework in LAW.frameworks.items() if not framework.optional}


def test_a_residency_stands_where_its_data_stay() -> None:
    for residency in LAW.residencies.values():
        assert LAW.places(residency.stands_in) <= LAW.places(residency.stays_in)


def test_what_holds_persons_stays_and_what_does_not_is_free() -> None:
    assert set(LAW.stays) == set(DataClass) - {DataClass.MODEL_ARTIFACT, DataClass.METRICS}


def test_a_perimeter_without_a_way_out_says_so_by_having_none() -> None:
    assert set(LAW.frameworks["gdpr"].bases) == set(Basis) - {Basis.PERMITTED}
    assert LAW.frameworks["cert_in"].bases == ()


def test_the_baseline_bounds_what_no_law_gives_a_number_for() -> None:
    base = LAW.baseline

    assert base.rotation is not None
    assert base.rotation.days == 365
    assert base.minimum_tls is not None
    assert base.minimum_tls.version == "1.2"
    assert base.key_custody is not None
    assert base.key_custody.level is Encryption.CUSTOMER


def test_retention_of_the_research() -> None:
    logs = DataClass.AUDIT_LOG

    assert LAW.frameworks["cert_in"].retention[logs].least == 180
    assert LAW.frameworks["eu_ai_act"].retention[logs].least == 183
    assert LAW.frameworks["dpdp"].retention[logs].least == 365
    assert LAW.frameworks["hipaa"].retention[logs].least == 2192
    assert LAW.frameworks["dpdp"].retention[DataClass.PERSONAL].least == 365


def test_the_united_states_are_adequate_only_by_certificate() -> None:
    assert [country for country, one in LAW.adequacy.items() if one.basis is not Basis.ADEQUACY] == ["US"]
    assert not {"IN", "CN", "SG", "AU", "ZA"} & LAW.adequacy.keys()
    assert LAW.adequacy["GB"].until == date(2031, 12, 27)


def test_every_entry_is_dated_and_in_the_order_of_time() -> None:
    for path, entry in LAW.entries():
        assert entry.source, path
        assert date(2026, 1, 1) <= entry.verified_on <= READ_ON, path
    for country, decision in LAW.adequacy.items():
        days = [day for day in (decision.since, decision.until) if day]
        assert all(earlier < later for earlier, later in pairwise(days)), country


def test_nothing_is_stale_on_the_day_it_was_read() -> None:
    assert law.stale(LAW, READ_ON) == []
    assert law.stale(LAW, READ_ON - timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("days", "told", "refused"),
    [
        (90, False, False),
        (91, True, False),
        (180, True, False),
        (181, True, True),
        (-1, False, False),
        (-2, True, True),
    ],
)
def test_what_was_read_long_ago_is_told_and_then_refused(days: int, told: bool, refused: bool) -> None:
    found = law.stale(LAW, READ_ON + timedelta(days=days))

    assert bool(found) is told
    assert all(entry.refused is refused and entry.days == days for entry in found)
    assert len(found) == (len(list(LAW.entries())) if told else 0)


def test_a_stack_may_ask_for_other_ages() -> None:
    later = READ_ON + timedelta(days=31)

    assert law.stale(LAW, later) == []
    assert {entry.refused for entry in law.stale(LAW, later, warn_days=10, fail_days=40)} == {False}
    assert {entry.refused for entry in law.stale(LAW, later, warn_days=10, fail_days=30)} == {True}


def test_an_entry_without_a_source_is_no_data() -> None:
    changed = raw()
    del changed["frameworks"]["gdpr"]["source"]

    with pytest.raises(ValidationError, match=r"frameworks\.gdpr\.source"):
        law.Law.model_validate(changed)


def test_a_control_is_listed_once() -> None:
    changed = raw()
    changed["controls"].append(["RES-01"])

    with pytest.raises(ValidationError, match="twice"):
        law.Law.model_validate(changed)


def test_the_file_is_read_once() -> None:
    assert law.load() is law.load()
