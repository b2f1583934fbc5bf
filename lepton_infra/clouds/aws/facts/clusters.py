"""Clusters of EKS and machines of EC2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from lepton_infra.clouds.aws.facts.databases import disk_encryption
from lepton_infra.clouds.aws.facts.keys import encryption
from lepton_infra.compliance.facts import Cluster, Encryption, Nodes
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen, Unknown
from lepton_infra.compliance.graph.paths import items
from lepton_infra.compliance.graph.three_valued import concluded, every, on, some, whole

CLUSTER = "aws:eks/cluster:Cluster"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
ADDON = "aws:eks/addon:Addon"
POD_IDENTITY = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
TOKEN_ISSUER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
INSTANCE = "aws:ec2/instance:Instance"
SUBNETS = ("aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet")
TYPES = frozenset({CLUSTER, NODE_GROUP, ADDON, POD_IDENTITY, TEMPLATE, INSTANCE})

_LOGS = {"authenticator": "authentication"}
_ENCRYPTS_IN_TRANSIT = frozenset({
    "c5n", "c6a", "c6gn", "c6i", "c6id", "c6in", "c7a", "c7g", "c7gd", "c7gn", "c7i", "c8g", "g4ad", "g4dn", "g5",
    "g6", "g6e", "gr6", "inf1", "inf2", "m5dn", "m5n", "m5zn", "m6a", "m6i", "m6id", "m6idn", "m6in", "m7a", "m7g",
    "m7gd", "m7i", "m7i-flex", "m8g", "p3dn", "p4d", "p4de", "p5", "p5e", "p5en", "p6-b200", "r5dn", "r5n", "r6a",
    "r6i", "r6id", "r6idn", "r6in", "r7a", "r7g", "r7gd", "r7i", "r8g", "trn1", "trn1n", "trn2", "x2idn", "x2iedn",
})  # fmt: skip
"""Families whose machines encrypt what they send one another ("Encryption in transit", EC2 user guide)."""
_ACCELERATED = ("g", "p", "inf", "trn", "dl", "f", "vt")
"""What names of accelerated machines begin with, before a digit."""


def read_clusters(graph: Graph) -> Iterator[Cluster]:
    """Every control plane."""
    for resource in graph.of(CLUSTER):
        yield _cluster(graph, resource)


def read_nodes(graph: Graph) -> Iterator[Nodes]:
    """Every node group and every machine of its own."""
    for resource in graph.of(NODE_GROUP):
        templates = graph.refers(resource, "launchTemplate", TEMPLATE)
        yield _nodes(graph, resource, templates[0] if templates else None)
    for resource in graph.of(INSTANCE):
        yield _machine(graph, resource)


def _cluster(graph: Graph, cluster: Resource) -> Cluster:
    secrets, _ = encryption(graph, cluster, "encryptionConfig.provider.keyArn")
    mode = cluster.get("accessConfig.authenticationMode", "CONFIG_MAP")
    creator = cluster.get("accessConfig.bootstrapClusterCreatorAdminPermissions", True)
    logs = cluster.get("enabledClusterLogTypes", [])
    return Cluster(
        resource=cluster,
        open_to=_open_to(cluster),
        secrets_key=secrets,
        local_accounts=cluster.says(
            some(concluded(mode, lambda value: value != "API"), on(creator)),
            "accessConfig.bootstrapClusterCreatorAdminPermissions"
            if mode == "API"
            else "accessConfig.authenticationMode",
        ),
        workload_identity=_workload_identity(graph, cluster),
        network_policy=_network_policy(graph, cluster),
        audit_logs=cluster.says(
            concluded(logs, lambda types: frozenset(_LOGS.get(str(each), str(each)) for each in items(types))),
            "enabledClusterLogTypes",
        ),
        transport_encrypted=_transport(graph, cluster),
        # Whatever checks images at the door is installed in the cluster, and read there.
        verifies_images=cluster.says(False),
        locked=cluster.says(
            every(cluster.protect, on(cluster.get("deletionProtection"))),
            "deletionProtection" if cluster.protect else "protect",
        ),
        zones=_zones(graph, cluster, "vpcConfig", "vpcConfig.subnetIds"),
    )


def _open_to(cluster: Resource) -> Seen[frozenset[str]]:
    """EKS opens the API to everybody where nothing is said."""
    public = on(cluster.get("vpcConfig.endpointPublicAccess", True))
    if public is False:
        return cluster.says(frozenset(), "vpcConfig.endpointPublicAccess")
    networks = cluster.get("vpcConfig.publicAccessCidrs") or ["0.0.0.0/0"]
    known = not isinstance(public, Unknown) and not isinstance(networks, Unknown) and UNKNOWN not in items(networks)
    path = "vpcConfig.publicAccessCidrs"
    return cluster.says(frozenset(map(str, items(networks))) if known else UNKNOWN, path)


def _of(graph: Graph, cluster: Resource, type: str) -> list[Resource]:
    return [each for each in graph.of(type) if cluster in graph.refers(each, "clusterName", CLUSTER)]


def _workload_identity(graph: Graph, cluster: Resource) -> Seen[bool]:
    """Roles for service accounts: by Pod Identity's agent, or by trust in the cluster's token issuer."""
    agent = [each for each in _of(graph, cluster, ADDON) if each.get("addonName") == "eks-pod-identity-agent"]
    issuer = [each for each in graph.of(TOKEN_ISSUER) if cluster.urn in each.depends_on]
    for each in (*agent, *_of(graph, cluster, POD_IDENTITY), *issuer):
        return each.says(True)
    return cluster.says(False)


def _network_policy(graph: Graph, cluster: Resource) -> Seen[bool]:
    """The network add-on enforces policies only if it is told to."""
    for each in _of(graph, cluster, ADDON):
        if each.get("addonName") == "vpc-cni":
            return each.says(concluded(each.get("configurationValues", ""), _enforces), "configurationValues")
    return cluster.says(False)


def _enforces(text: Any) -> bool:
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError:
        return False
    return isinstance(values, Mapping) and on(values.get("enableNetworkPolicy")) is True


def _transport(graph: Graph, cluster: Resource) -> Seen[bool] | None:
    """No question where all machines encrypt by themselves."""
    groups = _of(graph, cluster, NODE_GROUP)
    for group in groups:
        for machine in _machine_types(graph, group):
            if isinstance(machine, Unknown):
                return group.says(UNKNOWN, "instanceTypes")
            if str(machine).partition(".")[0] not in _ENCRYPTS_IN_TRANSIT:
                return group.says(False, "instanceTypes")
    return None if groups else cluster.says(False)


def _machine_types(graph: Graph, group: Resource) -> list[object]:
    """The types that a group may start: its own, or that of its template; EKS takes t3.medium where none says."""
    templates = graph.refers(group, "launchTemplate", TEMPLATE)
    named = items(group.get("instanceTypes")) or [each for t in templates for each in items(t.get("instanceType"))]
    return named or ["t3.medium"]


def _zones(graph: Graph, resource: Resource, property: str, path: str) -> Seen[int]:
    """In how many zones its subnets are; not known of subnets that others made."""
    subnets = graph.refers(resource, property, *SUBNETS)
    given = resource.get(path, [])
    zones = {subnet.get("availabilityZone", subnet.get("availabilityZoneId")) for subnet in subnets}
    known = {zone for zone in zones if isinstance(zone, str)}
    foreign = isinstance(given, Unknown) and not subnets
    foreign = foreign or (not isinstance(given, Unknown) and len(items(given)) > len(subnets))
    if foreign or len(known) < len(zones):
        return resource.says(UNKNOWN, path)
    return resource.says(len(known), path)


def _nodes(graph: Graph, group: Resource, template: Resource | None) -> Nodes:
    subnets = graph.refers(group, "subnetIds", *SUBNETS)
    public = some(*(on(subnet.get("mapPublicIpOnLaunch")) for subnet in subnets)) if subnets else UNKNOWN
    if template is None:
        # What EKS launches without a template: its own unencrypted disk, and metadata that pods reach.
        disk, _ = disk_encryption(graph, group, "diskEncryption", "diskKey")
        guarded, login = group.says(False, "launchTemplate"), group.get("remoteAccess") is not None
    else:
        disk, guarded = _disks(graph, template), _guarded(template)
        interfaces = items(template.get("networkInterfaces"))
        addresses = [
            on(each.get("associatePublicIpAddress")) if isinstance(each, Mapping) else UNKNOWN for each in interfaces
        ]
        # What an interface says goes before what its subnet does.
        public = some(public, *addresses)
        login = group.get("remoteAccess") is not None or template.get("keyName") is not None
    machines = _machine_types(graph, group)
    image = str(group.get("amiType", ""))
    return Nodes(
        resource=group,
        disk=disk,
        metadata_guarded=guarded,
        public_address=group.says(public, "subnetIds"),
        remote_login=group.says(login, "remoteAccess"),
        verified_boot=None,
        zones=_zones(graph, group, "subnetIds", "subnetIds"),
        accelerated=any(map(_accelerated, machines)) or any(word in image for word in ("NVIDIA", "GPU", "NEURON")),
    )


def _accelerated(machine: object) -> bool:
    family = str(machine).partition(".")[0]
    return any(family.startswith(head) and family[len(head) : len(head) + 1].isdigit() for head in _ACCELERATED)


def _disks(graph: Graph, template: Resource) -> Seen[Encryption]:
    """The weakest encryption of a template's disks."""
    mappings = template.get("blockDeviceMappings", [])
    if isinstance(mappings, Unknown):
        return template.says(UNKNOWN, "blockDeviceMappings")
    roots = [f"blockDeviceMappings[{index}].ebs" for index, _ in enumerate(items(mappings))] or ["ebs"]
    found = [disk_encryption(graph, template, f"{root}.encrypted", f"{root}.kmsKeyId")[0] for root in roots]
    unknown = next((each for each in found if isinstance(each.value, Unknown)), None)
    order = list(Encryption)
    return unknown or min(found, key=lambda each: [each.value == weaker for weaker in order].index(True))


