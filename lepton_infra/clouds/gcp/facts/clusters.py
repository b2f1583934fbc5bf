"""Facts of GKE clusters, node pools and Compute Engine instances."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.clouds.gcp.facts import places
from lepton_infra.clouds.gcp.facts.keys import encryption
from lepton_infra.clouds.gcp.facts.properties import at, items, made_of
from lepton_infra.compliance.facts import Cluster, Encryption, Facts, Nodes
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen, Unknown

CLUSTER: Final = "gcp:container/cluster:Cluster"
POOL: Final = "gcp:container/nodePool:NodePool"
INSTANCE: Final = "gcp:compute/instance:Instance"

EVERYBODY: Final = "0.0.0.0/0"
_ENFORCING: Final = frozenset(
    {"PROJECT_SINGLETON_POLICY_ENFORCE", "POLICY_BINDINGS", "POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE"}
)
_ZONES: Final = 3
"""Zones of a regional control plane ("Regional clusters", GKE documentation)."""
_WITH_GPUS: Final = re.compile(r"(a2|a3|a4|a4x|g2|g4)-.+")


def read(graph: Graph) -> Facts:
    """Facts of all clusters, node pools and instances outside of clusters."""
    return Facts(
        clusters=tuple(_cluster(graph, each) for each in graph.of(CLUSTER)),
        nodes=tuple(_nodes(graph)),
    )


def _cluster(graph: Graph, cluster: Resource) -> Cluster:
    autopilot = cluster.get("enableAutopilot", False) is True
    return Cluster(
        resource=cluster,
        open_to=_open_to(cluster),
        secrets_key=_secrets(graph, cluster),
        local_accounts=_local_accounts(cluster),
        workload_identity=_there(cluster, "workloadIdentityConfig.workloadPool", autopilot),
        network_policy=_network_policy(cluster, autopilot),
        audit_logs=_audit_logs(cluster),
        transport_encrypted=_transport(cluster),
        verifies_images=_verifies(cluster),
        locked=_locked(cluster),
        zones=_zones(graph, cluster),
    )


def _there(resource: Resource, path: str, otherwise: bool) -> Seen[bool]:
    value = resource.get(path)
    return resource.says(UNKNOWN if value is UNKNOWN else bool(value) or otherwise, path)


def _open_to(cluster: Resource) -> Seen[frozenset[str]]:
    """Networks with access to the Kubernetes API from outside: by its public IP endpoint or its DNS endpoint.

    Private addresses never reach a public one, so they do not count.
    """
    path = "masterAuthorizedNetworksConfig"
    private = cluster.get("privateClusterConfig.enablePrivateEndpoint", False)
    addresses = cluster.get("controlPlaneEndpointsConfig.ipEndpointsConfig.enabled", True)
    named = cluster.get("controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic", False)
    if UNKNOWN in (private, addresses, named, cluster.get(path), cluster.get(f"{path}.cidrBlocks")):
        return cluster.says(UNKNOWN, path)
    found = {EVERYBODY} if named else set()
    where = "controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic" if named else path
    if addresses and not private:
        blocks = [seen.value for seen in at(cluster, f"{path}.cidrBlocks[].cidrBlock")]
        if UNKNOWN in blocks:
            return cluster.says(UNKNOWN, f"{path}.cidrBlocks")
        of_all_customers = cluster.get(f"{path}.gcpPublicCidrsAccessEnabled", False)
        if cluster.get(path) is None or of_all_customers is not False:
            found.add(EVERYBODY)
        found |= {str(block) for block in blocks if not _is_private(str(block))}
    return cluster.says(frozenset(found), where)


def _is_private(cidr: str) -> bool:
    try:
        network = ipaddress.ip_network(cidr)
    except ValueError:
        return False
    return network.is_private and network.prefixlen > 0


def _secrets(graph: Graph, cluster: Resource) -> Seen[Encryption]:
    state = cluster.get("databaseEncryption.state", "DECRYPTED")
    if state is UNKNOWN or state == "DECRYPTED":
        return cluster.says(UNKNOWN if state is UNKNOWN else Encryption.PROVIDER, "databaseEncryption.state")
    return encryption(graph, cluster, "databaseEncryption.keyName")


def _local_accounts(cluster: Resource) -> Seen[bool]:
    for path in ("masterAuth.clientCertificateConfig.issueClientCertificate", "enableLegacyAbac"):
        value = cluster.get(path, False)
        if value is not False:
            return cluster.says(value if value is UNKNOWN else bool(value), path)
    return cluster.says(False, "masterAuth")


def _network_policy(cluster: Resource, autopilot: bool) -> Seen[bool]:
    path = cluster.get("datapathProvider")
    if path is UNKNOWN or path == "ADVANCED_DATAPATH" or autopilot:
        return cluster.says(path if path is UNKNOWN else True, "datapathProvider")
    return cluster.seen("networkPolicy.enabled", False)


def _audit_logs(cluster: Resource) -> Seen[frozenset[str]]:
    """Kinds of log: audit and authentication by the admin activity log, and ``api`` if the API server's log is enabled.

    The admin activity log cannot be turned off.
    """
    components = cluster.get("loggingConfig.enableComponents", [])
    if components is UNKNOWN or UNKNOWN in items(components):
        return cluster.says(UNKNOWN, "loggingConfig.enableComponents")
    logs = {"audit", "authentication"} | ({"api"} if "APISERVER" in components else set())
    return cluster.says(frozenset(logs), "loggingConfig.enableComponents")


def _transport(cluster: Resource) -> Seen[bool] | None:
    """Encryption between nodes by ``inTransitEncryptionConfig``; None without that setting.

    Google's network already encrypts traffic between machines of one VPC network ("Encryption in transit").
    """
    config = cluster.get("inTransitEncryptionConfig")
    if config is None:
        return None
    transparent = config == "IN_TRANSIT_ENCRYPTION_INTER_NODE_TRANSPARENT"
    return cluster.says(UNKNOWN if config is UNKNOWN else transparent, "inTransitEncryptionConfig")


def _verifies(cluster: Resource) -> Seen[bool]:
    path = "binaryAuthorization.evaluationMode"
    mode = cluster.get(path, "DISABLED")
    return cluster.says(UNKNOWN if mode is UNKNOWN else mode in _ENFORCING, path)


def _locked(cluster: Resource) -> Seen[bool]:
    if not cluster.protect:
        return cluster.says(False, "protect")
    return cluster.seen("deletionProtection", True)


def _zones(graph: Graph, cluster: Resource) -> Seen[int]:
    location = cluster.get("location")
    if location is UNKNOWN:
        return cluster.says(UNKNOWN, "location")
    zonal = location is not None and places.code(location) != str(location).lower()
    return cluster.says(1 if zonal else _ZONES, "location")


def _nodes(graph: Graph) -> Iterator[Nodes]:
    for pool in graph.of(POOL):
        cluster = next(iter(made_of(graph, pool, "cluster", CLUSTER)), None)
        yield _pool(graph, pool, cluster, "nodeConfig")
    for cluster in graph.of(CLUSTER):
        own = cluster.get("removeDefaultNodePool", False) is not True and not cluster.get("enableAutopilot", False)
        if own and not cluster.get("nodePools"):
            yield _pool(graph, cluster, cluster, "nodeConfig")
        for index in range(len(items(cluster.get("nodePools")))):
            yield _pool(graph, cluster, cluster, f"nodePools[{index}].nodeConfig")
    for machine in graph.of(INSTANCE):
        yield _machine(graph, machine)


def _pool(graph: Graph, pool: Resource, cluster: Resource | None, config: str) -> Nodes:
    return Nodes(
        resource=pool,
        disk=encryption(graph, pool, f"{config}.bootDiskKmsKey"),
        metadata_guarded=_metadata(pool, cluster, f"{config}.workloadMetadataConfig.mode"),
        public_address=_public(pool, cluster, config),
        remote_login=_remote_login(pool, f"{config}.metadata"),
        verified_boot=_verified_boot(pool, f"{config}.shieldedInstanceConfig"),
        zones=_node_zones(graph, pool, cluster),
        accelerated=_accelerated(pool, config),
    )


def _metadata(pool: Resource, cluster: Resource | None, path: str) -> Seen[bool]:
    """True if the GKE metadata server hides the machine's: the default of pools in clusters with workload identity."""
    mode = pool.get(path)
    if mode is None:
        owner = cluster.get("workloadIdentityConfig.workloadPool") if cluster else UNKNOWN
        return pool.says(UNKNOWN if owner is UNKNOWN else owner is not None, path)
    return pool.says(UNKNOWN if mode is UNKNOWN else mode == "GKE_METADATA", path)


