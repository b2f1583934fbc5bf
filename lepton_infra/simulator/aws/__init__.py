"""The simulated AWS: what is special to it."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.aws import identity, outputs, places, values
from lepton_infra.simulator.aws.immutable import IMMUTABLE
from lepton_infra.simulator.behaviour import Behaviour, Call, Made, Properties


def _create(call: Call) -> Made:
    id = identity.resource_id(call)
    return Made(id=id, outputs=outputs.computed(call, id))


def _update(call: Call) -> Properties:
    assert call.old is not None
    return outputs.computed(call, call.old.id)


BEHAVIOUR: Final = Behaviour(
    package="aws",
    scope_key=places.scope_key,
    configure=places.configure,
    defaults=identity.names,
    check=values.check,
    create=_create,
    update=_update,
    immutable=IMMUTABLE,
)
