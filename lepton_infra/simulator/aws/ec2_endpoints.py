"""Amazon VPC endpoints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from lepton_infra.simulator.aws.ec2_membership import same_vpc
from lepton_infra.simulator.aws.ec2_network import SUBNET, SUBNET_IN_USE, VPC, VPC_IN_USE, ec2_reference
from lepton_infra.simulator.aws.ec2_security_groups import SECURITY_GROUP, SECURITY_GROUP_IN_USE
from lepton_infra.simulator.aws.identifiers import ec2_identifiers, hex17, unique_id
from lepton_infra.simulator.aws.input_rules import Findings
from lepton_infra.simulator.aws.places import Place
from lepton_infra.simulator.aws.policy_documents import resource_policy
from lepton_infra.simulator.aws.resource_type import AwsType, LiveResource, Request, Unique
from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Properties
from lepton_infra.simulator.core.resource_type import Use, paths
from lepton_infra.simulator.core.uniqueness import same

VPC_ENDPOINT_ID: Final = ec2_reference("vpce", "InvalidVpcEndpointId", "Vpc Endpoint Id")

_SERVICE: Final = re.compile(r"(?:com|cn\.com|aws\.api)\.amazonaws\.(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)\..+")
_ONLY_FOR: Final[Mapping[str, tuple[str, ...]]] = {
    "Gateway": ("subnetIds", "securityGroupIds", "privateDnsEnabled"),
    "Interface": ("routeTableIds",),
}
"""Properties that an endpoint of the kind does not take."""


def _service_name(inputs: Properties, place: Place) -> Findings:
    name = inputs.get("serviceName")
    if not isinstance(name, str) or name.startswith("com.amazonaws.vpce."):
        return
    found = _SERVICE.fullmatch(name)
    if found is None:
        yield Failure(
            path="serviceName", reason=f'"{name}" is not a service; allowed: com.amazonaws.<region>.<service>'
        )
    elif found["region"] != place.region and inputs.get("serviceRegion") is None:
        reason = f'InvalidServiceName: "{name}" is a service of {found["region"]}; the provider is in {place.region}'
        yield Failure(path="serviceName", reason=reason)


def _kind(inputs: Properties, place: Place) -> Findings:
    kind = inputs.get("vpcEndpointType", "Gateway")
    for property in _ONLY_FOR.get(kind, ()) if isinstance(kind, str) else ():
        if inputs.get(property):
            yield Failure(path=property, reason=f"InvalidParameter: not for an endpoint of type {kind}")


def _one_subnet_in_each_zone(call: Call) -> None:
    """An interface endpoint has at most one subnet in each zone."""
    zones: dict[str, str] = {}
    for id in call.inputs.get("subnetIds") or ():
        found = call.scope.find(SUBNET.token, id)
        if found is None:
            continue
        zone = found.state["availabilityZone"]
        if zone in zones:
            raise CloudError(
                "DuplicateSubnetsInSameZone",
                f"Found another VPC endpoint subnet in the availability zone of {id}: {zones[zone]} in {zone}",
            )
        zones[zone] = id


def _private_service(inputs: Mapping[str, Any]) -> object:
    """A VPC resolves the host name of a service to one endpoint."""
    return same("vpcId", "serviceName")(inputs) if inputs.get("privateDnsEnabled") else None


def _interfaces(live: LiveResource) -> dict[str, Any]:
    inputs = live.call.inputs
    if inputs.get("vpcEndpointType") != "Interface":
        return {"ownerId": live.place.account, "prefixListId": f"pl-{live.seed('prefixes')[:8]}"}
    service = str(inputs.get("serviceName", "")).rpartition(f".{live.place.region}.")[2]
    host = f"{service}.{live.place.region}.vpce.{live.place.domain}"
    zone = f"Z{unique_id('', live.place.region)[:13]}"
    return {
        "ownerId": live.place.account,
        "prefixListId": "",
        "dnsEntries": [{"dnsName": f"{live.id}-{live.seed('dns')[:8]}.{host}", "hostedZoneId": zone}],
        "networkInterfaceIds": [f"eni-{hex17(live.seed(subnet))}" for subnet in inputs.get("subnetIds") or ()],
    }


VPC_ENDPOINT: Final = AwsType(
    token="aws:ec2/vpcEndpoint:VpcEndpoint",
    identifiers=ec2_identifiers("vpce", "vpc-endpoint"),
    referred_to=VPC_ENDPOINT_ID,
    api=Request(shape="ec2.CreateVpcEndpoint", names={"policy": "PolicyDocument"}),
    formats={"policy": resource_policy},
    input_rules=(_service_name, _kind),
    preconditions=(same_vpc, _one_subnet_in_each_zone),
    unique=Unique(
        code="InvalidParameter",
        message="private-dns-enabled cannot be set because there is already a conflicting DNS domain for {serviceName}"
        " in the VPC {vpcId}: {id}",
        key=_private_service,
    ),
    defaults={
        "vpcEndpointType": "Gateway",
        "state": "available",
        "requesterManaged": False,
        "privateDnsEnabled": False,
        "routeTableIds": [],
        "securityGroupIds": [],
        "subnetIds": [],
        "cidrBlocks": [],
        "dnsEntries": [],
        "networkInterfaceIds": [],
    },
    outputs=_interfaces,
    immutable=paths("vpcId serviceName vpcEndpointType serviceRegion resourceConfigurationArn serviceNetworkArn"),
    uses=(
        Use(target=VPC.token, property="vpcId", refusal=VPC_IN_USE),
        Use(target=SUBNET.token, property="subnetIds", refusal=SUBNET_IN_USE),
        Use(target=SECURITY_GROUP.token, property="securityGroupIds", refusal=SECURITY_GROUP_IN_USE),
    ),
)

TYPES: Final = (VPC_ENDPOINT,)
