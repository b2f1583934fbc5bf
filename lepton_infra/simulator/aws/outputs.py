"""The outputs that AWS computes, where others use them."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any, Final

from lepton_infra.simulator.aws import cluster_outputs, oversight_outputs, tokens
from lepton_infra.simulator.aws.identifiers import hex17, unique_id
from lepton_infra.simulator.aws.places import zone_id, zones
from lepton_infra.simulator.aws.resource_type import LiveResource
from lepton_infra.simulator.determinism import CREATED

# Addresses set aside for benchmarks (RFC 2544), which nobody on the internet answers on.
_PUBLIC_ADDRESSES: Final = ipaddress.IPv4Network("198.18.0.0/15")
_UNCOUNTED: Final = frozenset({"tags", "defaultVersion", "updateDefaultVersion"})
"""Properties of a launch template whose change makes no new version."""


def _vpc(live: LiveResource) -> dict[str, Any]:
    table = f"rtb-{hex17(live.seed('table'))}"
    return {
        "ownerId": live.place.account,
        "defaultSecurityGroupId": f"sg-{hex17(live.seed('group'))}",
        "defaultNetworkAclId": f"acl-{hex17(live.seed('acl'))}",
        "defaultRouteTableId": table,
        "mainRouteTableId": table,
        "dhcpOptionsId": f"dopt-{hex17(live.place.account)}",
        "ipv6AssociationId": "",
    }


def _subnet(live: LiveResource) -> dict[str, Any]:
    region = live.place.region
    zone = live.call.inputs.get("availabilityZone") or zones(region)[0]
    return {"ownerId": live.place.account, "availabilityZone": zone, "availabilityZoneId": zone_id(region, zone)}


def _owned(live: LiveResource) -> dict[str, Any]:
    return {"ownerId": live.place.account}


def _eip(live: LiveResource) -> dict[str, Any]:
    address = _PUBLIC_ADDRESSES[1 + int(live.seed("address")[:8], 16) % (_PUBLIC_ADDRESSES.num_addresses - 2)]
    dashed = str(address).replace(".", "-")
    return {
        "allocationId": live.id,
        "publicIp": str(address),
        "publicDns": f"ec2-{dashed}.{live.place.region}.compute.{live.place.domain}",
        "networkBorderGroup": live.place.region,
        "publicIpv4Pool": "amazon",
    }


def _nat_gateway(live: LiveResource) -> dict[str, Any]:
    subnet = live.find(tokens.SUBNET, "subnetId")
    address = live.find(tokens.EIP, "allocationId")
    outputs = {
        "networkInterfaceId": f"eni-{hex17(live.seed('interface'))}",
        "associationId": f"eipassoc-{hex17(live.seed('association'))}",
    }
    if address is not None:
        outputs["publicIp"] = address.state["publicIp"]
    if subnet is not None:
        # The first four addresses of a subnet are AWS's own.
        network = ipaddress.IPv4Network(subnet.inputs["cidrBlock"])
        outputs["privateIp"] = str(network[4 + int(live.seed("private")[:8], 16) % (network.num_addresses - 5)])
    return outputs


def _vpc_endpoint(live: LiveResource) -> dict[str, Any]:
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


def _launch_template(live: LiveResource) -> dict[str, Any]:
    """A template counts its versions: every change but that of tags and of the default version makes one."""
    call = live.call
    if call.old is None:
        return {"latestVersion": 1, "defaultVersion": 1}
    changed = {name for name in {*call.old.inputs, *call.inputs} if call.old.inputs.get(name) != call.inputs.get(name)}
    latest = int(call.old.state["latestVersion"]) + (1 if changed - _UNCOUNTED else 0)
    default = latest if call.inputs.get("updateDefaultVersion") else call.old.state["defaultVersion"]
    return {"latestVersion": latest, "defaultVersion": call.inputs.get("defaultVersion") or default}


def _security_group_rule(live: LiveResource) -> dict[str, Any]:
    return {"securityGroupRuleId": live.id}


def _iam(prefix: str) -> Callable[[LiveResource], dict[str, Any]]:
    def outputs(live: LiveResource) -> dict[str, Any]:
        return {"uniqueId": unique_id(prefix, live.seed("unique")), "createDate": CREATED}

    return outputs


def _service_linked_role(live: LiveResource) -> dict[str, Any]:
    path, _, name = live.id.partition(":role")[2].rpartition("/")
    return {**_iam("AROA")(live), "name": name, "path": f"{path}/"}


def _repository(live: LiveResource) -> dict[str, Any]:
    place = live.place
    registry = f"{place.account}.dkr.ecr.{place.region}.{place.domain}"
    return {"registryId": place.account, "repositoryUrl": f"{registry}/{live.id}"}


def _registry(live: LiveResource) -> dict[str, Any]:
    return {"registryId": live.place.account}


def _queue(live: LiveResource) -> dict[str, Any]:
    return {"url": live.id}


OUTPUTS: Final[Mapping[str, Callable[[LiveResource], dict[str, Any]]]] = {
    tokens.VPC: _vpc,
    tokens.SUBNET: _subnet,
    tokens.INTERNET_GATEWAY: _owned,
    tokens.EIP: _eip,
    tokens.NAT_GATEWAY: _nat_gateway,
    tokens.ROUTE_TABLE: _owned,
    tokens.VPC_ENDPOINT: _vpc_endpoint,
    tokens.SECURITY_GROUP: _owned,
    tokens.DEFAULT_SECURITY_GROUP: _owned,
    tokens.LAUNCH_TEMPLATE: _launch_template,
    tokens.INGRESS_RULE: _security_group_rule,
    tokens.EGRESS_RULE: _security_group_rule,
    tokens.CLUSTER: cluster_outputs.cluster,
    tokens.NODE_GROUP: cluster_outputs.node_group,
    tokens.ADDON: cluster_outputs.addon,
    tokens.ACCESS_ENTRY: cluster_outputs.access_entry,
    tokens.ACCESS_POLICY_ASSOCIATION: cluster_outputs.access_policy,
    tokens.POD_IDENTITY_ASSOCIATION: cluster_outputs.pod_identity,
    tokens.REPOSITORY: _repository,
    tokens.REPOSITORY_POLICY: _registry,
    tokens.ECR_LIFECYCLE_POLICY: _registry,
    tokens.REGISTRY_POLICY: _registry,
    tokens.REGISTRY_SCANNING: _registry,
    tokens.QUEUE: _queue,
    tokens.TRAIL: oversight_outputs.trail,
    tokens.TOPIC: oversight_outputs.topic,
    tokens.TOPIC_POLICY: oversight_outputs.topic,
    tokens.TOPIC_SUBSCRIPTION: oversight_outputs.subscription,
    tokens.EVENT_RULE: oversight_outputs.rule,
    tokens.EVENT_TARGET: oversight_outputs.target,
    tokens.BACKUP_PLAN: oversight_outputs.plan,
    tokens.DETECTOR: oversight_outputs.detector,
}
