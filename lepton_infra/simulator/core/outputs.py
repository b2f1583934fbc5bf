"""Outputs of a live resource: the type's defaults and computed values over what all types of the cloud have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lepton_infra.simulator.core.resource_type import Live, ResourceType
from lepton_infra.simulator.merging import overlay


def computed(type: ResourceType[Live, Any], live: Live, common: Mapping[str, Any]) -> dict[str, Any]:
    """Every output that the inputs do not give: the same after an update, but for what counts up."""
    outputs = overlay(overlay(common, type.defaults), type.outputs(live))
    old = live.call.old
    if old is not None:
        outputs = {key: _onto(old.state.get(key), value) for key, value in outputs.items()}
    return ungiven(outputs, live.call.inputs)


def _onto(before: Any, value: Any) -> Any:
    """A value over the one of before, so that members which the core completed stay."""
    return overlay(before, value) if isinstance(before, Mapping) and isinstance(value, Mapping) else value


def ungiven(outputs: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """``outputs`` without what ``inputs`` say already."""
    rest = {}
    for key, value in outputs.items():
        given = inputs.get(key)
        if given is None:
            rest[key] = value
        elif isinstance(value, Mapping) and isinstance(given, Mapping):
            rest[key] = ungiven(value, given)
    return rest
