"""Names that AWS demands to be unique, each within its own reach and with AWS's own refusal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.aws.identity import physical_name, stored_name
from lepton_infra.simulator.aws.places import place_of
from lepton_infra.simulator.aws.reference_kinds import Reach
from lepton_infra.simulator.behaviour import Call, CloudError, Stored

Key = Callable[[Mapping[str, Any]], object]


@dataclass(frozen=True, kw_only=True)
class Unique:
    """What may be there once. ``key`` of two resources' inputs is the same if they clash; None never clashes.

    ``message`` may name inputs, ``{name}`` (the physical name) and ``{id}`` of the one that is there. Without ``key``
    it is the physical name that must be free. ``abroad`` are code and message if the other one is in another account.
    """

    code: str
    message: str
    key: Key | None = None
    reach: Reach = Reach.REGION
    abroad: tuple[str, str] | None = None


def _same(*properties: str) -> Key:
    """The values of properties; None as long as one of them is not given."""

    def key(inputs: Mapping[str, Any]) -> object:
        values = tuple(str(inputs[name]) for name in properties if inputs.get(name) is not None)
        return values if len(values) == len(properties) else None

    return key


def _content(inputs: Mapping[str, Any]) -> object:
    """A backup plan: two of the same name may be there if their rules differ."""
    return json.dumps([inputs.get("name"), inputs.get("rules")], sort_keys=True, default=str)


def _private_service(inputs: Mapping[str, Any]) -> object:
    """A VPC resolves the host name of a service to one endpoint."""
    return _same("vpcId", "serviceName")(inputs) if inputs.get("privateDnsEnabled") else None


def _destination(inputs: Mapping[str, Any]) -> object:
    return tuple(str(inputs.get(name)) for name in ("routeTableId", *_DESTINATIONS))


_DESTINATIONS: Final = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
_IN_USE: Final = "ResourceInUseException"
_ENTITY: Final = "EntityAlreadyExists"

_BUCKET: Final = Unique(
    code="BucketAlreadyOwnedByYou",
    message="Your previous request to create the named bucket succeeded and you already own it: {name}",
    reach=Reach.WORLD,
    abroad=(
        "BucketAlreadyExists",
        "The requested bucket name is not available: {name}. The bucket namespace is shared by all users.",
    ),
)

_VAULT: Final = Unique(code="AlreadyExistsException", message="Backup vault with the same name already exists: {name}")

UNIQUE: Final[Mapping[str, Unique]] = {
    tokens.BUCKET: _BUCKET,
    tokens.BUCKET_V2: _BUCKET,
    tokens.ROLE: Unique(code=_ENTITY, message="Role with name {name} already exists.", reach=Reach.ACCOUNT),
    tokens.POLICY: Unique(
        code=_ENTITY,
        message="A policy called {name} already exists. Duplicate names are not allowed.",
        reach=Reach.ACCOUNT,
    ),
    tokens.INSTANCE_PROFILE: Unique(
        code=_ENTITY, message="Instance Profile {name} already exists.", reach=Reach.ACCOUNT
    ),
    tokens.SERVICE_LINKED_ROLE: Unique(
        code="InvalidInput",
        message="Service role name for {awsServiceName} has been taken in this account, please try a different suffix.",
        key=lambda inputs: (inputs["awsServiceName"], inputs.get("customSuffix")),
        reach=Reach.ACCOUNT,
    ),
    tokens.CLUSTER: Unique(code=_IN_USE, message="Cluster already exists with name: {name}"),
    tokens.NODE_GROUP: Unique(
        code=_IN_USE,
        message="NodeGroup already exists with name {nodeGroupName} and cluster name {clusterName}",
        key=_same("clusterName", "nodeGroupName"),
    ),
    tokens.ADDON: Unique(
        code=_IN_USE, message="Addon {addonName} already exists.", key=_same("clusterName", "addonName")
    ),
    tokens.ACCESS_ENTRY: Unique(
        code=_IN_USE,
        message="The specified access entry resource is already in use on this cluster: {principalArn}",
        key=_same("clusterName", "principalArn"),
    ),
    tokens.POD_IDENTITY_ASSOCIATION: Unique(
        code=_IN_USE,
        message="Association already exists: {id}",
        key=_same("clusterName", "namespace", "serviceAccount"),
    ),
    tokens.ALIAS: Unique(code="AlreadyExistsException", message="An alias with the name {name} already exists"),
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
        key=_same("vpcId", "name"),
    ),
    tokens.INTERNET_GATEWAY: Unique(
        code="Resource.AlreadyAssociated",
        message="network {vpcId} already has an internet gateway attached: {id}",
        key=_same("vpcId"),
    ),
    tokens.NAT_GATEWAY: Unique(
        code="Resource.AlreadyAssociated",
        message="Elastic IP address [{allocationId}] is already associated with {id}",
        key=_same("allocationId"),
    ),
    tokens.ROUTE: Unique(
        code="RouteAlreadyExists", message="The route is already in {routeTableId}: {id}", key=_destination
    ),
    tokens.ROUTE_TABLE_ASSOCIATION: Unique(
        code="Resource.AlreadyAssociated",
        message="the specified association for route table {routeTableId} conflicts with an existing association: {id}",
        key=_same("subnetId"),
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
        key=_same("vpcId", "trafficType", "logDestination"),
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
        key=_same("restoreTestingPlanName", "name"),
    ),
    tokens.DETECTOR: Unique(
        code="BadRequestException",
        message="The request is rejected because a detector already exists for the current account: {id}",
        key=lambda inputs: True,
    ),
    tokens.ANALYZER: Unique(code="ConflictException", message="An analyzer with the name {name} already exists"),
}


def require(call: Call) -> None:
    """Refuse what is there already.

    Raises:
        CloudError: with AWS's own code.
    """
    unique = UNIQUE.get(call.type)
    if unique is None:
        return
    name = physical_name(call)
    wanted = name if unique.key is None else unique.key(call.inputs)
    for stored in _others(call, unique.reach):
        there = stored_name(stored) if unique.key is None else unique.key(stored.inputs)
        if wanted is not None and there == wanted:
            theirs = stored.scope.split(":")[1] != place_of(call.scope).account
            code, message = unique.abroad if theirs and unique.abroad else (unique.code, unique.message)
            raise CloudError(code, message.format_map({**call.inputs, "name": name, "id": stored.id}))


_ONE_NAMESPACE: Final = (tokens.BUCKETS, (tokens.BACKUP_VAULT, tokens.AIR_GAPPED_VAULT))
"""Types whose names are of one kind."""


def _others(call: Call, reach: Reach) -> Iterator[Stored]:
    """Live resources of the type, but for the one that the call is about."""
    account = place_of(call.scope).account
    types = next((kinds for kinds in _ONE_NAMESPACE if call.type in kinds), (call.type,))
    stored = call.scope.all(*types) if reach is Reach.REGION else call.scope.everywhere(*types)
    for other in stored:
        itself = call.old is not None and (other.scope, other.id) == (call.old.scope, call.old.id)
        if not itself and (reach is not Reach.ACCOUNT or other.scope.split(":")[1] == account):
            yield other