def _guarded(holder: Resource) -> Seen[bool]:
    """Session tokens are demanded, and one hop keeps pods away; or there is no metadata at all."""
    if holder.get("metadataOptions.httpEndpoint") == "disabled":
        return holder.says(True, "metadataOptions.httpEndpoint")
    tokens = concluded(holder.get("metadataOptions.httpTokens"), lambda value: value == "required")
    hops = concluded(whole(holder.get("metadataOptions.httpPutResponseHopLimit")), lambda value: value == 1)
    path = "metadataOptions.httpTokens" if tokens is not True else "metadataOptions.httpPutResponseHopLimit"
    return holder.says(every(tokens, hops), path)


def _machine(graph: Graph, machine: Resource) -> Nodes:
    """A machine that a program starts itself."""
    disk, _ = disk_encryption(graph, machine, "rootBlockDevice.encrypted", "rootBlockDevice.kmsKeyId")
    address = machine.get("associatePublicIpAddress")
    if address is None:
        subnets = graph.refers(machine, "subnetId", *SUBNETS)
        address = some(*(on(each.get("mapPublicIpOnLaunch")) for each in subnets)) if subnets else UNKNOWN
    return Nodes(
        resource=machine,
        disk=disk,
        metadata_guarded=_guarded(machine),
        public_address=machine.says(on(address), "associatePublicIpAddress"),
        remote_login=machine.says(machine.get("keyName") is not None, "keyName"),
        verified_boot=None,
        zones=machine.says(1),
        accelerated=_accelerated(machine.get("instanceType", "")),
    )
