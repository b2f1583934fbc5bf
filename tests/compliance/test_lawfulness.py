"""What depends on the day: transfers, waivers and how old the facts are."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from lepton_infra import clouds, project
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.law import law
from lepton_infra.compliance.law.law import Law
from lepton_infra.config.region import Residency
from lepton_infra.errors import ConfigError
from lepton_infra.stack import check, file, law_check
from lepton_infra.stack.law_check import Verdict
from lepton_infra.stack.parse import parse
from tests.kit.stacks import STANDS_IN, region

ROOT = Path(__file__).parents[2]
READ_ON = date(2026, 11, 25)
TODAY = date(2026, 12, 1)


def placed(residency: str, **section: Any) -> dict[str, Any]:
    """A region of the example's cloud within a residency."""
    stands_in = STANDS_IN[Residency(residency)]
    zones = [f"{stands_in}a", f"{stands_in}b"]
    cloud = {**region()["cloud"], "region": stands_in}
    network = {"cidr": "10.16.0.0/16", "zones": zones}
    return region(residency=residency, cloud=cloud, network=network, compliance=section)


def judged(residency: str, today: date = TODAY, **section: Any) -> Verdict:
    return law_check.judge(parse(placed(residency, **section)), today)


def refused(residency: str, today: date = TODAY, **section: Any) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        judged(residency, today, **section)
    return [str(problem) for problem in caught.value.problems]


def transfer(**changes: Any) -> dict[str, Any]:
    return {
        "cloud": "aws",
        "to": "us-east-1",
        "classes": ["personal"],
        "basis": "scc",
        "purpose": "disaster recovery",
        "document": "DOC-17",
        **changes,
    }


@pytest.mark.parametrize(
    ("residency", "changes"),
    [
        ("eu", {}),
        ("eu", {"basis": "ciphertext", "to": "ap-south-1"}),
        ("eu", {"basis": "bcr", "classes": ["backup", "audit_log"]}),
        ("eu", {"basis": "adequacy", "to": "ap-northeast-1"}),
        ("eu", {"basis": "adequacy", "to": "eu-west-2"}),
        ("eu", {"basis": "dpf", "fallback": "scc"}),
        ("eu", {"basis": "permitted", "classes": ["model_artifact", "metrics"]}),
        ("eu", {"cloud": "gcp", "to": "US", "expires": "2026-12-01"}),
        ("us", {"basis": "permitted", "to": "eu-central-1"}),
        ("in", {"basis": "permitted", "classes": ["personal", "backup"]}),
    ],
)
def test_a_transfer_with_a_basis_that_holds_is_taken(residency: str, changes: dict[str, Any]) -> None:
    verdict = judged(residency, transfers=[transfer(**changes)])

    assert len(verdict.obligations.transfers) == 1


@pytest.mark.parametrize(
    ("residency", "changes", "told"),
    [
        ("eu", {"basis": "adequacy", "cloud": "gcp", "to": "eur8"}, "does not cover DE: there is no such decision"),
        ("eu", {"basis": "dpf", "fallback": "adequacy"}, "should the Data Privacy Framework fall (given adequacy"),
        ("eu", {"fallback": "permitted"}, "fallback: does not let personal out of where gdpr 44 keeps them"),
        ("in", {"basis": "ciphertext", "classes": ["audit_log", "metrics"]}, "does not let audit_log out"),
        ("us", {"cloud": "private", "to": "hall-1"}, "is no location of private whose country is known here"),
    ],
)
def test_a_transfer_without_one_is_refused(residency: str, changes: dict[str, Any], told: str) -> None:
    assert told in "\n".join(refused(residency, transfers=[transfer(**changes)]))


def test_a_basis_holds_until_its_last_day_and_no_longer() -> None:
    until = [transfer(expires="2026-12-01")]

    assert judged("eu", date(2026, 12, 1), transfers=until).obligations.transfers[0].expires == date(2026, 12, 1)
    assert "scc has run out; renew DOC-17" in refused("eu", date(2026, 12, 2), transfers=until)[0]


def test_a_waiver_holds_until_its_last_day_and_no_longer() -> None:
    waivers = [{"control": "BCP-04", "resource": "*", "reason": "GPUs are in one zone", "expires": "2026-12-01"}]

    assert judged("us", date(2026, 12, 1), waivers=waivers).obligations.waivers[0].control == "BCP-04"
    assert "the waiver of BCP-04 has run out" in refused("us", date(2026, 12, 2), waivers=waivers)[0]


def test_an_adequacy_decision_that_ends_covers_until_then() -> None:
    raw = law.load().model_dump()
    for entry in (*raw["adequacy"].values(), *raw["frameworks"].values()):
        entry["verified_on"] = date(2031, 12, 1)
    later = Law.model_validate(raw)
    config = parse(placed("eu", transfers=[transfer(basis="adequacy", to="eu-west-2")], staleness={"fail_days": 365}))

    with pytest.raises(ConfigError) as caught:
        law_check.judge(config, date(2031, 12, 28), later)

    assert "its decision ended on 2031-12-27" in str(caught.value)
    assert "adequacy.GB" not in str(caught.value)
    with pytest.raises(ConfigError) as caught:
        law_check.judge(config, date(2031, 12, 27), later)
    assert "its decision ended" not in str(caught.value)


