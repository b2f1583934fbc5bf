"""Facts of AKS clusters and agent pools."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.clouds.azure.facts.declared import Azure, differs, equals
from lepton_infra.clouds.azure.facts.protection import categories, is_locked, settings_of
from lepton_infra.compliance.facts import Cluster, Encryption, Nodes
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource, Seen
from lepton_infra.compliance.graph.paths import at
from lepton_infra.compliance.graph.three_valued import every_seen, told

CLUSTER: Final = "containerservice:ManagedCluster"
POOL: Final = "containerservice:AgentPool"
KINDS: Final = frozenset({CLUSTER, POOL})

ANYBODY: Final = "0.0.0.0/0"

_AUDIT: Final[Mapping[str, frozenset[str]]] = {
    "kube-apiserver": frozenset({"api"}),
    "kube-audit": frozenset({"audit"}),
    "kube-audit-admin": frozenset({"audit"}),
    "guard": frozenset({"authentication"}),
    "audit": frozenset({"audit", "authentication"}),
    "allLogs": frozenset({"api", "audit", "authentication"}),
}
"""Kinds of log in each category, or category group, of AKS ("AKS control plane/resource logs")."""

_GPU_SIZES: Final = ("standard_nc", "standard_nd", "standard_ng", "standard_nv")


def clusters(azure: Azure) -> Iterator[Cluster]:
    """Facts of every AKS managed cluster."""
    for resource in azure.of(CLUSTER):
        yield Cluster(
            resource=resource,
            open_to=_open_to(resource),
            secrets_key=told(
                resource,
                "securityProfile.azureKeyVaultKms.enabled",
                lambda enabled: Encryption.CUSTOMER if enabled is True else Encryption.PROVIDER,
                False,
            ),
            local_accounts=differs(resource, "disableLocalAccounts", True, default=False),
            workload_identity=every_seen(
                equals(resource, "oidcIssuerProfile.enabled", True, default=False),
                equals(resource, "securityProfile.workloadIdentity.enabled", True, default=False),
            ),
            network_policy=differs(resource, "networkProfile.networkPolicy", None, "none"),
            audit_logs=_audit_logs(azure, resource),
            transport_encrypted=_transport(azure, resource),
            # Azure's own check of images at admission never left its preview.
            verifies_images=resource.says(False),
            locked=is_locked(azure, resource),
            zones=_zones(resource, "agentPoolProfiles"),
        )


def _open_to(cluster: Resource) -> Seen[frozenset[str]]:
    private = cluster.get("apiServerAccessProfile.enablePrivateCluster", False)
    if private is True:
        return cluster.says(frozenset(), "apiServerAccessProfile.enablePrivateCluster")
    if private is UNKNOWN:
        return cluster.says(UNKNOWN, "apiServerAccessProfile.enablePrivateCluster")
    ranges: Any = cluster.get("apiServerAccessProfile.authorizedIPRanges") or [ANYBODY]
    unknown = ranges is UNKNOWN or UNKNOWN in ranges
    return cluster.says(UNKNOWN if unknown else frozenset(ranges), "apiServerAccessProfile.authorizedIPRanges")


def _audit_logs(azure: Azure, cluster: Resource) -> Seen[frozenset[str]]:
    settings = list(settings_of(azure, cluster))
    sent = [category for setting in settings for category in categories(setting)]
    found = frozenset(word for category in sent for word in _AUDIT.get(category, ()))
    return (settings[0] if settings else cluster).says(found, "logs" if settings else "")


def _transport(azure: Azure, cluster: Resource) -> Seen[bool]:
    """True if encryption is on in the nodes' virtual network, the only encryption between nodes that is read."""
    subnets = azure.named(cluster, "agentPoolProfiles", "network:Subnet")
    networks = [azure.parent(subnet) for subnet in subnets] or list(
        azure.named(cluster, "agentPoolProfiles", "network:VirtualNetwork")
    )
    for network in networks:
        if network is not None:
            return equals(network, "encryption.enabled", True, default=False)
    return cluster.says(False, "agentPoolProfiles")


def nodes(azure: Azure) -> Iterator[Nodes]:
    """Facts of every agent pool, the clusters' inline ``agentPoolProfiles`` included."""
    for cluster in azure.of(CLUSTER):
        pools: Any = cluster.get("agentPoolProfiles", ())
        for index in range(0 if pools is UNKNOWN else len(pools)):
            yield _nodes(azure, cluster, f"agentPoolProfiles[{index}].", cluster)
    for pool in azure.of(POOL):
        yield _nodes(azure, pool, "", azure.parent(pool))


