"""Uniqueness of the types that have no record yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.aws.resource_type import Unique
from lepton_infra.simulator.core.uniqueness import same


def _content(inputs: Mapping[str, Any]) -> object:
    """A backup plan: two of the same name may be there if their rules differ."""
    return json.dumps([inputs.get("name"), inputs.get("rules")], sort_keys=True, default=str)


def _private_service(inputs: Mapping[str, Any]) -> object:
    """A VPC resolves the host name of a service to one endpoint."""
    return same("vpcId", "serviceName")(inputs) if inputs.get("privateDnsEnabled") else None


def _destination(inputs: Mapping[str, Any]) -> object:
    return tuple(str(inputs.get(name)) for name in ("routeTableId", *_DESTINATIONS))


_DESTINATIONS: Final = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
_IN_USE: Final = "ResourceInUseException"


_VAULT: Final = Unique(code="AlreadyExistsException", message="Backup vault with the same name already exists: {name}")

UNIQUE: Final[Mapping[str, Unique]] = {
    tokens.CLUSTER: Unique(code=_IN_USE, message="Cluster already exists with name: {name}"),
    tokens.NODE_GROUP: Unique(
        code=_IN_USE,
        message="NodeGroup already exists with name {nodeGroupName} and cluster name {clusterName}",
        key=same("clusterName", "nodeGroupName"),
    ),
    tokens.ADDON: Unique(
        code=_IN_USE, message="Addon {addonName} already exists.", key=same("clusterName", "addonName")
    ),
    tokens.ACCESS_ENTRY: Unique(
        code=_IN_USE,
        message="The specified access entry resource is already in use on this cluster: {principalArn}",
        key=same("clusterName", "principalArn"),
    ),
    tokens.POD_IDENTITY_ASSOCIATION: Unique(
        code=_IN_USE,
        message="Association already exists: {id}",
        key=same("clusterName", "namespace", "serviceAccount"),
    ),
    tokens.LOG_GROUP: Unique(
        code="ResourceAlreadyExistsException", message="The specified log group already exists: {name}"
    ),
    tokens.REPOSITORY: Unique(
        code="RepositoryAlreadyExistsException",
        message="The repository with name '{name}' already exists in the registry",
    ),
    tokens.QUEUE: Unique(code="QueueAlreadyExists", message="A queue already exists with the same name: {name}"),
    tokens.LAUNCH_TEMPLATE: Unique(
        code="InvalidLaunchTemplateName.AlreadyExistsException", message="Launch template name already in use: {name}"
    ),
    tokens.SECURITY_GROUP: Unique(
        code="InvalidGroup.Duplicate",
        message="The security group '{name}' already exists for VPC '{vpcId}'",
        key=same("vpcId", "name"),
    ),
    tokens.INTERNET_GATEWAY: Unique(
        code="Resource.AlreadyAssociated",
        message="network {vpcId} already has an internet gateway attached: {id}",
        key=same("vpcId"),
    ),
    tokens.NAT_GATEWAY: Unique(
        code="Resource.AlreadyAssociated",
        message="Elastic IP address [{allocationId}] is already associated with {id}",
        key=same("allocationId"),
    ),
    tokens.ROUTE: Unique(
        code="RouteAlreadyExists", message="The route is already in {routeTableId}: {id}", key=_destination
    ),
    tokens.ROUTE_TABLE_ASSOCIATION: Unique(
        code="Resource.AlreadyAssociated",
        message="the specified association for route table {routeTableId} conflicts with an existing association: {id}",
        key=same("subnetId"),
    ),
    tokens.VPC_ENDPOINT: Unique(
        code="InvalidParameter",
        message="private-dns-enabled cannot be set because there is already a conflicting DNS domain for {serviceName}"
        " in the VPC {vpcId}: {id}",
        key=_private_service,
    ),
    tokens.FLOW_LOG: Unique(
        code="FlowLogAlreadyExists",
        message="There is an existing Flow Log with the same configuration and log destination: {id}",
        key=same("vpcId", "trafficType", "logDestination"),
    ),
    tokens.TRAIL: Unique(code="TrailAlreadyExistsException", message="Trail {name} already exists"),
    tokens.BACKUP_VAULT: _VAULT,
    tokens.AIR_GAPPED_VAULT: _VAULT,
    tokens.BACKUP_PLAN: Unique(
        code="AlreadyExistsException",
        message="Backup plan with the same plan document already exists: {id}",
        key=_content,
    ),
    tokens.RESTORE_PLAN: Unique(
        code="AlreadyExistsException", message="Restore testing plan with the same name already exists: {name}"
    ),
    tokens.RESTORE_SELECTION: Unique(
        code="AlreadyExistsException",
        message="Restore testing selection with the same name already exists: {id}",
        key=same("restoreTestingPlanName", "name"),
    ),
    tokens.DETECTOR: Unique(
        code="BadRequestException",
        message="The request is rejected because a detector already exists for the current account: {id}",
        key=lambda inputs: True,
    ),
    tokens.ANALYZER: Unique(code="ConflictException", message="An analyzer with the name {name} already exists"),
}