def _public(pool: Resource, cluster: Resource | None, config: str) -> Seen[bool]:
    own = f"{config.rpartition('nodeConfig')[0]}networkConfig.enablePrivateNodes"
    private = pool.get(own)
    if private is not None:
        return pool.says(UNKNOWN if private is UNKNOWN else not private, own)
    if cluster is None:
        return pool.says(UNKNOWN, own)
    path = "privateClusterConfig.enablePrivateNodes"
    private = cluster.get(path, False)
    return cluster.says(UNKNOWN if private is UNKNOWN else not private, path)


def _remote_login(resource: Resource, path: str) -> Seen[bool]:
    """True if SSH keys give access: the machine's own, or the project's unless blocked (CIS Google Cloud 4.3)."""
    metadata = resource.get(path, {})
    if metadata is UNKNOWN:
        return resource.says(UNKNOWN, path)
    blocked = str(metadata.get("block-project-ssh-keys", "")).lower() in ("true", "1", "y", "yes")
    return resource.says(not blocked or "ssh-keys" in metadata, path)


def _verified_boot(resource: Resource, path: str) -> Seen[bool]:
    secure = resource.get(f"{path}.enableSecureBoot", False)
    integrity = resource.get(f"{path}.enableIntegrityMonitoring", True)
    if UNKNOWN in (secure, integrity):
        return resource.says(UNKNOWN, path)
    return resource.says(bool(secure and integrity), f"{path}.enableSecureBoot")


