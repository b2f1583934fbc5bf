"""Merging of a resource's inputs, defaults, old state and computed outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lepton_infra.simulator.behaviour import Stored


def overlay(base: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with ``above`` on top; objects are merged member by member, all else is replaced."""
    merged = dict(base)
    for key, value in above.items():
        below = merged.get(key)
        both = isinstance(below, Mapping) and isinstance(value, Mapping)
        merged[key] = overlay(below, value) if both else value  # type: ignore[arg-type]
    return merged


def kept(defaults: Mapping[str, Any], olds: Mapping[str, Any]) -> dict[str, Any]:
    """Defaults, but those of before where there are any: a generated name stays."""
    result = dict(defaults)
    for key, old in olds.items():
        if key in defaults and old is not None:
            default = defaults[key]
            both = isinstance(default, Mapping) and isinstance(old, Mapping)
            result[key] = kept(default, old) if both else old
    return result


def computed(stored: Stored) -> dict[str, Any]:
    """The part of a state that did not come from the inputs."""
    return _rest(stored.state, stored.inputs)


def _rest(state: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    rest = {
        key: _rest(value, inputs[key]) if isinstance(value, Mapping) and isinstance(inputs.get(key), Mapping) else value
        for key, value in state.items()
        if key not in inputs or isinstance(inputs[key], Mapping)
    }
    return {key: value for key, value in rest.items() if value != {} or key not in inputs}
