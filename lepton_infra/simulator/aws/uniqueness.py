"""Names and properties that AWS demands to be unique, each within its own reach and with AWS's own refusal."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.simulator.aws.catalogue import TYPES
from lepton_infra.simulator.aws.places import place_of
from lepton_infra.simulator.aws.resource_type import AwsType, Reach, Unique
from lepton_infra.simulator.behaviour import Call, CloudError, Stored
from lepton_infra.simulator.core.uniqueness import clash


def require(call: Call) -> None:
    """Refuse what is there already.

    Raises:
        CloudError: with AWS's own code.
    """
    type = TYPES[call.type]
    if type.unique is None:
        return
    name = type.identifiers.name_of(call)
    wanted = name if type.unique.key is None else type.unique.key(call.inputs)
    other = clash(call, wanted, _others(call, type.unique), lambda stored: _key(TYPES[stored.type], stored))
    if other is not None:
        theirs = other.scope.split(":")[1] != place_of(call.scope).account
        own = (type.unique.code, type.unique.message)
        code, message = type.unique.abroad if theirs and type.unique.abroad else own
        raise CloudError(code, message.format_map({**call.inputs, "name": name, "id": other.id}))


def _key(type: AwsType, stored: Stored) -> object:
    if type.unique is None or type.unique.key is None:
        return type.identifiers.stored_name(stored)
    return type.unique.key(stored.inputs)


def _others(call: Call, unique: Unique) -> Iterator[Stored]:
    """Live resources of every type that shares the demand, as far as it reaches."""
    account = place_of(call.scope).account
    types = [type.token for type in TYPES if type.unique is unique]
    stored = call.scope.all(*types) if unique.reach is Reach.REGION else call.scope.everywhere(*types)
    return (other for other in stored if unique.reach is not Reach.ACCOUNT or other.scope.split(":")[1] == account)
