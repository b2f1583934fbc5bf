"""Amazon EKS: node groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lepton_infra.simulator.aws.ec2_launch_templates import LAUNCH_TEMPLATE
from lepton_infra.simulator.aws.ec2_membership import vpc_of
from lepton_infra.simulator.aws.ec2_network import SUBNET, SUBNET_IN_USE
from lepton_infra.simulator.aws.eks import CLUSTER, CLUSTER_NAME, IN_USE, kubernetes_version, minor, require_trust
from lepton_infra.simulator.aws.identifiers import Identifiers, Name, arn, uuid
from lepton_infra.simulator.aws.input_rules import Findings, exactly_one
from lepton_infra.simulator.aws.places import Place
from lepton_infra.simulator.aws.resource_type import AwsType, LiveResource, OfRequest, Reference, Request, Unique
from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Properties
from lepton_infra.simulator.core.resource_type import InUse, Use, paths
from lepton_infra.simulator.core.uniqueness import same

SCALING_GROUP_NAME: Final = Reference(
    code="ValidationError", message="AutoScalingGroup name not found - AutoScalingGroup: {given}"
)
_NODE_DISK_GIB: Final = 20
_NODE_TYPE: Final = "t3.medium"


def _launch(inputs: Properties, place: Place) -> Findings:
    if inputs.get("launchTemplate") is not None:
        for property in ("diskSize", "remoteAccess"):
            if inputs.get(property) is not None:
                reason = f"InvalidParameterException: {property} cannot be given with a launch template; put it there"
                yield Failure(path=property, reason=reason)
        template = inputs["launchTemplate"]
        if isinstance(template, Mapping):
            for failure in exactly_one("id", "name")(template, place):
                yield Failure(path=f"launchTemplate.{failure.path}", reason=failure.reason)
    elif inputs.get("capacityType") == "CAPACITY_BLOCK":
        reason = "InvalidParameterException: CAPACITY_BLOCK needs a launch template that names the reservation"
        yield Failure(path="capacityType", reason=reason)
    if inputs.get("capacityType") == "CAPACITY_BLOCK" and inputs.get("instanceTypes"):
        reason = "InvalidParameterException: of a CAPACITY_BLOCK the launch template names the instance type"
        yield Failure(path="instanceTypes", reason=reason)
    if inputs.get("amiType") == "CUSTOM" and (inputs.get("version") or inputs.get("releaseVersion")):
        reason = "InvalidParameterException: CUSTOM images have no version of EKS; leave version and releaseVersion out"
        yield Failure(path="amiType", reason=reason)


def _sizes(inputs: Properties, place: Place) -> Findings:
    scaling = inputs.get("scalingConfig")
    if not isinstance(scaling, Mapping):
        return
    low, wanted, high = (scaling.get(name) for name in ("minSize", "desiredSize", "maxSize"))
    for below, above, property, words in (
        (low, high, "minSize", "minSize must not exceed maxSize"),
        (low, wanted, "desiredSize", "desiredSize must be at least minSize"),
        (wanted, high, "desiredSize", "desiredSize must be at most maxSize"),
    ):
        if isinstance(below, int) and isinstance(above, int) and below > above:
            path = f"scalingConfig.{property}"
            yield Failure(path=path, reason=f"InvalidParameterException: {words}: {below} > {above}")


def _update(inputs: Properties, place: Place) -> Findings:
    update = inputs.get("updateConfig")
    if isinstance(update, Mapping):
        for failure in exactly_one("maxUnavailable", "maxUnavailablePercentage")(update, place):
            yield Failure(path=f"updateConfig.{failure.path}", reason=failure.reason)


def _in_cluster(call: Call) -> None:
    """Nodes live in the VPC of their cluster, run no newer Kubernetes, and EC2 may take their role."""
    scope, inputs = call.scope, call.inputs
    owner = scope.find(CLUSTER.token, inputs["clusterName"])
    if owner is None:
        return
    home = owner.state["vpcConfig"].get("vpcId")
    for id in inputs.get("subnetIds") or ():
        vpc = vpc_of(scope, id)
        if vpc is not None and home is not None and vpc != home:
            raise CloudError(
                "InvalidParameterException",
                f"Subnet {id} is in {vpc}, not in the VPC of cluster {owner.id}, which is {home}",
            )
    version, newest = inputs.get("version"), owner.state.get("version")
    if version and newest and minor(version) > minor(newest):
        raise CloudError(
            "InvalidParameterException",
            f"Nodegroup Kubernetes version {version} is newer than that of its cluster, {newest}",
        )
    require_trust(scope, inputs.get("nodeRoleArn"), "ec2.amazonaws.com")


def _template(call: Call) -> None:
    """The template's version exists, and what it says is not said again by the node group."""
    named = call.inputs.get("launchTemplate") or {}
    template = call.scope.find(LAUNCH_TEMPLATE.token, str(named.get("id")))
    if template is None:
        return
    version = str(named.get("version", ""))
    if version.isdigit() and int(version) > int(template.state["latestVersion"]):
        raise CloudError(
            "InvalidParameterException",
            f"Could not find version {version} of launch template {template.id}; "
            f"the latest is {template.state['latestVersion']}",
        )
    machine = template.inputs.get("instanceType")
    if machine and call.inputs.get("instanceTypes"):
        raise CloudError(
            "InvalidParameterException",
            f"Instance type {machine} of launch template {template.id} and instanceTypes cannot both be given",
        )
    market = (template.inputs.get("instanceMarketOptions") or {}).get("marketType")
    if call.inputs.get("capacityType") == "CAPACITY_BLOCK" and market != "capacity-block":
        raise CloudError(
            "InvalidParameterException",
            f"CAPACITY_BLOCK needs instanceMarketOptions.marketType capacity-block in launch template {template.id}",
        )


