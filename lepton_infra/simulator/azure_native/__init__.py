"""The simulated Azure, as its native provider reaches it: what is special to it."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.azure_native import (
    capacity,
    consistency,
    guards,
    identity,
    objects,
    outputs,
    places,
    references,
    rules,
    tokens,
    values,
)
from lepton_infra.simulator.azure_native.immutable import IMMUTABLE, require_changeable
from lepton_infra.simulator.azure_native.invokes import INVOKES
from lepton_infra.simulator.behaviour import Behaviour, Call, Failure, Made, Properties
from lepton_infra.simulator.schema import without


def _check(call: Call) -> list[Failure]:
    failures = values.check(call)
    sound = Call(
        scope=call.scope,
        urn=call.urn,
        type=call.type,
        inputs=without(call.inputs, failures),
        seed=call.seed,
        old=call.old,
    )
    return [*failures, *consistency.check(sound), *references.check(sound)]


def _create(call: Call) -> Made:
    rules.require(call)
    id = identity.resource_id(call)
    return Made(id=id, outputs=outputs.computed(call, id), overwrites=call.type in tokens.OVERWRITING)


def _update(call: Call) -> Properties:
    assert call.old is not None
    require_changeable(call)
    rules.require(call)
    return outputs.computed(call, call.old.id)


BEHAVIOUR: Final = Behaviour(
    package="azure-native",
    scope_key=places.scope_key,
    configure=places.configure,
    defaults=identity.defaults,
    check=_check,
    create=_create,
    update=_update,
    delete=guards.delete,
    cascade=guards.cascade,
    bucket=objects.bucket,
    immutable=IMMUTABLE,
    invoke=INVOKES,
    sku_zones=capacity.sku_zones,
)
