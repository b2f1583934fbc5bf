"""Deletions that AWS refuses: protected resources, and those that others use."""

from __future__ import annotations

from lepton_infra.simulator.aws.catalogue import TYPES
from lepton_infra.simulator.behaviour import Call, CloudError, Properties, Stored
from lepton_infra.simulator.core.paths import at


def require(call: Call) -> None:
    """Refuse the deletion of what is protected or in use.

    Raises:
        CloudError: with AWS's own code, and who uses it.
    """
    assert call.old is not None
    TYPES.require_deletable(call)
    for use, users in TYPES.users(call.old, call.scope.all, _names):
        if use.unless is None or not call.inputs.get(use.unless):
            listed = ", ".join(sorted(user.id for user in users))
            raise CloudError(use.refusal.code, use.refusal.message.format(id=call.old.id, users=listed))


def _names(inputs: Properties, property: str, target: Stored) -> bool:
    value = at(inputs, property)
    return target.id in (value if isinstance(value, list) else [value])
