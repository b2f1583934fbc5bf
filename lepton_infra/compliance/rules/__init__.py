"""The controls. One file for each family of the catalogue; ``RULES`` are all of them, in the catalogue's order."""

from __future__ import annotations

from lepton_infra.compliance.rule import Rule

RULES: tuple[Rule, ...] = ()
