"""Clusters of GKE."""

from __future__ import annotations

import base64
import ipaddress
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Properties
from lepton_infra.simulator.core.paths import at, items_at
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.formats import between, cidr, one_of
from lepton_infra.simulator.gcp import syntax
from lepton_infra.simulator.gcp.compute_network import NETWORK, NETWORK_NAME
from lepton_infra.simulator.gcp.compute_subnetwork import SUBNETWORK, SUBNETWORK_NAME
from lepton_infra.simulator.gcp.container_addresses import (
    apart_from_others,
    dns_endpoint,
    in_the_subnetwork,
    private_endpoint,
    public_endpoint,
    ranges_of,
)
from lepton_infra.simulator.gcp.container_nodes import (
    GKE_VERSION,
    NODE_FORMATS,
    NODE_IMMUTABLE,
    NODE_MEMBERS,
    NODE_REFERENCES,
    NODE_UNCOVERED,
    USUAL_MACHINE,
    further_zones,
    machines,
    minor_version,
)
from lepton_infra.simulator.gcp.iam import WORKLOAD_POOL
from lepton_infra.simulator.gcp.identifiers import Identifiers, location
from lepton_infra.simulator.gcp.kms import KEY_NAME, usable_key
from lepton_infra.simulator.gcp.places import Place
from lepton_infra.simulator.gcp.resource_type import GcpType, LiveResource, OfSchema, Reference, Request, Unique
from lepton_infra.simulator.gcp.syntax import matches

CLUSTER_NAME: Final = Reference(message="Not found: {given}.")


def _private_endpoint(inputs: Properties, place: Place) -> Iterator[Failure]:
    """A private endpoint needs private nodes and a list of networks, none of which may be public."""
    config = inputs.get("privateClusterConfig")
    if not isinstance(config, Mapping) or config.get("enablePrivateEndpoint") is not True:
        return
    if config.get("enablePrivateNodes") is False:
        reason = "INVALID_ARGUMENT: enablePrivateEndpoint needs enablePrivateNodes"
        yield Failure(path="privateClusterConfig.enablePrivateNodes", reason=reason)
    authorized = inputs.get("masterAuthorizedNetworksConfig")
    if authorized is None:
        reason = "INVALID_ARGUMENT: master authorized networks must be given when enablePrivateEndpoint is true"
        yield Failure(path="masterAuthorizedNetworksConfig", reason=reason)
        return
    for index, entry in enumerate(items_at(authorized, "cidrBlocks")):
        cidr = at(entry, "cidrBlock")
        if isinstance(cidr, str) and not _is_private(cidr):
            path = f"masterAuthorizedNetworksConfig.cidrBlocks[{index}].cidrBlock"
            reason = f"INVALID_ARGUMENT: {cidr} is public; with a private endpoint only private networks are allowed"
            yield Failure(path=path, reason=reason)


def _is_private(cidr: str) -> bool:
    try:
        return ipaddress.IPv4Network(cidr).is_private
    except ValueError:
        return True


def _workload_pool(inputs: Properties, place: Place) -> Iterator[Failure]:
    pool = at(inputs, "workloadIdentityConfig.workloadPool")
    if isinstance(pool, str) and pool != f"{place.project}.svc.id.goog":
        reason = f'INVALID_ARGUMENT: "{pool}" is not the pool of the project; allowed: {place.project}.svc.id.goog'
        yield Failure(path="workloadIdentityConfig.workloadPool", reason=reason)


def _database_encryption(inputs: Properties, place: Place) -> Iterator[Failure]:
    config = inputs.get("databaseEncryption")
    if not isinstance(config, Mapping):
        return
    encrypted = config.get("state") in ("ENCRYPTED", "ALL_OBJECTS_ENCRYPTION_ENABLED")
    if encrypted and not config.get("keyName"):
        yield Failure(path="databaseEncryption.keyName", reason="INVALID_ARGUMENT: ENCRYPTED needs a keyName")
    if config.get("state") == "DECRYPTED" and config.get("keyName"):
        yield Failure(path="databaseEncryption.keyName", reason="INVALID_ARGUMENT: DECRYPTED takes no keyName")


def _data_plane(inputs: Properties, place: Place) -> Iterator[Failure]:
    """Dataplane V2 enforces network policy by itself and needs a VPC-native cluster."""
    if inputs.get("datapathProvider") != "ADVANCED_DATAPATH":
        return
    if at(inputs, "networkPolicy.enabled") is True:
        reason = "INVALID_ARGUMENT: ADVANCED_DATAPATH enforces network policy by itself; leave networkPolicy out"
        yield Failure(path="networkPolicy.enabled", reason=reason)
    if inputs.get("networkingMode") == "ROUTES":
        yield Failure(path="networkingMode", reason="INVALID_ARGUMENT: ADVANCED_DATAPATH needs VPC_NATIVE")


