"""Names that are taken: by the same resource, or by anybody in the world."""

from __future__ import annotations

from functools import partial

from lepton_infra.simulator.azure_native.catalogue import TYPES
from lepton_infra.simulator.azure_native.existence import exists
from lepton_infra.simulator.azure_native.resource_type import Unique
from lepton_infra.simulator.behaviour import Call, CloudError, Stored
from lepton_infra.simulator.core.uniqueness import clash


def require(call: Call) -> None:
    """Refuse what is there already, and names that are taken.

    Raises:
        CloudError: with Azure's own code; the provider's own words where it looks before it makes.
    """
    type = TYPES[call.type]
    if call.old is None and not type.overwrites:
        # The provider looks whether the id is taken, since Azure would change what is there instead of refusing.
        id = type.resource_id(call)
        if exists(call.scope, id):
            raise CloudError("AlreadyExists", f"cannot create already existing resource '{id}'")
    for unique in type.unique:
        name = type.name_of(call)
        wanted = name.lower() if unique.key is None else unique.key(call.inputs)
        others = call.scope.everywhere(call.type) if unique.worldwide else call.scope.all(call.type)
        other = clash(call, wanted, others, partial(_key, unique))
        if other is not None:
            raise CloudError(unique.code, unique.message.format(name=name, id=other.id))


def _key(unique: Unique, stored: Stored) -> object:
    return stored.id.rpartition("/")[2].lower() if unique.key is None else unique.key(stored.inputs)