def _node_zones(graph: Graph, pool: Resource, cluster: Resource | None) -> Seen[int]:
    for resource in (pool, cluster):
        given = resource.get("nodeLocations") if resource else None
        if given is UNKNOWN:
            return pool.says(UNKNOWN, "nodeLocations")
        if given and resource:
            return resource.says(len(set(given)), "nodeLocations")
    return _zones(graph, cluster) if cluster else pool.says(UNKNOWN, "nodeLocations")


def _accelerated(resource: Resource, config: str) -> bool:
    machine = resource.get(f"{config}.machineType" if config else "machineType", "")
    gpus = resource.get(f"{config}.guestAccelerators" if config else "guestAccelerators")
    return bool(gpus) or _WITH_GPUS.fullmatch(str(machine)) is not None


def _machine(graph: Graph, machine: Resource) -> Nodes:
    """Facts of a Compute Engine instance. It has no pods: its metadata is guarded if it has no service account."""
    interfaces: list[Any] = items(machine.get("networkInterfaces"))
    public = any(isinstance(each, Mapping) and each.get("accessConfigs") is not None for each in interfaces)
    known: bool | Unknown = UNKNOWN if machine.get("networkInterfaces") is UNKNOWN else public
    account = machine.get("serviceAccount")
    return Nodes(
        resource=machine,
        disk=encryption(graph, machine, "bootDisk.kmsKeySelfLink", "bootDisk.diskEncryptionKeyRaw"),
        metadata_guarded=machine.says(UNKNOWN if account is UNKNOWN else account is None, "serviceAccount"),
        public_address=machine.says(known, "networkInterfaces"),
        remote_login=_remote_login(machine, "metadata"),
        verified_boot=_verified_boot(machine, "shieldedInstanceConfig"),
        zones=machine.says(1, "zone"),
        accelerated=_accelerated(machine, ""),
    )
