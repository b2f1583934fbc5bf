import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from lepton_infra.compliance.facts import Facts, Role
from lepton_infra.compliance.graph.graph import UNKNOWN, Seen
from lepton_infra.compliance.rules import ELSEWHERE, RULES
from lepton_infra.compliance.rules.evaluate import Status, audit
from lepton_infra.compliance.rules.rule import Finding, Severity, Subject
from tests.compliance.cases import BROKEN, SOUND
from tests.compliance.cases.residency import UNDER_OUR_KEY
from tests.kit.compliant_region import FACTS, GOOD
from tests.kit.region_changes import flip, moved

CATALOGUE = [
    *(f"RES-{number}" for number in ("01", "02", "03", "03b", *(f"{n:02}" for n in range(4, 15)))),
    *(f"ENC-{n:02}" for n in range(1, 10)),
    *(f"ACC-{n:02}" for n in (*range(1, 9), 10)),
    *(f"NET-{n:02}" for n in range(1, 6)),
    *(f"RET-{n:02}" for n in range(1, 6)),
    *(f"AUD-{n:02}" for n in range(1, 7)),
    *(f"INC-{n:02}" for n in range(1, 3)),
    *(f"BCP-{n:02}" for n in range(1, 6)),
    *(f"POD-{n:02}" for n in range(1, 7)),
    *(f"SUP-{n:02}" for n in range(1, 6)),
    *(f"AI-{n:02}" for n in range(1, 4)),
    *(f"SEC-{n:02}" for n in range(1, 5)),
]
FRAMEWORKS = "gdpr|eu_ai_act|ccpa|dpdp|cert_in|hipaa|pipl|us_dsp|iso27001|soc2|c5|nis2"
IDS = [rule.id for rule in RULES]

MAY_BE_UNKNOWN = {
    ".listeners[0].public": "what may be public stands behind a firewall all the same",
    ".listeners[1].public": "what may be public stands behind a firewall all the same",
    ".listeners[1].minimum_tls": "it only sends on",
    ".openings[2].peers": "a load balancer may be open to all on this port",
    ".trails[0].data_access": "the stores keep their own record",
    ".backups[0].covers": "then it counts for every store, and none is kept too long for that",
    **{
        f".pods[1].{each}": "the one privileged namespace is for this"
        for each in (
            "host_access",
            "containers[0].root_possible",
            "containers[0].privilege_escalation",
            "containers[0].privileged",
            "containers[0].capabilities_kept",
            "containers[0].unconfined",
        )
    },
}
NOT_OF_FACTS = {"RES-14", "ACC-10", "AUD-05", "SEC-02", "SEC-03"}
"""Rules about the settings, the names and the state, in which nothing is seen that could be unknown."""


def failing(subject: Subject) -> dict[str, list[Finding]]:
    found = {rule.id: list(rule.check(subject)) for rule in RULES}
    return {id: findings for id, findings in found.items() if findings}


def told(subject: Subject) -> dict[str, list[str]]:
    return {id: list(map(str, findings)) for id, findings in failing(subject).items()}


def unknowns(value: Any) -> Iterator[tuple[str, Any]]:
    """Each way of making one value that was seen in this unknown, with where it is."""
    if isinstance(value, tuple):
        for index, item in enumerate(value):
            for where, changed in unknowns(item):
                yield f"[{index}]{where}", (*value[:index], changed, *value[index + 1 :])
    elif isinstance(value, Seen):
        yield "", replace(value, value=UNKNOWN)
    elif is_dataclass(value) and not isinstance(value, type) and type(value).__name__ != "Resource":
        for field in fields(value):
            for where, changed in unknowns(getattr(value, field.name)):
                yield f".{field.name}{where}", replace(value, **{field.name: changed})


UNKNOWNS: dict[str, Facts] = dict(unknowns(FACTS))


def test_rules_and_what_is_shown_elsewhere_are_the_catalogue() -> None:
    assert sorted([*IDS, *ELSEWHERE], key=CATALOGUE.index) == CATALOGUE


def test_rules_are_in_the_catalogues_order() -> None:
    assert sorted(IDS, key=CATALOGUE.index) == IDS


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_rule_says_what_must_be_and_which_law_asks(rule: Any) -> None:
    assert re.fullmatch(r"[A-Z].*[^.]", rule.title)
    assert rule.severity in Severity
    assert rule.law
    assert [law for law in rule.law if not re.fullmatch(rf"({FRAMEWORKS}) \S.*", law)] == []
    assert len(set(rule.law)) == len(rule.law)
    assert len(set(rule.references)) == len(rule.references)


@pytest.mark.parametrize("id", IDS)
def test_every_rule_has_something_that_breaks_it(id: str) -> None:
    assert [name for name, (_, expected) in BROKEN.items() if id in expected]


def test_a_region_that_keeps_every_control_passes_every_rule() -> None:
    assert {result.rule.id: result.status for result in audit(GOOD, RULES)} == dict.fromkeys(IDS, Status.PASSED)
    assert told(GOOD) == {}


@pytest.mark.parametrize("name", BROKEN)
def test_one_change_fails_the_rules_that_it_is_about_and_no_others(name: str) -> None:
    subject, expected = BROKEN[name]
    assert set(told(subject)) == expected, told(subject)


@pytest.mark.parametrize("name", SOUND)
def test_what_may_be_is_let_pass(name: str) -> None:
    assert told(SOUND[name]) == {}


@pytest.mark.parametrize("name", BROKEN)
def test_a_finding_says_where_what_was_given_what_is_allowed_and_what_to_do(name: str) -> None:
    for findings in failing(BROKEN[name][0]).values():
        for finding in findings:
            assert finding.message
            assert not finding.message.endswith(".")
            assert finding.remedy
            if finding.resource is not None and not finding.unknown:
                assert finding.allowed
                assert finding.given
                assert finding.resource.name in str(finding)


@pytest.mark.parametrize("where", [where for where in UNKNOWNS if where not in MAY_BE_UNKNOWN])
def test_what_is_not_known_fails(where: str) -> None:
    findings = [one for found in failing(replace(GOOD, facts=UNKNOWNS[where])).values() for one in found]
    assert any(finding.unknown for finding in findings)


@pytest.mark.parametrize("where", MAY_BE_UNKNOWN)
def test_what_is_not_known_passes_only_where_it_could_do_no_harm(where: str) -> None:
    assert told(replace(GOOD, facts=UNKNOWNS[where])) == {}


def test_every_rule_that_reads_facts_fails_on_what_is_not_known() -> None:
    copies = moved(Role.COPY, "east-1", [UNDER_OUR_KEY])
    subjects = [
        *(replace(GOOD, facts=facts) for facts in UNKNOWNS.values()),
        flip("keys", "multi_region", UNKNOWN, subject=copies),
    ]
    found = {
        id
        for subject in subjects
        for id, findings in failing(subject).items()
        if any(finding.unknown for finding in findings)
    }
    assert set(IDS) - found == NOT_OF_FACTS


def test_a_rule_finds_the_same_twice() -> None:
    broken = BROKEN["a copy to a country of concern"][0]
    assert told(broken) == told(broken)