def test_the_home_is_told_by_code_and_country() -> None:
    obligations = judged("in").obligations

    assert (obligations.home, obligations.home_country) == ("ap-south-1", "IN")
    assert obligations.rotation_days == 90
    assert obligations.today == TODAY


def test_teardown_is_told() -> None:
    config = parse(region(teardown=True))

    assert law_check.judge(config, TODAY).obligations.teardown
    assert not judged("us").obligations.teardown


@pytest.mark.parametrize(("days", "aging"), [(90, False), (91, True), (180, True)])
def test_old_facts_are_told(days: int, aging: bool) -> None:
    verdict = judged("us", READ_ON + timedelta(days=days))

    assert (verdict.warning() is not None) is aging
    assert not aging or f"read up to {days} days ago: countries, " in str(verdict.warning())


def test_facts_that_are_too_old_refuse_a_region() -> None:
    (told,) = refused("us", READ_ON + timedelta(days=181))

    assert told.startswith("compliance: rests on facts that were last read too long ago: countries, baseline, ")
    assert "frameworks.ccpa" in told
    assert "locations.aws" in told


def test_only_the_facts_that_a_region_rests_on_count() -> None:
    late = READ_ON + timedelta(days=100)
    alone = {entry.entry for entry in judged("us", late).aging}
    with_transfer = {
        entry.entry for entry in judged("eu", late, transfers=[transfer(basis="dpf", fallback="scc")]).aging
    }

    assert not [entry for entry in alone if "gdpr" in entry or entry.startswith("adequacy")]
    assert {"adequacy.US", "frameworks.gdpr", "jurisdictions.EEA", "jurisdictions.EU"} <= with_transfer


def test_a_stack_may_take_older_facts_for_up_to_a_year() -> None:
    late = READ_ON + timedelta(days=200)

    assert judged("us", late, staleness={"warn_days": 300, "fail_days": 300}).warning() is None
    with pytest.raises(ConfigError, match="is too large"):
        parse(placed("us", staleness={"fail_days": 366}))


def test_a_check_tells_of_old_facts_at_the_section(tmp_path: Path) -> None:
    for path in (*ROOT.glob("Pulumi*.yaml"), ROOT / "lepton.lock.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    report = check.check(project.find(tmp_path), ["us-east"], today=READ_ON + timedelta(days=91))

    assert not report.problems
    lines = (tmp_path / "Pulumi.us-east.yaml").read_text(encoding="utf-8").splitlines()
    at = f"Pulumi.us-east.yaml:{lines.index('    compliance:') + 1}: compliance: rests on facts read up to 91 days ago"
    assert [warning for warning in report.warnings if warning.startswith(at)]


@pytest.mark.parametrize("stack", project.find(ROOT).stacks())
def test_every_stack_of_this_project_names_whom_the_law_wants_named(stack: str) -> None:
    obligations = file.open_file(ROOT / f"Pulumi.{stack}.yaml", today=TODAY).verdict.obligations

    assert obligations.contact_roles.keys() <= obligations.contacts.keys()
    assert obligations.contacts["security"]
    for country in obligations.operator_countries:
        assert country in (obligations.keeps(DataClass.PERSONAL).countries or {country})


@pytest.mark.parametrize("cloud", clouds.names())
def test_the_example_of_every_cloud_stands_where_it_says(cloud: str) -> None:
    facts = clouds.load(cloud)
    home = clouds.settings(cloud).model_validate(facts.example).home()

    assert home is not None
    assert home.countries
    assert home.countries <= law.load().places(law.load().residencies[facts.residency].stands_in)


def test_a_region_whose_country_is_unknown_is_refused() -> None:
    raw = placed("us")
    raw["cloud"]["region"] = "us-west-9"
    raw["network"]["zones"] = ["us-west-9a", "us-west-9b"]

    with pytest.raises(ConfigError, match=r"cloud\.region: is in no country that is known here"):
        parse(raw)


def test_a_framework_that_keeps_data_where_the_region_is_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = law.load().model_dump()
    raw["frameworks"]["c5"]["perimeter"] = {"backup": {"places": ("FR",), "article": "PSS-12"}}
    changed = Law.model_validate(raw)
    monkeypatch.setattr(law, "load", lambda: changed)

    with pytest.raises(ConfigError, match="cannot be kept in DE, for c5 PSS-12 keeps backup elsewhere"):
        parse(placed("eu", extra_frameworks=["c5"]))


def test_a_law_that_wants_keys_to_rotate_faster_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = law.load().model_dump()
    raw["frameworks"]["soc2"]["rotation"] = {"days": 30, "article": "CC6.1"}
    changed = Law.model_validate(raw)
    monkeypatch.setattr(law, "load", lambda: changed)

    with pytest.raises(ConfigError, match=r"encryption\.rotation_days: is slower than soc2 CC6\.1 asks"):
        parse(placed("us", extra_frameworks=["soc2"]))


def test_of_a_section_that_is_wrong_in_one_place_the_rest_is_told_too() -> None:
    raw = placed("eu", extra_frameworks=["gdpr"], break_glass_minutes=480)

    with pytest.raises(ConfigError) as caught:
        parse(raw)

    assert [problem.path for problem in caught.value.problems] == [
        ("compliance", "break_glass_minutes"),
        ("compliance", "extra_frameworks", 0),
    ]