def _default_pool(inputs: Properties, place: Place) -> Iterator[Failure]:
    """GKE makes no cluster without a first pool, also where that is to be removed."""
    bare = not inputs.get("nodePools") and not inputs.get("enableAutopilot")
    if bare and inputs.get("initialNodeCount") in (None, 0):
        reason = "INVALID_ARGUMENT: Cluster.initial_node_count must be greater than zero; the pool may be removed after"
        yield Failure(path="initialNodeCount", reason=reason)


def _version_steps(call: Call) -> None:
    """A control plane goes up by one minor version at a time and never back."""
    if call.old is None:
        return
    before, after = (minor_version(str(inputs.get("minMasterVersion"))) for inputs in (call.old.inputs, call.inputs))
    if before is not None and after is not None and after > before + 1:
        raise CloudError(
            "INVALID_ARGUMENT", f"Master cannot be upgraded from 1.{before} to 1.{after}; allowed: 1.{before + 1}"
        )
    if before is not None and after is not None and after < before:
        raise CloudError("INVALID_ARGUMENT", f"Master cannot be downgraded from 1.{before} to 1.{after}")


def _protected(call: Call) -> None:
    assert call.old is not None
    if call.old.state.get("deletionProtection"):
        raise CloudError(
            "FAILED_PRECONDITION",
            f"Cannot destroy cluster {call.old.id} because deletionProtection is set to true. "
            "Set it to false and run `pulumi up` to proceed with its deletion.",
        )


def _cluster(live: LiveResource) -> dict[str, Any]:
    """The API's addresses and certificate, its versions, and the ranges that follow from the subnetwork."""
    inputs = live.call.inputs
    private = inputs.get("privateClusterConfig") or {}
    public, inside = public_endpoint(live), private_endpoint(live, private)
    outputs: dict[str, Any] = {
        "endpoint": inside if private.get("enablePrivateEndpoint") else public,
        "masterAuth": {"clusterCaCertificate": _certificate(live), "clientCertificate": "", "clientKey": ""},
        "nodeLocations": further_zones(location(live.call)),
        "privateClusterConfig": {"publicEndpoint": public, "privateEndpoint": inside, "peeringName": ""},
        "controlPlaneEndpointsConfig": {"dnsEndpointConfig": {"endpoint": dns_endpoint(live)}},
        "operation": "",
        "tpuIpv4CidrBlock": "",
        "nodePools": [] if inputs.get("removeDefaultNodePool") else [{"name": "default-pool"}],
    }
    if inputs.get("minMasterVersion"):
        outputs |= dict.fromkeys(("masterVersion", "nodeVersion"), str(inputs["minMasterVersion"]))
    return {**outputs, **ranges_of(live)}


