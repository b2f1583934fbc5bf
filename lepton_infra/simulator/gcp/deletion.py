"""Deletions that Google or its provider refuses, and what is deleted together with a resource."""

from __future__ import annotations

from lepton_infra.simulator.behaviour import Call, CloudError, Stored
from lepton_infra.simulator.gcp.catalogue import TYPES
from lepton_infra.simulator.gcp.lookups import in_the_project, names


def require(call: Call) -> None:
    """Refuse the deletion of what is protected or in use.

    Keys hold nothing alive: they can be destroyed under what they encrypt, which is why programs protect them.

    Raises:
        CloudError: with Google's own code, and who uses it.
    """
    old = call.old
    assert old is not None
    if old.state.get("deletionPolicy") == "PREVENT":
        raise CloudError(
            "FAILED_PRECONDITION",
            f'cannot destroy {old.id} without setting deletionPolicy="DELETE" and running `pulumi up`',
        )
    TYPES.require_deletable(call)
    for use, users in TYPES.users(old, lambda type: in_the_project(call, type), names):
        # The provider ends such a use first.
        if use.unless is None or old.state.get(use.unless) is not True:
            raise CloudError(use.refusal.code, use.refusal.message.format(id=old.id, users=users[0].id))


def cascade(call: Call) -> list[Stored]:
    """The parts of a cluster or a router, which are not deleted one by one."""
    if call.old is None:
        return []
    return [
        part
        for type in TYPES
        if type.part_of is not None and call.type in TYPES.named_by(type.references[type.part_of])
        for part in call.scope.all(type.token)
        if names(part.inputs, type.part_of, call.old)
    ]
