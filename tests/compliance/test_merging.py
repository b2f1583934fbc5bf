"""Law and section made one: what it comes to, and that nothing ever loosens."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lepton_infra.compliance.facts import Encryption
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.law import law, merging
from lepton_infra.compliance.law.applicable import STRICTNESS, applied
from lepton_infra.compliance.law.law import Law
from lepton_infra.compliance.law.obligations import Basis, Interval, Obligations, Perimeter
from lepton_infra.compliance.law.section import ComplianceConfig
from lepton_infra.errors import ConfigError

LAW = law.load()
TODAY = date(2026, 12, 1)
EEA = LAW.places(("EEA",))
CLASSES = [data_class.value for data_class in DataClass]


def merged(residency: str | None, today: date = TODAY, **section: Any) -> Obligations:
    given = ComplianceConfig.model_validate(section)
    return merging.obligations(given, applied(given, residency, LAW), today=today)


def refused(residency: str | None, law: Law = LAW, **section: Any) -> str:
    given = ComplianceConfig.model_validate(section)
    with pytest.raises(ConfigError) as caught:
        merging.obligations(given, applied(given, residency, law), today=TODAY)
    return str(caught.value)


def test_a_region_in_the_union_keeps_personal_data_in_the_economic_area() -> None:
    found = merged("eu")

    assert found.frameworks == ("gdpr", "eu_ai_act")
    assert found.keeps(DataClass.PERSONAL) == Perimeter(countries=EEA, because=("gdpr 44", "residency eu"))
    assert found.keeps(DataClass.MODEL_ARTIFACT) == Perimeter(countries=None, because=())
    assert found.retention[DataClass.AUDIT_LOG] == Interval(least=183, most=None, least_because=("eu_ai_act 19(1)",))
    assert found.retention[DataClass.PERSONAL] == Interval(least=None, most=None)
    assert found.clocks == {"gdpr": 72}
    assert found.contact_roles == {"dpo": "gdpr 33"}
    assert (found.rotation_days, found.minimum_tls, found.key_custody) == (365, "1.2", Encryption.CUSTOMER)
    assert found.denied_countries == frozenset()


def test_a_region_in_india_keeps_logs_there_for_a_year() -> None:
    found = merged("in")

    assert found.keeps(DataClass.AUDIT_LOG).countries == frozenset({"IN"})
    assert found.keeps(DataClass.AUDIT_LOG).because == ("cert_in (iv)", "residency in")
    assert found.retention[DataClass.AUDIT_LOG].least == 365
    assert found.retention[DataClass.AUDIT_LOG].least_because == ("dpdp R.8(3)",)
    assert found.retention[DataClass.PERSONAL].least == 365
    assert found.clocks == {"dpdp": 72, "cert_in": 6}
    assert found.contact_roles == {"cert_in_poc": "cert_in (iii)"}


def test_a_region_in_the_united_states_is_denied_nothing_until_it_asks_to_be() -> None:
    assert merged("us").frameworks == ("ccpa",)
    assert merged("us").denied_countries == frozenset()
    assert {"CN", "HK", "RU"} < merged("us", extra_frameworks=["us_dsp"]).denied_countries


def test_a_denied_country_is_in_no_perimeter() -> None:
    both = merged(None, extra_frameworks=["us_dsp"], perimeter={"metrics": ["US", "CA"]})

    assert both.keeps(DataClass.METRICS).countries == frozenset({"US", "CA"})
    assert "conflict: pipl 40 and us_dsp 202 leave no country" in refused(None, extra_frameworks=["pipl", "us_dsp"])


def test_the_stack_narrows() -> None:
    found = merged(
        "eu",
        perimeter={"personal": ["DE", "FR"], "model_artifact": ["EEA", "UK"]},
        retention={"personal": {"max_days": 30}, "audit_log": {"min_days": 200, "max_days": 400}},
        key_custody="external",
        break_glass_minutes=15,
        contacts={"dpo": "dpo@example.com"},
        operator_countries=["DE"],
        locked_stores=["eu-west-audit"],
        time_servers=["ntp.example.com"],
    )

    assert found.keeps(DataClass.PERSONAL).countries == frozenset({"DE", "FR"})
    assert found.keeps(DataClass.PERSONAL).because[-1] == "compliance.perimeter.personal"
    assert found.keeps(DataClass.MODEL_ARTIFACT).countries == EEA | {"GB"}
    assert found.retention[DataClass.AUDIT_LOG].least == 200
    assert found.retention[DataClass.AUDIT_LOG].most_because == ("compliance.retention.audit_log.max_days",)
    assert found.key_custody is Encryption.EXTERNAL
    assert found.break_glass_minutes == 15
    assert found.contacts == {"dpo": "dpo@example.com"}
    assert found.operator_countries == {"DE"}
    assert found.locked_stores == {"eu-west-audit"}
    assert found.time_servers == ("ntp.example.com",)


def test_a_backup_lives_no_longer_than_the_personal_data_in_it() -> None:
    found = merged("us", retention={"personal": {"max_days": 30}})

    assert found.retention[DataClass.BACKUP].most == 30
    assert found.retention[DataClass.BACKUP].most_because == ("compliance.retention.personal.max_days",)


def test_transfers_and_waivers_are_carried_with_their_days() -> None:
    transfer = {
        "cloud": "aws",
        "to": "us-east-1",
        "classes": ["metrics"],
        "basis": "scc",
        "purpose": "capacity planning",
        "document": "DOC-17",
        "expires": "2027-06-30",
    }
    waiver = {"control": "RES-03", "resource": "*", "reason": "no second region", "expires": "2027-01-01"}
    found = merged("eu", transfers=[transfer], waivers=[waiver])

    (made,) = found.transfers
    assert (made.classes, made.basis, made.expires) == (frozenset({DataClass.METRICS}), Basis.SCC, date(2027, 6, 30))
    (kept,) = found.waivers
    assert (kept.control, kept.expires, kept.derived) == ("RES-03", date(2027, 1, 1), False)


def test_a_program_that_is_not_ours_has_the_law_of_its_place() -> None:
    found = merging.of_place("eu", ["hipaa"], TODAY)

    assert found.frameworks == ("gdpr", "eu_ai_act", "hipaa")
    assert found.home is None
    assert found.retention[DataClass.AUDIT_LOG].least == 2192


def test_baseline_obligations_without_a_residency() -> None:
    found = merging.of_place(None, [], TODAY)

    assert found.frameworks == ()
    assert found.rotation_days == 365
    assert found.key_custody is Encryption.CUSTOMER
    assert {perimeter.countries for perimeter in found.perimeters.values()} == {None}


def test_an_unknown_framework_is_refused_for_a_program_that_is_not_ours() -> None:
    with pytest.raises(ConfigError, match="is no framework that there is"):
        merging.of_place("eu", ["hippa"], TODAY)


def test_an_unknown_residency_is_refused_for_a_program_that_is_not_ours() -> None:
    with pytest.raises(
        ConfigError, match=r"residency: is no residency that there is \(given uk; allowed: us, eu, in\)"
    ):
        merging.of_place("uk", [], TODAY)


def test_keys_rotate_as_often_as_the_stack_says() -> None:
    section = ComplianceConfig()
    asked = merging.obligations(section, applied(section, "us", LAW), today=TODAY, rotation_days=90)

    assert asked.rotation_days == 90


def changed(**retention: Any) -> Law:
    """The law, with a GDPR that knows bounds of its own."""
    raw = LAW.model_dump()
    raw["frameworks"]["gdpr"]["retention"] = retention
    return Law.model_validate(raw)


def test_laws_that_leave_no_day_are_both_named() -> None:
    told = refused("eu", changed(audit_log={"most": 90, "article": "5(1)(e)"}))

    assert "compliance.retention.audit_log: leaves no number of days: eu_ai_act 19(1) asks for 183 at least" in told
    assert "gdpr 5(1)(e) allows 90 at most" in told


def test_a_stack_keeps_no_longer_than_the_law_allows() -> None:
    bounded = changed(prompt={"most": 30, "article": "5(1)(e)"})

    assert "is more than gdpr 5(1)(e) allows" in refused("eu", bounded, retention={"prompt": {"max_days": 60}})


def test_three_perimeters_may_have_no_country_in_common_although_each_two_do() -> None:
    raw = LAW.model_dump()
    for id, places in (("soc2", ("DE", "FR")), ("c5", ("FR", "IT")), ("iso27001", ("IT", "DE"))):
        article = next(iter(raw["frameworks"][id]["articles"]))
        raw["frameworks"][id]["perimeter"] = {"metrics": {"places": places, "article": article}}
    told = refused(None, Law.model_validate(raw), extra_frameworks=["soc2", "c5", "iso27001"])

    assert "leave no country for metrics" in told


frameworks = st.lists(st.sampled_from(sorted(LAW.frameworks)), max_size=4, unique=True)
places = st.lists(st.sampled_from(["EU", "EEA", "US", "IN", "UK", "DE", "FR", "CN", "RU"]), min_size=1, max_size=4)
intervals = st.fixed_dictionaries({}, optional={"min_days": st.integers(1, 4000), "max_days": st.integers(1, 4000)})
residencies = st.sampled_from([None, *LAW.residencies])


@st.composite
def sections(draw: st.DrawFn, residency: str | None) -> dict[str, Any]:
    """A section, which may be refused; it adds frameworks to those of the residency."""
    always = LAW.residencies[residency].frameworks if residency else ()
    return {
        "extra_frameworks": [id for id in draw(frameworks) if id not in always],
        "perimeter": draw(st.dictionaries(st.sampled_from(CLASSES), places, max_size=2)),
        "retention": draw(st.dictionaries(st.sampled_from(CLASSES), intervals, max_size=2)),
        "key_custody": draw(st.none() | st.sampled_from([level.value for level in Encryption])),
        "break_glass_minutes": draw(st.integers(5, 60)),
    }


def accepted(residency: str | None, section: dict[str, Any]) -> Obligations:
    """What a section comes to; one that is refused says nothing about merging."""
    found: Obligations | None = None
    with suppress(ConfigError):
        found = merged(residency, **section)
    assume(found is not None)
    assert found is not None
    return found


def no_looser(tight: Obligations, loose: Obligations) -> None:
    """Whatever the one allows, the other does."""
    everywhere = frozenset(LAW.countries.codes)
    for data_class in DataClass:
        within, around = (each.keeps(data_class).countries for each in (tight, loose))
        allowed = (everywhere if within is None else within) - tight.denied_countries
        assert allowed <= (everywhere if around is None else around) - loose.denied_countries
        one, other = tight.retention[data_class], loose.retention[data_class]
        assert (one.least or 0) >= (other.least or 0)
        assert (one.most or 10**6) <= (other.most or 10**6)
    assert tight.rotation_days <= loose.rotation_days
    assert STRICTNESS.index(tight.key_custody) >= STRICTNESS.index(loose.key_custody)
    assert tight.minimum_tls >= loose.minimum_tls
    assert tight.break_glass_minutes <= loose.break_glass_minutes
    assert tight.clocks.items() >= loose.clocks.items()
    assert tight.contact_roles.items() >= loose.contact_roles.items()


@given(residencies, st.data())
def test_a_framework_more_never_loosens(residency: str | None, data: st.DataObject) -> None:
    section = data.draw(sections(residency))
    more = data.draw(st.sampled_from(sorted(LAW.frameworks)))
    always = LAW.residencies[residency].frameworks if residency else ()
    assume(more not in (*always, *section["extra_frameworks"]))
    before = accepted(residency, section)
    after = accepted(residency, {**section, "extra_frameworks": [*section["extra_frameworks"], more]})

    no_looser(after, before)


@given(residencies, st.data())
def test_a_section_never_loosens_the_law(residency: str | None, data: st.DataObject) -> None:
    section = data.draw(sections(residency))
    before = accepted(residency, {"extra_frameworks": section["extra_frameworks"]})
    after = accepted(residency, section)

    no_looser(after, before)


@given(residencies, st.data(), st.sampled_from(["perimeter", "retention", "key_custody"]))
def test_a_setting_more_never_loosens(residency: str | None, data: st.DataObject, key: str) -> None:
    section = data.draw(sections(residency))
    before = accepted(residency, {other: value for other, value in section.items() if other != key})
    after = accepted(residency, section)

    no_looser(after, before)


@given(residencies, st.data())
def test_the_order_of_frameworks_does_not_matter(residency: str | None, data: st.DataObject) -> None:
    section = data.draw(sections(residency))
    one = accepted(residency, section)
    other = accepted(
        residency, {**section, "extra_frameworks": data.draw(st.permutations(section["extra_frameworks"]))}
    )

    no_looser(one, other)
    no_looser(other, one)


@given(residencies, st.data())
def test_whatever_is_asked_leaves_something_or_is_refused(residency: str | None, data: st.DataObject) -> None:
    found = accepted(residency, data.draw(sections(residency)))

    for data_class in DataClass:
        perimeter, interval = found.keeps(data_class), found.retention[data_class]
        assert perimeter.countries is None or perimeter.countries
        assert interval.least is None or interval.most is None or interval.least <= interval.most
        assert bool(perimeter.because) == (perimeter.countries is not None)
        assert bool(interval.least_because) == (interval.least is not None)
        assert bool(interval.most_because) == (interval.most is not None)
