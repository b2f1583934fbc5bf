"""The simulated Google Cloud: the phases of a call over the records of its types."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.behaviour import Behaviour, Call, Failure, Made, Properties
from lepton_infra.simulator.gcp import deletion, leaks, places, references, services, uniqueness, values
from lepton_infra.simulator.gcp.catalogue import TYPES
from lepton_infra.simulator.gcp.invokes import INVOKES
from lepton_infra.simulator.gcp.outputs import outputs_of
from lepton_infra.simulator.gcp.places import place_of


def _check(call: Call) -> list[Failure]:
    place = place_of(call.scope)
    rules = TYPES.input_failures(call, place) if place.region else []
    return [*values.check(call), *rules, *leaks.check(call)]


def _require(call: Call) -> None:
    services.require(call)
    references.require(call)
    TYPES.require_preconditions(call)


def _create(call: Call) -> Made:
    _require(call)
    type = TYPES[call.type]
    id = type.identifiers.resource_id(call)
    uniqueness.require(call, id)
    return Made(id=id, outputs=outputs_of(call, id), overwrites=type.overwrites)


def _update(call: Call) -> Properties:
    assert call.old is not None
    _require(call)
    return outputs_of(call, call.old.id)


BEHAVIOUR: Final = Behaviour(
    package="gcp",
    scope_key=places.scope_key,
    configure=places.configure,
    defaults=lambda call: TYPES[call.type].identifiers.autoname(call),
    check=_check,
    create=_create,
    update=_update,
    delete=deletion.require,
    cascade=deletion.cascade,
    bucket=TYPES.bucket,
    immutable=TYPES.immutable("project"),
    invoke=INVOKES,
    sku_zones=TYPES.sku_zones,
)
