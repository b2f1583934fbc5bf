"""Deletions that Azure refuses: what others still use, and what is locked. And what goes with a resource."""

from __future__ import annotations

from lepton_infra.simulator.azure_native.catalogue import TYPES
from lepton_infra.simulator.azure_native.locks import require_unlocked_for_delete
from lepton_infra.simulator.azure_native.resource_ids import within
from lepton_infra.simulator.behaviour import Call, CloudError, Properties, Stored
from lepton_infra.simulator.core.paths import texts_at


def require(call: Call) -> None:
    """Refuse the deletion of what is locked or in use, by what does not go with it.

    Raises:
        CloudError: with Azure's own code, and who uses it.
    """
    assert call.old is not None
    contents = cascade(call)
    require_unlocked_for_delete(call.scope, call.old, contents)
    TYPES.require_deletable(call)
    going = {stored.id for stored in contents}
    for target in (call.old, *contents):
        uses = list(TYPES.users(target, call.scope.all, _names))
        users = {user.id for _, found in uses for user in found} - going
        if users:
            refusal = uses[0][0].refusal
            raise CloudError(refusal.code, refusal.message.format(id=target.id, users=", ".join(sorted(users))))


def _names(inputs: Properties, property: str, target: Stored) -> bool:
    """Whether inputs name a resource or a part of it."""
    return any(within(id, target.id) for _, id in texts_at(inputs, property))


def cascade(call: Call) -> list[Stored]:
    """Parts and extensions of a resource, deleted with it: a group's contents, a vault's keys, an account's roles.

    Roles and locks on a resource are part of its id, so they are among them.
    """
    if call.old is None:
        return []
    id = call.old.id
    return [stored for stored in call.scope.all() if stored.id != id and within(stored.id, id)]
