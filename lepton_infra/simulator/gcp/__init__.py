"""The simulated Google Cloud: what is special to it."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.behaviour import Behaviour, Call, Failure, Made, Properties
from lepton_infra.simulator.gcp import (
    capacity,
    consistency,
    guards,
    identity,
    leaks,
    objects,
    outputs,
    places,
    rules,
    uniqueness,
    values,
)
from lepton_infra.simulator.gcp.immutable import IMMUTABLE
from lepton_infra.simulator.gcp.invokes import INVOKES


def _check(call: Call) -> list[Failure]:
    return [*values.check(call), *consistency.check(call), *leaks.check(call)]


def _create(call: Call) -> Made:
    rules.require(call)
    id = identity.resource_id(call)
    uniqueness.require(call, id)
    return Made(id=id, outputs=outputs.computed(call, id), overwrites=call.type in uniqueness.OVERWRITING)


def _update(call: Call) -> Properties:
    assert call.old is not None
    rules.require(call)
    return outputs.computed(call, call.old.id)


BEHAVIOUR: Final = Behaviour(
    package="gcp",
    scope_key=places.scope_key,
    configure=places.configure,
    defaults=identity.names,
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
