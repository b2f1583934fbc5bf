"""The simulated Azure, as its native provider reaches it: the phases of a call over the records of its types."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lepton_infra.simulator import schema
from lepton_infra.simulator.azure_native import (
    deletion,
    locations,
    locks,
    outputs,
    places,
    references,
    uniqueness,
    values,
)
from lepton_infra.simulator.azure_native.catalogue import TYPES
from lepton_infra.simulator.azure_native.changes import IMMUTABLE, require_changeable
from lepton_infra.simulator.azure_native.invokes import INVOKES
from lepton_infra.simulator.azure_native.resources import group_of
from lepton_infra.simulator.behaviour import Behaviour, Call, Failure, Made, Properties


def _defaults(call: Call) -> Properties:
    """The name and the location that the provider fills in where the program gives none."""
    path = TYPES[call.type].path
    filled = {} if path is None else dict(path.autonamed(call))
    if "location" in (schema.inputs_of(call.type) or {}):
        location = _location(call)
        if location is not None:
            filled["location"] = location
    return filled


def _location(call: Call) -> str | None:
    """The provider's own location, or else that of the resource group, if it is there already."""
    configured = call.scope.config.get("location")
    if isinstance(configured, str):
        return configured
    group = call.inputs.get("resourceGroupName")
    found = group_of(call.scope, group) if isinstance(group, str) else None
    return None if found is None else str(found.state["location"])


def _check(call: Call) -> list[Failure]:
    failures = values.check(call)
    sound = replace(call, inputs=schema.without(call.inputs, failures))
    rules = TYPES.input_failures(sound, places.place_of(call.scope))
    return [*failures, *locations.check(sound), *rules, *references.check(sound)]


def _require(call: Call, id: str) -> None:
    """Meet every demand in the order in which Azure would, or refuse."""
    references.require(call)
    locks.require_unlocked_for_write(call.scope, id, call.type)
    uniqueness.require(call)
    TYPES.require_preconditions(call)


def _create(call: Call) -> Made:
    type = TYPES[call.type]
    id = type.resource_id(call)
    _require(call, id)
    return Made(id=id, outputs=outputs.computed(call, id), overwrites=type.overwrites)


def _update(call: Call) -> Properties:
    assert call.old is not None
    require_changeable(call)
    _require(call, call.old.id)
    return outputs.computed(call, call.old.id)


BEHAVIOUR: Final = Behaviour(
    package="azure-native",
    scope_key=places.scope_key,
    configure=places.configure,
    defaults=_defaults,
    check=_check,
    create=_create,
    update=_update,
    delete=deletion.require,
    cascade=deletion.cascade,
    bucket=TYPES.bucket,
    immutable=IMMUTABLE,
    invoke=INVOKES,
    sku_zones=TYPES.sku_zones,
)
