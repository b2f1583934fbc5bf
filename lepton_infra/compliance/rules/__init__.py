"""The controls. One file for each family of the catalogue; ``RULES`` are all of them, in the catalogue's order."""

from __future__ import annotations

from lepton_infra.compliance.rules import (
    access,
    ai,
    audit_trail,
    continuity,
    encryption,
    incident,
    network,
    organization,
    residency,
    retention,
    state,
    supply_chain,
    transfers,
    workload,
)
from lepton_infra.compliance.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    residency.RES_01,
    residency.RES_02,
    residency.RES_03,
    transfers.RES_03B,
    residency.RES_04,
    residency.RES_05,
    residency.RES_06,
    transfers.RES_07,
    residency.RES_08,
    residency.RES_09,
    residency.RES_10,
    residency.RES_11,
    transfers.RES_12,
    organization.RES_13,
    organization.RES_14,
    *encryption.RULES,
    *access.RULES,
    *network.RULES,
    *retention.RULES,
    *audit_trail.RULES,
    *incident.RULES,
    *continuity.RULES,
    *workload.RULES,
    *supply_chain.RULES,
    *ai.RULES,
    *state.RULES,
)

ELSEWHERE = {
    "AUD-06": "the evidence itself: it is written from what these rules find, so no graph can show that it was",
    "SUP-05": "tests/compliance/test_elsewhere.py: what is installed is what requirements.lock says",
    "SEC-01": "tests/engine/test_secrets.py: a secret is nowhere in the files of a state that a run really wrote",
}
"""Controls of the catalogue that nothing declared can show, and where they are shown instead."""
