"""The simulated Azure, as its native provider reaches it: what is special to it."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.azure_native import identity, outputs, places, values
from lepton_infra.simulator.azure_native.immutable import IMMUTABLE, require_changeable
from lepton_infra.simulator.azure_native.invokes import INVOKES
from lepton_infra.simulator.behaviour import Behaviour, Call, Made, Properties


def _create(call: Call) -> Made:
    id = identity.resource_id(call)
    return Made(id=id, outputs=outputs.computed(call, id))


def _update(call: Call) -> Properties:
    assert call.old is not None
    require_changeable(call)
    return outputs.computed(call, call.old.id)


BEHAVIOUR: Final = Behaviour(
    package="azure-native",
    scope_key=places.scope_key,
    configure=places.configure,
    defaults=identity.defaults,
    check=values.check,
    create=_create,
    update=_update,
    immutable=IMMUTABLE,
    invoke=INVOKES,
)
