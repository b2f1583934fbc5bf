"""The simulated AWS: what is special to it."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.aws import (
    capacity,
    consistency,
    guards,
    identity,
    objects,
    outputs,
    places,
    references,
    rules,
    values,
)
from lepton_infra.simulator.aws.immutable import IMMUTABLE
from lepton_infra.simulator.aws.invokes import INVOKES
from lepton_infra.simulator.behaviour import Behaviour, Call, Failure, Made, Properties


def _check(call: Call) -> list[Failure]:
    return [*values.check(call), *consistency.check(call), *references.check(call)]


def _create(call: Call) -> Made:
    rules.require(call)
    id = identity.resource_id(call)
    return Made(id=id, outputs=outputs.computed(call, id), overwrites=call.type in rules.OVERWRITING)


def _update(call: Call) -> Properties:
    assert call.old is not None
    rules.require(call)
    return outputs.computed(call, call.old.id)


BEHAVIOUR: Final = Behaviour(
    package="aws",
    scope_key=places.scope_key,
    configure=places.configure,
    defaults=identity.names,
    check=_check,
    create=_create,
    update=_update,
    delete=guards.delete,
    cascade=rules.cascade,
    bucket=objects.bucket,
    immutable=IMMUTABLE,
    invoke=INVOKES,
    sku_zones=capacity.sku_zones,
)
