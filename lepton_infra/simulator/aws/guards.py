"""Deletions that AWS refuses: what others still use, and what is protected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.aws.addresses import vpc_of
from lepton_infra.simulator.behaviour import Call, CloudError


@dataclass(frozen=True, kw_only=True)
class Use:
    """Resources of ``types`` use another by naming it in ``property``.

    ``message`` may hold ``{id}`` and ``{users}``. With the input ``unless`` of the other AWS ends the use by itself.
    """

    types: tuple[str, ...]
    property: str
    code: str
    message: str
    unless: str | None = None


def _dependency(what: str, *uses: tuple[str, str]) -> tuple[Use, ...]:
    message = f"The {what} '{{id}}' has dependencies and cannot be deleted: {{users}}"
    return tuple(
        Use(types=(type,), property=property, code="DependencyViolation", message=message) for type, property in uses
    )


def _first(what: str, code: str, *uses: tuple[str, str]) -> tuple[Use, ...]:
    message = f"{what} {{id}} still has these, which must be deleted before: {{users}}"
    return tuple(Use(types=(type,), property=property, code=code, message=message) for type, property in uses)


USES: Final[Mapping[str, Sequence[Use]]] = {
    tokens.VPC: _dependency(
        "vpc",
        (tokens.SUBNET, "vpcId"),
        (tokens.INTERNET_GATEWAY, "vpcId"),
        (tokens.VPC_ENDPOINT, "vpcId"),
        (tokens.SECURITY_GROUP, "vpcId"),
        (tokens.ROUTE_TABLE, "vpcId"),
    ),
    tokens.SUBNET: _dependency(
        "subnet",
        (tokens.NAT_GATEWAY, "subnetId"),
        (tokens.NODE_GROUP, "subnetIds"),
        (tokens.CLUSTER, "vpcConfig.subnetIds"),
        (tokens.VPC_ENDPOINT, "subnetIds"),
    ),
    tokens.SECURITY_GROUP: tuple(
        Use(
            types=(type,),
            property=property,
            code="DependencyViolation",
            message="resource {id} has a dependent object: {users}",
        )
        for type, property in (
            (tokens.VPC_ENDPOINT, "securityGroupIds"),
            (tokens.CLUSTER, "vpcConfig.securityGroupIds"),
            (tokens.INGRESS_RULE, "referencedSecurityGroupId"),
            (tokens.EGRESS_RULE, "referencedSecurityGroupId"),
        )
    ),
    tokens.ROUTE_TABLE: _dependency("routeTable", (tokens.ROUTE_TABLE_ASSOCIATION, "routeTableId")),
    tokens.EIP: (
        Use(
            types=(tokens.NAT_GATEWAY,),
            property="allocationId",
            code="InvalidIPAddress.InUse",
            message="Address {id} is in use: {users}",
        ),
    ),
    tokens.CLUSTER: (
        Use(
            types=(tokens.NODE_GROUP,),
            property="clusterName",
            code="ResourceInUseException",
            message="Cluster {id} has nodegroups attached: {users}",
        ),
    ),
    tokens.EVENT_RULE: _first("Rule", "ValidationException", (tokens.EVENT_TARGET, "rule")),
    tokens.BACKUP_PLAN: _first("Backup plan", "InvalidRequestException", (tokens.BACKUP_SELECTION, "planId")),
    tokens.RESTORE_PLAN: _first(
        "Restore testing plan", "InvalidRequestException", (tokens.RESTORE_SELECTION, "restoreTestingPlanName")
    ),
}


def _cluster_protection(call: Call) -> None:
    cluster = call.old
    assert cluster is not None
    if cluster.state.get("deletionProtection"):
        raise CloudError(
            "InvalidRequestException",
            f"Cluster {cluster.id} has deletion protection enabled; set deletionProtection to false first",
        )


def _log_group_protection(call: Call) -> None:
    group = call.old
    assert group is not None
    if group.state.get("deletionProtectionEnabled"):
        raise CloudError(
            "ValidationException",
            f"Log group {group.id} has deletion protection enabled; set deletionProtectionEnabled to false first",
        )


def _public_addresses(call: Call) -> None:
    """A gateway stays while public addresses of its network lead through it."""
    assert call.old is not None
    network = call.old.inputs.get("vpcId")
    mapped = [nat.id for nat in call.scope.all(tokens.NAT_GATEWAY) if vpc_of(call.scope, nat.id) == network]
    if network is not None and mapped:
        raise CloudError(
            "DependencyViolation",
            f"Network {network} has some mapped public address(es). Please unmap those public address(es) before "
            f"detaching the gateway: {', '.join(sorted(mapped))}",
        )


PROTECTIONS: Final[Mapping[str, Callable[[Call], None]]] = {
    tokens.CLUSTER: _cluster_protection,
    tokens.LOG_GROUP: _log_group_protection,
    tokens.INTERNET_GATEWAY: _public_addresses,
}
