"""Computed outputs of trails, topics, rules, plans and detectors."""

from __future__ import annotations

from typing import Any

from lepton_infra.simulator.aws.resource_type import LiveResource


def detector(live: LiveResource) -> dict[str, Any]:
    """Whose detector it is."""
    return {"accountId": live.place.account}
