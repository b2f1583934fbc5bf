"""The outputs that AWS computes, where others use them."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any, Final

from lepton_infra.simulator.aws import cluster_outputs, oversight_outputs, tokens
from lepton_infra.simulator.aws.defaults import SERVICE_DEFAULTS
from lepton_infra.simulator.aws.forms import FORMS
from lepton_infra.simulator.aws.identity import arn_outputs, hex17, physical_name, unique_id
from lepton_infra.simulator.aws.made import CREATED, Thing
from lepton_infra.simulator.aws.places import place_of, zone_id, zones
from lepton_infra.simulator.behaviour import Call
from lepton_infra.simulator.merging import overlay

# Addresses set aside for benchmarks (RFC 2544), which nobody on the internet answers on.
_PUBLIC_ADDRESSES: Final = ipaddress.IPv4Network("198.18.0.0/15")
_UNCOUNTED: Final = frozenset({"tags", "defaultVersion", "updateDefaultVersion"})
"""Properties of a launch template whose change makes no new version."""


def computed(call: Call, id: str) -> dict[str, Any]:
    """Every output of a live resource that its inputs do not give: the same after an update, but for what counts up."""
    thing = Thing(call=call, id=id, place=place_of(call.scope))
    outputs = {**_common(thing), **arn_outputs(call, id)}
    for more in (SERVICE_DEFAULTS.get(call.type, {}), _OUTPUTS.get(call.type, _nothing)(thing)):
        outputs = overlay(outputs, more)
    if call.old is not None:
        outputs = {key: _onto(call.old.state.get(key), value) for key, value in outputs.items()}
    return _ungiven(outputs, call.inputs)


def _onto(before: Any, value: Any) -> Any:
    """A value over the one of before, so that members which the core completed stay."""
    return overlay(before, value) if isinstance(before, Mapping) and isinstance(value, Mapping) else value


def _ungiven(outputs: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """``outputs`` without what ``inputs`` say already."""
    ungiven = {}
    for key, value in outputs.items():
        given = inputs.get(key)
        if given is None:
            ungiven[key] = value
        elif isinstance(value, Mapping) and isinstance(given, Mapping):
            ungiven[key] = _ungiven(value, given)
    return ungiven


def _nothing(thing: Thing) -> dict[str, Any]:
    return {}


def _common(thing: Thing) -> dict[str, Any]:
    """``tagsAll`` and ``region`` where the type has them, and the name that a prefix became."""
    call = thing.call
    outputs: dict[str, Any] = {"tagsAll": dict(call.inputs["tags"])} if call.inputs.get("tags") else {}
    if not call.type.startswith("aws:iam/"):
        outputs["region"] = thing.place.region
    form, name = FORMS.get(call.type), physical_name(call)
    if form is not None and form.name is not None and name is not None:
        outputs[form.name.property] = name
        if form.name.prefix is not None:
            outputs[form.name.prefix] = ""
    return outputs


def _vpc(thing: Thing) -> dict[str, Any]:
    table = f"rtb-{hex17(thing.seed('table'))}"
    return {
        "ownerId": thing.place.account,
        "defaultSecurityGroupId": f"sg-{hex17(thing.seed('group'))}",
        "defaultNetworkAclId": f"acl-{hex17(thing.seed('acl'))}",
        "defaultRouteTableId": table,
        "mainRouteTableId": table,
        "dhcpOptionsId": f"dopt-{hex17(thing.place.account)}",
        "ipv6AssociationId": "",
    }


def _subnet(thing: Thing) -> dict[str, Any]:
    region = thing.place.region
    zone = thing.call.inputs.get("availabilityZone") or zones(region)[0]
    return {"ownerId": thing.place.account, "availabilityZone": zone, "availabilityZoneId": zone_id(region, zone)}


def _owned(thing: Thing) -> dict[str, Any]:
    return {"ownerId": thing.place.account}


def _eip(thing: Thing) -> dict[str, Any]:
    address = _PUBLIC_ADDRESSES[1 + int(thing.seed("address")[:8], 16) % (_PUBLIC_ADDRESSES.num_addresses - 2)]
    dashed = str(address).replace(".", "-")
    return {
        "allocationId": thing.id,
        "publicIp": str(address),
        "publicDns": f"ec2-{dashed}.{thing.place.region}.compute.{thing.place.domain}",
        "networkBorderGroup": thing.place.region,
        "publicIpv4Pool": "amazon",
    }


def _nat_gateway(thing: Thing) -> dict[str, Any]:
    subnet = thing.find(tokens.SUBNET, "subnetId")
    address = thing.find(tokens.EIP, "allocationId")
    outputs = {
        "networkInterfaceId": f"eni-{hex17(thing.seed('interface'))}",
        "associationId": f"eipassoc-{hex17(thing.seed('association'))}",
    }
    if address is not None:
        outputs["publicIp"] = address.state["publicIp"]
    if subnet is not None:
        # The first four addresses of a subnet are AWS's own.
        network = ipaddress.IPv4Network(subnet.inputs["cidrBlock"])
        outputs["privateIp"] = str(network[4 + int(thing.seed("private")[:8], 16) % (network.num_addresses - 5)])
    return outputs


def _vpc_endpoint(thing: Thing) -> dict[str, Any]:
    inputs = thing.call.inputs
    if inputs.get("vpcEndpointType") != "Interface":
        return {"ownerId": thing.place.account, "prefixListId": f"pl-{thing.seed('prefixes')[:8]}"}
    service = str(inputs.get("serviceName", "")).rpartition(f".{thing.place.region}.")[2]
    host = f"{service}.{thing.place.region}.vpce.{thing.place.domain}"
    zone = f"Z{unique_id('', thing.place.region)[:13]}"
    return {
        "ownerId": thing.place.account,
        "prefixListId": "",
        "dnsEntries": [{"dnsName": f"{thing.id}-{thing.seed('dns')[:8]}.{host}", "hostedZoneId": zone}],
        "networkInterfaceIds": [f"eni-{hex17(thing.seed(subnet))}" for subnet in inputs.get("subnetIds") or ()],
    }


def _launch_template(thing: Thing) -> dict[str, Any]:
    """A template counts its versions: every change but that of tags and of the default version makes one."""
    call = thing.call
    if call.old is None:
        return {"latestVersion": 1, "defaultVersion": 1}
    changed = {name for name in {*call.old.inputs, *call.inputs} if call.old.inputs.get(name) != call.inputs.get(name)}
    latest = int(call.old.state["latestVersion"]) + (1 if changed - _UNCOUNTED else 0)
    default = latest if call.inputs.get("updateDefaultVersion") else call.old.state["defaultVersion"]
    return {"latestVersion": latest, "defaultVersion": call.inputs.get("defaultVersion") or default}


def _security_group_rule(thing: Thing) -> dict[str, Any]:
    return {"securityGroupRuleId": thing.id}


def _bucket(thing: Thing) -> dict[str, Any]:
    place = thing.place
    return {
        "bucketDomainName": f"{thing.id}.s3.{place.domain}",
        "bucketRegionalDomainName": f"{thing.id}.s3.{place.region}.{place.domain}",
        "bucketRegion": place.region,
    }


def _key(thing: Thing) -> dict[str, Any]:
    return {"keyId": thing.id}


def _alias(thing: Thing) -> dict[str, Any]:
    """The target may be given as a key's id or its ARN; the other is computed."""
    target = str(thing.call.inputs.get("targetKeyId", ""))
    place = thing.place
    arn = f"arn:{place.partition}:kms:{place.region}:{place.account}:key/{target}"
    return {"targetKeyArn": target if target.startswith("arn:") else arn}


