"""The simulated AWS: the phases of a call over the records of its types."""

from __future__ import annotations

from typing import Any, Final

from lepton_infra.simulator.aws import deletion, places, references, uniqueness, values
from lepton_infra.simulator.aws.catalogue import TYPES
from lepton_infra.simulator.aws.invokes import INVOKES
from lepton_infra.simulator.aws.places import place_of
from lepton_infra.simulator.aws.resource_type import LiveResource
from lepton_infra.simulator.behaviour import Behaviour, Call, Failure, Made, Properties
from lepton_infra.simulator.core.outputs import computed


def _check(call: Call) -> list[Failure]:
    place = place_of(call.scope)
    rules = [*places.region_failures(call.inputs, place), *TYPES.input_failures(call, place)] if place.region else []
    return [*values.check(call), *rules, *references.check(call)]


def _require(call: Call) -> None:
    references.require(call)
    uniqueness.require(call)
    TYPES.require_preconditions(call)


def _create(call: Call) -> Made:
    _require(call)
    type = TYPES[call.type]
    id = (type.adopts(call) if type.adopts else None) or type.identifiers.resource_id(call)
    return Made(id=id, outputs=_outputs(call, id), overwrites=type.overwrites)


def _update(call: Call) -> Properties:
    assert call.old is not None
    _require(call)
    return _outputs(call, call.old.id)


def _outputs(call: Call, id: str) -> dict[str, Any]:
    type, live = TYPES[call.type], LiveResource(call=call, id=id, place=place_of(call.scope))
    return computed(type, live, {**_common(live), **type.identifiers.arn_outputs(call, id)})


def _common(live: LiveResource) -> dict[str, Any]:
    """``tagsAll`` and ``region`` where the type has them, and the name that a prefix became."""
    call, identifiers = live.call, TYPES[live.call.type].identifiers
    outputs: dict[str, Any] = {"tagsAll": dict(call.inputs["tags"])} if call.inputs.get("tags") else {}
    if not call.type.startswith("aws:iam/"):
        outputs["region"] = live.place.region
    name, given = identifiers.name, identifiers.name_of(call)
    if name is not None and given is not None:
        outputs[name.property] = given
        if name.prefix is not None:
            outputs[name.prefix] = ""
    return outputs


BEHAVIOUR: Final = Behaviour(
    package="aws",
    scope_key=places.scope_key,
    configure=places.configure,
    defaults=lambda call: TYPES[call.type].identifiers.autoname(call),
    check=_check,
    create=_create,
    update=_update,
    delete=deletion.require,
    cascade=TYPES.cascade,
    bucket=TYPES.bucket,
    immutable=TYPES.immutable("region"),
    invoke=INVOKES,
    sku_zones=TYPES.sku_zones,
)
