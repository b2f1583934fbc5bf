"""Deletions that Azure refuses: what others still use, and what is locked. And what goes with a resource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lepton_infra.simulator.azure_native import aks_rules, tokens
from lepton_infra.simulator.azure_native.identity import at
from lepton_infra.simulator.azure_native.locks import require_unlocked_for_delete
from lepton_infra.simulator.azure_native.resource_ids import ids_in, within
from lepton_infra.simulator.behaviour import Call, CloudError, Stored


@dataclass(frozen=True, kw_only=True)
class Use:
    """Resources of ``types`` use another, or a part of it, by naming its id in ``property``."""

    code: str
    users: Mapping[str, tuple[str, ...]]


_SUBNET_USERS: Final = {
    tokens.PRIVATE_ENDPOINT: ("subnet",),
    tokens.CLUSTER: ("agentPoolProfiles", "apiServerAccessProfile"),
    tokens.AGENT_POOL: ("vnetSubnetID", "podSubnetID"),
}

USES: Final[Mapping[str, Use]] = {
    tokens.VIRTUAL_NETWORK: Use(code="InUseSubnetCannotBeDeleted", users=_SUBNET_USERS),
    tokens.SUBNET: Use(code="InUseSubnetCannotBeDeleted", users=_SUBNET_USERS),
    tokens.SECURITY_GROUP: Use(
        code="InUseNetworkSecurityGroupCannotBeDeleted", users={tokens.SUBNET: ("networkSecurityGroup",)}
    ),
    tokens.ROUTE_TABLE: Use(code="InUseRouteTableCannotBeDeleted", users={tokens.SUBNET: ("routeTable",)}),
    tokens.NAT_GATEWAY: Use(code="InUseNatGatewayCannotBeDeleted", users={tokens.SUBNET: ("natGateway",)}),
    tokens.PUBLIC_IP: Use(code="PublicIPAddressCannotBeDeleted", users={tokens.NAT_GATEWAY: ("publicIpAddresses",)}),
    tokens.DISK_ENCRYPTION_SET: Use(code="OperationNotAllowed", users={tokens.CLUSTER: ("diskEncryptionSetID",)}),
    tokens.PRIVATE_ZONE: Use(code="CannotDeleteResource", users={tokens.VIRTUAL_NETWORK_LINK: ()}),
}


def delete(call: Call) -> None:
    """Refuse the deletion of what is locked or in use.

    Raises:
        CloudError: with Azure's own code, and who uses it.
    """
    assert call.old is not None
    contents = cascade(call)
    require_unlocked_for_delete(call.scope, call.old, contents)
    if call.type == tokens.AGENT_POOL:
        aks_rules.last_system_pool(call)
    if call.type == tokens.RESOURCE_GROUP:
        going = {stored.id for stored in contents}
        for target in contents:
            _require_unused(target, [user for user in _users(call, target) if user.id not in going])
    else:
        _require_unused(call.old, _users(call, call.old))


def _require_unused(target: Stored, users: Sequence[Stored]) -> None:
    if users:
        listed = ", ".join(sorted(user.id for user in users))
        raise CloudError(USES[target.type].code, f"{target.id} cannot be deleted while it is in use by {listed}")


def _users(call: Call, target: Stored) -> Sequence[Stored]:
    """What uses a resource. A type that uses by no property does so by standing in it."""
    use = USES.get(target.type)
    found = []
    for type, properties in use.users.items() if use else ():
        for user in call.scope.all(type):
            named = [id for property in properties for _, id in ids_in(at(user.inputs, property))]
            if any(within(id, target.id) for id in named) or (not properties and within(user.id, target.id)):
                found.append(user)
    return found


def cascade(call: Call) -> list[Stored]:
    """All that stands in a resource or extends it goes with it: a group's contents, a vault's keys, an account's roles.

    Roles and locks on a resource are part of its id, so they are among them.
    """
    if call.old is None:
        return []
    id = call.old.id
    return [stored for stored in call.scope.all() if stored.id != id and within(stored.id, id)]
