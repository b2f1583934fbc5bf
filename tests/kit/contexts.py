"""Contexts of regions, for tests that make a layer by itself."""

from __future__ import annotations

from typing import Any

from lepton_infra.layers.context import Context
from lepton_infra.lock import Pins

NO_PINS = Pins(images={}, charts={}, node_images={})


def context(**changes: Any) -> Context:
    """A context whose one tag names the stack ``us-east``; ``changes`` replace fields."""
    facts: dict[str, Any] = {
        "region": "us-east",
        "tags": {"lepton:stack": "us-east"},
        "protect": True,
        "key_rotation_days": 90,
        "log_days": 365,
        "pins": NO_PINS,
    }
    return Context(**{**facts, **changes})
