"""Fields that a program leaves to others: what the real provider applies of them.

That is ``handleSSAIgnoreFields`` of pulumi-kubernetes (provider/pkg/await): a field that another manager owns alone is
not applied at all; any other is applied as it is on the server, since leaving out what one owns would unset it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lepton_infra.simulator.control_plane.api import Object
from lepton_infra.simulator.kubernetes.reading import mapping, sequence


def left_alone(wanted: Object, live: Mapping[str, Any], ignored: Iterable[str], manager: str) -> Object:
    """``wanted`` with the ignored fields, dotted paths, as the ``manager`` of the object applies them."""
    applied = copy.deepcopy(wanted)
    for path in ignored:
        steps = path.split(".")
        owners = {
            entry.get("manager")
            for entry in sequence(mapping(live, "metadata").get("managedFields"))
            if _owns(mapping(entry, "fieldsV1"), steps)
        }
        holder = mapping(live, *steps[:-1])
        if owners and manager not in owners:
            _put(applied, steps, None)
        elif steps[-1] in holder:
            _put(applied, steps, holder[steps[-1]])
    return applied


def _owns(fields: Mapping[str, Any], steps: Sequence[str]) -> bool:
    at: Any = fields
    for step in steps:
        if not isinstance(at, Mapping) or f"f:{step}" not in at:
            return False
        at = at[f"f:{step}"]
    return True


def _put(applied: Object, steps: Sequence[str], value: Any) -> None:
    """Set what is at the path, or remove it where ``value`` is None."""
    at: Any = applied
    for step in steps[:-1]:
        at = at.setdefault(step, {})
    if value is None:
        at.pop(steps[-1], None)
    else:
        at[steps[-1]] = value
