"""Changes made by hand, behind the engine's back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from lepton_infra.simulator.behaviour import CloudError, Stored
from lepton_infra.simulator.store import Store

_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]|\[\"([^\"]+)\"\]")


def drifted(stored: Stored, path: str, value: Any) -> Stored:
    """The resource with one property changed, in its state and, where it is an input, in what a refresh reads as such.

    Raises:
        CloudError: if the path leads through something that is not there.
    """
    steps = _steps(path)
    state = _changed(stored.state, steps, value, path)
    if steps[0] not in stored.inputs:
        return replace(stored, state=state)
    return replace(stored, state=state, inputs=_changed(stored.inputs, steps, value, path))


def drift(store: Store, *, type: str, name: str, path: str, value: Any) -> list[Stored]:
    """Change a property of every live resource that the globs match; returns them as they are now.

    Raises:
        CloudError: if nothing matches, or the path leads through something that is not there.
    """
    with store.exclusive():
        matching = [
            stored
            for stored in store.all()
            if fnmatchcase(stored.type, type) and fnmatchcase(stored.urn.rpartition("::")[2], name)
        ]
        if not matching:
            raise CloudError("NothingToDrift", f"no resource of type {type} and name {name} is in the store")
        changed = [drifted(stored, path, value) for stored in matching]
        for stored in changed:
            store.replace(stored)
    return changed


def _steps(path: str) -> list[str | int]:
    return [name or key or int(index) for name, index, key in _STEP.findall(path)]


def _changed(value: Any, steps: list[str | int], new: Any, path: str) -> Any:
    if not steps:
        return new
    step, rest = steps[0], steps[1:]
    match value, step:
        case Mapping(), str():
            return {**value, step: _changed(value.get(step, {} if rest else None), rest, new, path)}
        case list(), int() if step < len(value):
            return [_changed(item, rest, new, path) if index == step else item for index, item in enumerate(value)]
        case _:
            raise CloudError("InvalidDrift", f"the path {path} leads nowhere at {step}")