def _nodes(azure: Azure, resource: Resource, pool: str, cluster: Resource | None) -> Nodes:
    size = str(resource.get(f"{pool}vmSize", "")).lower()
    accelerated = size.startswith(_GPU_SIZES) or resource.get(f"{pool}gpuProfile") is not None
    return Nodes(
        resource=resource,
        disk=_disk(resource, pool, cluster),
        metadata_guarded=_guarded(azure, resource, cluster),
        public_address=equals(resource, f"{pool}enableNodePublicIP", True, default=False),
        remote_login=_remote_login(resource, pool, cluster),
        # A driver of a GPU is no part of what the firmware knows, and AKS does not start such machines securely.
        verified_boot=None
        if accelerated
        else equals(resource, f"{pool}securityProfile.enableSecureBoot", True, default=False),
        zones=_zones(resource, f"{pool}availabilityZones"),
        accelerated=accelerated,
    )


_METADATA: Final = ipaddress.ip_address("169.254.169.254")
"""Address of the "Azure Instance Metadata Service", which issues a machine's credentials."""


def _guarded(azure: Azure, resource: Resource, cluster: Resource | None) -> Seen[bool]:
    """True if network policies in every namespace keep pods from the machine's metadata; AKS has no setting for it."""
    if cluster is None:
        return resource.says(UNKNOWN, "resourceName")
    enforced = differs(cluster, "networkProfile.networkPolicy", None, "none")
    if enforced.value is not True:
        return enforced
    policies = azure.graph.of("kubernetes:networking.k8s.io/v1:NetworkPolicy")
    namespaces = {each.get("metadata.name") for each in azure.graph.of("kubernetes:core/v1:Namespace")}
    closed = {each.get("metadata.namespace") for each in policies if _closes_egress(each)}
    open_to_it = [each for each in policies if _reaches_metadata(each)]
    return cluster.says(bool(namespaces) and namespaces <= closed and not open_to_it, "networkProfile.networkPolicy")


def _closes_egress(policy: Resource) -> bool:
    everything = not policy.get("spec.podSelector.matchLabels") and not policy.get("spec.podSelector.matchExpressions")
    directions = [direction for _, direction in at(policy.inputs, "spec.policyTypes[]")]
    return everything and "Egress" in directions and not policy.get("spec.egress")


def _reaches_metadata(policy: Resource) -> bool:
    """True if a NetworkPolicy allows egress to the metadata address, by a CIDR or to anywhere."""
    rules: Any = policy.get("spec.egress", ())
    return rules is UNKNOWN or any(_rule_reaches(rule) for rule in rules)


def _rule_reaches(rule: Any) -> bool:
    peers = UNKNOWN if rule is UNKNOWN else rule.get("to")
    if peers is UNKNOWN or not peers:
        return True
    blocks = [peer["ipBlock"] for peer in peers if peer is not UNKNOWN and peer.get("ipBlock")]
    return UNKNOWN in peers or any(
        _has(block["cidr"]) and not any(map(_has, block.get("except") or ())) for block in blocks
    )


def _has(network: Any) -> bool:
    return network is UNKNOWN or _METADATA in ipaddress.ip_network(network, strict=False)


def _disk(resource: Resource, pool: str, cluster: Resource | None) -> Seen[Encryption]:
    """Encryption of nodes' disks: a customer's key needs a disk encryption set, and encryption at host for caches."""
    if cluster is None:
        return resource.says(UNKNOWN, "resourceName")
    path = "diskEncryptionSetID"
    if cluster.get(path) is None:
        return cluster.says(Encryption.PROVIDER, path)
    return told(
        resource,
        f"{pool}enableEncryptionAtHost",
        lambda on: Encryption.CUSTOMER if on is True else Encryption.PROVIDER,
        False,
    )


def _remote_login(resource: Resource, pool: str, cluster: Resource | None) -> Seen[bool]:
    """True if nodes accept SSH: the cluster has a ``linuxProfile`` with a key, and the pool does not disable it."""
    path = f"{pool}securityProfile.sshAccess"
    if resource.get(path) == "Disabled":
        return resource.says(False, path)
    if cluster is None:
        return resource.says(UNKNOWN, "resourceName")
    return cluster.says(cluster.get("linuxProfile") is not None, "linuxProfile")


def _zones(resource: Resource, path: str) -> Seen[int]:
    """Number of availability zones of a pool, or of all the pools of a cluster; without zones it is 1."""
    of_pools = "[].availabilityZones" if path == "agentPoolProfiles" else ""
    zones = [zone for _, zone in at({"at": resource.get(path)}, f"at{of_pools}[]")]
    return resource.says(UNKNOWN if UNKNOWN in zones else max(1, len(set(zones))), path)