def _certificate(live: LiveResource) -> str:
    """Base64 of a text in PEM's form. It is no certificate: nothing answers at the endpoint either."""
    body = base64.b64encode(bytes.fromhex("".join(live.seed(f"certificate{part}") for part in range(12)))).decode()
    lines = "\n".join(textwrap.wrap(body, 64))
    return base64.b64encode(f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n".encode()).decode()


def _machines(call: Call) -> list[tuple[str, str]]:
    """The machines of the first pool, which is made with the cluster, and never again."""
    if call.old is not None or not call.inputs.get("initialNodeCount"):
        return []
    here = location(call)
    given = list(call.inputs.get("nodeLocations") or further_zones(here))
    machine = at(call.inputs, "nodeConfig.machineType") or USUAL_MACHINE
    return [(machine, zone) for zone in (given if here.count("-") == 1 else [here, *given])]


# The provider calls GKE's v1beta1, and the link names the version that was called.
_API: Final = "https://container.googleapis.com/v1beta1/"

CLUSTER: Final = GcpType(
    token="gcp:container/cluster:Cluster",
    identifiers=Identifiers(
        id="projects/{project}/locations/{location}/clusters/{name}",
        link=f"{_API}projects/{{project}}/{{kind}}/{{location}}/clusters/{{name}}",
    ),
    referred_to=CLUSTER_NAME,
    api=Request(
        schema="container.v1#Cluster",
        names={
            **NODE_MEMBERS,
            "datapathProvider": "networkConfig.datapathProvider",
            "privateIpv6GoogleAccess": "networkConfig.privateIpv6GoogleAccess",
            "inTransitEncryptionConfig": "networkConfig.inTransitEncryptionConfig",
            "enableIntranodeVisibility": "networkConfig.enableIntraNodeVisibility",
            "dnsConfig": "networkConfig.dnsConfig",
            "defaultSnatStatus": "networkConfig.defaultSnatStatus",
            "gatewayApiConfig": "networkConfig.gatewayApiConfig",
            "serviceExternalIpsConfig": "networkConfig.serviceExternalIpsConfig",
            "networkPerformanceConfig": "networkConfig.networkPerformanceConfig",
            "clusterAutoscaling": "autoscaling",
            "defaultMaxPodsPerNode": "defaultMaxPodsConstraint.maxPodsPerNode",
            "minMasterVersion": "initialClusterVersion",
            "nodeVersion": "currentNodeVersion",
            "nodeLocations": "locations",
            "databaseEncryption.keyName": "keyName",
            "loggingConfig.enableComponents": "componentConfig.enableComponents",
            "monitoringConfig.enableComponents": "componentConfig.enableComponents",
            "monitoringConfig.managedPrometheus": "managedPrometheusConfig",
            "monitoringConfig.advancedDatapathObservabilityConfig.enableRelay": "enableRelay",
            "maintenancePolicy.dailyMaintenanceWindow": "window.dailyMaintenanceWindow",
            "maintenancePolicy.recurringWindow": "window.recurringWindow",
            "maintenancePolicy.recurringWindow.startTime": "window.startTime",
            "maintenancePolicy.recurringWindow.endTime": "window.endTime",
            "maintenancePolicy.maintenanceExclusions": OfSchema("container.v1#TimeWindow"),
            "maintenancePolicy.maintenanceExclusions.exclusionOptions": "maintenanceExclusionOptions",
        },
        uncovered={
            **NODE_UNCOVERED,
            "networkingMode": "the provider's word for useIpAliases, checked by its format",
            "maintenancePolicy.maintenanceExclusions.exclusionName": "a key of the API's map",
        },
    ),
    formats={
        **NODE_FORMATS,
        "name": syntax.name(40),
        "minMasterVersion": GKE_VERSION,
        "nodeVersion": GKE_VERSION,
        "networkingMode": one_of("VPC_NATIVE", "ROUTES"),
        "defaultMaxPodsPerNode": between(8, 256),
        "ipAllocationPolicy.clusterIpv4CidrBlock": syntax.prefix_or_cidr,
        "ipAllocationPolicy.servicesIpv4CidrBlock": syntax.prefix_or_cidr,
        "privateClusterConfig.masterIpv4CidrBlock": cidr(28, 28, private=True),
        "masterAuthorizedNetworksConfig.cidrBlocks.cidrBlock": cidr(),
        "maintenancePolicy.dailyMaintenanceWindow.startTime": matches(
            r"([01]\d|2[0-3]):[0-5]\d", "a time of day such as 03:00"
        ),
        "workloadIdentityConfig.workloadPool": matches(r"[^\s/]+\.svc\.id\.goog", "<project>.svc.id.goog"),
    },
    input_rules=(_private_endpoint, _workload_pool, _database_encryption, _data_plane, _default_pool, machines),
    references={
        **NODE_REFERENCES,
        "network": NETWORK_NAME,
        "subnetwork": SUBNETWORK_NAME,
        "privateClusterConfig.privateEndpointSubnetwork": SUBNETWORK_NAME,
        "databaseEncryption.keyName": KEY_NAME,
    },
    preconditions=(
        usable_key("databaseEncryption.keyName", "container.googleapis.com"),
        usable_key("nodeConfig.bootDiskKmsKey", "compute.googleapis.com"),
        in_the_subnetwork,
        apart_from_others,
        _version_steps,
    ),
    unique=Unique(code="ALREADY_EXISTS", message="Already exists: {id}."),
    defaults={
        "deletionProtection": True,
        "removeDefaultNodePool": False,
        "enableAutopilot": False,
        "enableLegacyAbac": False,
        "enableShieldedNodes": True,
        "enableKubernetesAlpha": False,
        "enableTpu": False,
        "networkingMode": "VPC_NATIVE",
        "datapathProvider": "",
        "defaultMaxPodsPerNode": 110,
        "loggingService": "logging.googleapis.com/kubernetes",
        "monitoringService": "monitoring.googleapis.com/kubernetes",
        "releaseChannel": {"channel": "REGULAR"},
        "databaseEncryption": {"state": "DECRYPTED", "keyName": ""},
        "privateClusterConfig": {"enablePrivateEndpoint": False, "enablePrivateNodes": False},
    },
    outputs=_cluster,
    implies={"workloadIdentityConfig.workloadPool": WORKLOAD_POOL},
    immutable=NODE_IMMUTABLE
    | paths(
        "name location description network subnetwork clusterIpv4Cidr datapathProvider dataplaneOptimizationMode"
        " defaultMaxPodsPerNode enableAutopilot enableKubernetesAlpha enableTpu networkingMode confidentialNodes"
        " initialNodeCount clusterAutoscaling.autoProvisioningDefaults.bootDiskKmsKey"
        " ipAllocationPolicy.clusterIpv4CidrBlock ipAllocationPolicy.clusterSecondaryRangeName"
        " ipAllocationPolicy.servicesIpv4CidrBlock ipAllocationPolicy.servicesSecondaryRangeName"
        " ipAllocationPolicy.podCidrOverprovisionConfig masterAuth.clientCertificateConfig nodePools"
        " privateClusterConfig.masterIpv4CidrBlock privateClusterConfig.privateEndpointSubnetwork tpuConfig"
        " userManagedKeysConfig.aggregationCa userManagedKeysConfig.clusterCa userManagedKeysConfig.etcdApiCa"
        " userManagedKeysConfig.etcdPeerCa"
    ),
    uses=(NETWORK.used_at("network"), SUBNETWORK.used_at("subnetwork")),
    deletion_rules=(_protected,),
    sku_zones=_machines,
)

TYPES: Final = (CLUSTER,)