def _scaling_group(live: LiveResource) -> dict[str, Any]:
    """The scaling group behind it, and what follows from the cluster and the launch template."""
    inputs = live.call.inputs
    name = live.id.partition(":")[2]
    outputs: dict[str, Any] = {
        "resources": [
            {
                "autoscalingGroups": [{"name": f"eks-{name}-{uuid(live.seed('group'))}"}],
                "remoteAccessSecurityGroupId": "",
            }
        ]
    }
    if inputs.get("launchTemplate"):
        outputs |= {"diskSize": 0, "instanceTypes": []}
    else:
        outputs |= {"diskSize": _NODE_DISK_GIB, "instanceTypes": [_NODE_TYPE]}
    owner = live.find(CLUSTER.token, "clusterName")
    if owner is not None and owner.state.get("version"):
        outputs["version"] = owner.state["version"]
    return outputs


def _sku_zones(call: Call) -> list[tuple[str, str]]:
    """Every machine type of a node group in every zone of its subnets; nothing for other types.

    A group that asks for no node asks for no machine: its autoscaler does, later.
    """
    inputs = call.inputs
    if not (inputs.get("scalingConfig") or {}).get("desiredSize"):
        return []
    machines = list(inputs.get("instanceTypes") or ())
    named = inputs.get("launchTemplate")
    template = call.scope.find(LAUNCH_TEMPLATE.token, str(named["id"])) if named and named.get("id") else None
    if template is not None and template.inputs.get("instanceType"):
        machines.append(template.inputs["instanceType"])
    subnets = (call.scope.find(SUBNET.token, id) for id in inputs.get("subnetIds") or ())
    zones = dict.fromkeys(subnet.state["availabilityZone"] for subnet in subnets if subnet is not None)
    return [(machine, zone) for machine in machines for zone in zones]


NODE_GROUP: Final = AwsType(
    token="aws:eks/nodeGroup:NodeGroup",
    identifiers=Identifiers(
        id="{clusterName}:{nodeGroupName}",
        arn=arn("eks", "nodegroup/{clusterName}/{nodeGroupName}/{uuid}"),
        name=Name(property="nodeGroupName", prefix="nodeGroupNamePrefix", longest=63),
    ),
    api=Request(
        shape="eks.CreateNodegroup",
        names={
            "nodeRoleArn": "nodeRole",
            "subnetIds": "subnets",
            "instanceTypes": OfRequest("ec2.RunInstances.InstanceType"),
            "remoteAccess.sourceSecurityGroupIds": "sourceSecurityGroups",
        },
        uncovered={"nodeGroupNamePrefix": "a name is made of it, and AWS sees only that"},
    ),
    formats={"version": kubernetes_version},
    input_rules=(_launch, _sizes, _update),
    references={"clusterName": CLUSTER_NAME},
    preconditions=(_in_cluster, _template),
    unique=Unique(
        code=IN_USE,
        message="NodeGroup already exists with name {nodeGroupName} and cluster name {clusterName}",
        key=same("clusterName", "nodeGroupName"),
    ),
    defaults={
        "status": "ACTIVE",
        "amiType": "AL2023_x86_64_STANDARD",
        "capacityType": "ON_DEMAND",
        "updateConfig": {"maxUnavailable": 1},
    },
    outputs=_scaling_group,
    implies={"resources.autoscalingGroups.name": SCALING_GROUP_NAME},
    immutable=paths(
        "clusterName nodeGroupName nodeGroupNamePrefix nodeRoleArn subnetIds amiType capacityType instanceTypes"
        " diskSize launchTemplate.id launchTemplate.name remoteAccess"
    ),
    uses=(
        Use(target=SUBNET.token, property="subnetIds", refusal=SUBNET_IN_USE),
        Use(
            target=CLUSTER.token,
            property="clusterName",
            refusal=InUse(code=IN_USE, message="Cluster {id} has nodegroups attached: {users}"),
        ),
    ),
    sku_zones=_sku_zones,
)

TYPES: Final = (NODE_GROUP,)
