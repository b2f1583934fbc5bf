"""Deletions that Google or its provider refuses: what others still use, and what is protected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lepton_infra.simulator.behaviour import Call, CloudError, Stored
from lepton_infra.simulator.gcp import dns, tokens
from lepton_infra.simulator.gcp.made import in_the_project, is_end
from lepton_infra.simulator.gcp.paths import texts_at

USES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    tokens.NETWORK: (
        (tokens.SUBNETWORK, "network"),
        (tokens.ROUTER, "network"),
        (tokens.FIREWALL, "network"),
        (tokens.ROUTE, "network"),
        (tokens.GLOBAL_ADDRESS, "network"),
        (tokens.CLUSTER, "network"),
    ),
    tokens.SUBNETWORK: (
        (tokens.CLUSTER, "subnetwork"),
        (tokens.ROUTER_NAT, "subnetworks.name"),
        (tokens.ADDRESS, "subnetwork"),
    ),
    tokens.ADDRESS: ((tokens.ROUTER_NAT, "natIps"),),
    tokens.NOTIFICATION_CHANNEL: ((tokens.ALERT_POLICY, "notificationChannels"),),
    tokens.RESOURCE_POLICY: ((tokens.NODE_POOL, "placementPolicy.policyName"),),
}
"""Who uses a resource, by type and the property that names it. Keys are not among them: they can be destroyed under
what they encrypt, which is why programs protect them."""


def delete(call: Call) -> None:
    """Refuse the deletion of what is protected or in use.

    Raises:
        CloudError: with Google's own code, and who uses it.
    """
    assert call.old is not None
    _protection(call.old)
    if call.type == tokens.DNS_ZONE:
        dns.emptied(call)
    # Of a channel: the provider takes it off the policies first.
    uses = () if call.old.state.get("forceDelete") is True else USES.get(call.type, ())
    for type, property in uses:
        for user in in_the_project(call, type):
            if any(is_end(given, call.old) for _, given in texts_at(user.inputs, property)):
                raise CloudError(
                    "resourceInUseByAnotherResource",
                    f"The {_word(call.type)} resource '{call.old.id}' is already being used by '{user.id}'",
                )


def cascade(call: Call) -> list[Stored]:
    """What goes with a cluster, a router or a granted thing without being deleted one by one."""
    if call.old is None or call.type not in _PARTS:
        return []
    type, property = _PARTS[call.type]
    return [
        part
        for part in call.scope.all(type)
        if any(is_end(given, call.old) for _, given in texts_at(part.inputs, property))
    ]


_PARTS: Final[Mapping[str, tuple[str, str]]] = {
    tokens.CLUSTER: (tokens.NODE_POOL, "cluster"),
    tokens.ROUTER: (tokens.ROUTER_NAT, "router"),
}


def _protection(stored: Stored) -> None:
    if stored.state.get("deletionPolicy") == "PREVENT":
        raise CloudError(
            "FAILED_PRECONDITION",
            f'cannot destroy {stored.id} without setting deletionPolicy="DELETE" and running `pulumi up`',
        )
    if stored.type == tokens.CLUSTER and stored.state.get("deletionProtection"):
        raise CloudError(
            "FAILED_PRECONDITION",
            f"Cannot destroy cluster {stored.id} because deletionProtection is set to true. "
            "Set it to false and run `pulumi up` to proceed with its deletion.",
        )
    if stored.type == tokens.LOG_BUCKET and stored.state.get("locked"):
        raise CloudError("FAILED_PRECONDITION", f"Bucket {stored.id} is locked and cannot be deleted before its logs")


def _word(type: str) -> str:
    return type.rpartition(":")[2].lower()