def _iam(prefix: str) -> Callable[[Thing], dict[str, Any]]:
    def outputs(thing: Thing) -> dict[str, Any]:
        return {"uniqueId": unique_id(prefix, thing.seed("unique")), "createDate": CREATED}

    return outputs


def _policy(thing: Thing) -> dict[str, Any]:
    return {"policyId": unique_id("ANPA", thing.seed("unique"))}


def _service_linked_role(thing: Thing) -> dict[str, Any]:
    path, _, name = thing.id.partition(":role")[2].rpartition("/")
    return {**_iam("AROA")(thing), "name": name, "path": f"{path}/"}


def _repository(thing: Thing) -> dict[str, Any]:
    place = thing.place
    registry = f"{place.account}.dkr.ecr.{place.region}.{place.domain}"
    return {"registryId": place.account, "repositoryUrl": f"{registry}/{thing.id}"}


def _registry(thing: Thing) -> dict[str, Any]:
    return {"registryId": thing.place.account}


def _queue(thing: Thing) -> dict[str, Any]:
    return {"url": thing.id}


_OUTPUTS: Final[Mapping[str, Callable[[Thing], dict[str, Any]]]] = {
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
    tokens.BUCKET: _bucket,
    tokens.BUCKET_V2: _bucket,
    tokens.KEY: _key,
    tokens.ALIAS: _alias,
    tokens.ROLE: _iam("AROA"),
    tokens.INSTANCE_PROFILE: _iam("AIPA"),
    tokens.SERVICE_LINKED_ROLE: _service_linked_role,
    tokens.POLICY: _policy,
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
