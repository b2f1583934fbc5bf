"""Rules read the facts that they declare, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest

from lepton_infra.compliance.facts import Facts
from lepton_infra.compliance.rules import RULES
from lepton_infra.compliance.rules.rule import RESOURCES, Rule, Subject
from tests.compliance.cases import BROKEN, SOUND
from tests.kit.compliant_region import GOOD

SUBJECTS = (GOOD, *(subject for subject, _ in BROKEN.values()), *SOUND.values())
FIELDS = {each.name for each in fields(Facts)}


class Watched:
    """A record that notes which of its attributes are read; any way to all resources is ``resources``."""

    def __init__(self, of: Any, read: set[str]) -> None:
        self._of, self._read = of, read

    def __getattr__(self, name: str) -> Any:
        self._read.add(RESOURCES if name in ("of", "by_urn") else name)
        return getattr(self._of, name)

    def __iter__(self) -> Iterator[Any]:
        self._read.add(RESOURCES)
        return iter(self._of)


def read_by(rule: Rule, subject: Subject) -> set[str]:
    """The fields of facts that a rule reads, and ``resources``. What a graph says of the stack is neither."""
    read: set[str] = set()
    records: dict[str, Any] = {name: Watched(getattr(subject, name), read) for name in ("facts", "graph")}
    for _ in rule.check(replace(subject, **records)):
        pass
    return read & {*FIELDS, RESOURCES}


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_a_rule_declares_what_it_reads(rule: Rule) -> None:
    assert set(rule.reads) == set().union(*(read_by(rule, subject) for subject in SUBJECTS))
