"""The simulated Google Cloud: what is special to it."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.behaviour import Behaviour, Call, Made, Properties
from lepton_infra.simulator.gcp import identity, outputs, places
from lepton_infra.simulator.gcp.immutable import IMMUTABLE
from lepton_infra.simulator.gcp.invokes import INVOKES


def _create(call: Call) -> Made:
    id = identity.resource_id(call)
    return Made(id=id, outputs=outputs.computed(call, id))


def _update(call: Call) -> Properties:
    assert call.old is not None
    return outputs.computed(call, call.old.id)


BEHAVIOUR: Final = Behaviour(
    package="gcp",
    scope_key=places.scope_key,
    configure=places.configure,
    defaults=identity.names,
    create=_create,
    update=_update,
    immutable=IMMUTABLE,
    invoke=INVOKES,
)
