"""Conditions in a status."""

from __future__ import annotations

from typing import Any, Final

from lepton_infra.simulator.control_plane.api import Object

MOMENT: Final = "2026-01-01T00:00:00Z"
"""When every condition last changed, so that one which is as it was is no change."""


def condition(found: Object, kind: str, reason: str, message: str = "", *, true: bool = True) -> dict[str, Any]:
    """One condition of ``found``, as of what it is now."""
    return {
        "type": kind,
        "status": "True" if true else "False",
        "reason": reason,
        "message": message,
        "observedGeneration": found["metadata"]["generation"],
        "lastTransitionTime": MOMENT,
    }
