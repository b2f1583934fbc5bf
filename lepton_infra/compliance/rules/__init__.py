"""The controls. One file for each family of the catalogue; ``RULES`` are all of them, in the catalogue's order."""

from __future__ import annotations

from types import ModuleType

from lepton_infra.compliance.rules import (
    access,
    ai,
    audit_trail,
    continuity,
    encryption,
    incident,
    network,
    organization,
    personal_data,
    residency,
    retention,
    state,
    supply_chain,
    transfers,
    workload,
)
from lepton_infra.compliance.rules.rule import Rule

_FAMILIES = (
    (residency, transfers, organization, personal_data),
    (encryption,),
    (access,),
    (network,),
    (retention,),
    (audit_trail,),
    (incident,),
    (continuity,),
    (workload,),
    (supply_chain,),
    (ai,),
    (state,),
)
"""Modules of each family, in the catalogue's order."""


def _family(modules: tuple[ModuleType, ...]) -> list[Rule]:
    """The rules that modules define, by id."""
    found = (value for module in modules for value in vars(module).values() if isinstance(value, Rule))
    return sorted(found, key=lambda rule: rule.id)


RULES: tuple[Rule, ...] = tuple(rule for modules in _FAMILIES for rule in _family(modules))

ELSEWHERE = {
    "AUD-06": "the evidence itself: it is written from what these rules find, so no graph can show that it was",
    "SUP-05": "tests/compliance/test_elsewhere.py: what is installed is what requirements.lock says",
    "SEC-01": "tests/engine/test_secrets.py: a secret is nowhere in the files of a state that a run really wrote",
}
"""Controls of the catalogue that nothing declared can show, and where they are shown instead."""
