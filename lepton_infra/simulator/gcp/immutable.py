"""Properties that Google cannot change on a living resource: a change makes a new one.

Source: ``ForceNew`` in the schemas of terraform-provider-google-beta, which pulumi_gcp is built of. Changes
that replace a resource or not by the values themselves (a subnetwork whose range *shrinks*) cannot be told by property
and are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lepton_infra.simulator.gcp import tokens


def _paths(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NODE: Final = _paths(
    "advancedMachineFeatures bootDiskKmsKey confidentialNodes enableConfidentialStorage ephemeralStorageConfig"
    " ephemeralStorageLocalSsdConfig flexStart guestAccelerators hostMaintenancePolicy localNvmeSsdBlockConfig"
    " localSsdCount localSsdEncryptionMode maxRunDuration metadata minCpuPlatform nodeGroup oauthScopes preemptible"
    " reservationAffinity sandboxConfig secondaryBootDisks serviceAccount shieldedInstanceConfig soleTenantConfig spot"
)
_NODE_CONFIG: Final = frozenset(f"nodeConfig.{name}" for name in _NODE)
_GRANTED: Final = "role condition"

IMMUTABLE: Final[Mapping[str, frozenset[str]]] = {
    "*": _paths("project"),
    tokens.NETWORK: _paths("name description autoCreateSubnetworks internalIpv6Range networkProfile params"),
    tokens.SUBNETWORK: _paths(
        "name network region description externalIpv6Prefix internalIpv6Prefix reservedInternalRange resolveSubnetMask"
        " params"
    ),
    tokens.ROUTER: _paths("name network region encryptedInterconnectRouter nccGateway params"),
    tokens.ROUTER_NAT: _paths("name router region endpointTypes type initialNatIps"),
    tokens.FIREWALL: _paths("name direction params"),
    tokens.ROUTE: _paths(
        "name network destRange description priority tags params nextHopGateway nextHopInstance nextHopInstanceZone"
        " nextHopIp nextHopIlb nextHopVpnTunnel"
    ),
    tokens.ADDRESS: _paths(
        "name region address addressType description purpose network subnetwork networkTier prefixLength ipCollection"
        " ipVersion ipv6EndpointType"
    ),
    tokens.GLOBAL_ADDRESS: _paths("name address addressType description purpose network prefixLength ipVersion"),
    tokens.GLOBAL_FORWARDING_RULE: _paths(
        "name description allowPscGlobalAccess ipAddress ipProtocol ipVersion network subnetwork portRange"
        " noAutomateDnsZone sourceIpRanges metadataFilters networkTier serviceDirectoryRegistrations"
    ),
    tokens.RESERVATION: _paths(
        "name zone description specificReservationRequired specificReservation.instanceProperties deleteAtTime"
        " deleteAfterDuration enableEmergentMaintenance reservationSharingPolicy shareSettings.shareType params"
    ),
    tokens.RESOURCE_POLICY: _paths("name region workloadPolicy"),
    tokens.KEY_RING: _paths("name location"),
    tokens.KEY: _paths(
        "name keyRing purpose importOnly destroyScheduledDuration cryptoKeyBackend versionTemplate.protectionLevel"
    ),
    tokens.BUCKET: _paths("name location customPlacementConfig enableObjectRetention hierarchicalNamespace"),
    tokens.CLUSTER: _NODE_CONFIG
    | _paths(
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
    tokens.NODE_POOL: _NODE_CONFIG
    | _paths(
        "name namePrefix cluster location initialNodeCount maxPodsPerNode placementPolicy queuedProvisioning"
        " networkConfig.acceleratorNetworkProfile networkConfig.createPodRange networkConfig.podRange"
        " networkConfig.podIpv4CidrBlock networkConfig.additionalNodeNetworkConfigs"
        " networkConfig.additionalPodNetworkConfigs networkConfig.podCidrOverprovisionConfig networkConfig.subnetwork"
    ),
    tokens.REPOSITORY: _paths("repositoryId location format kmsKeyName mode mavenConfig remoteRepositoryConfig"),
    tokens.SERVICE_ACCOUNT: _paths("accountId"),
    tokens.SERVICE: _paths("service"),
    tokens.SERVICE_IDENTITY: _paths("service"),
    tokens.AUDIT_CONFIG: _paths("service"),
    tokens.CUSTOM_ROLE: _paths("roleId"),
    tokens.TRANSFER_JOB: _paths("name"),
    tokens.ENTITLEMENT: _paths("parent location entitlementId"),
    tokens.NOTIFICATION_CHANNEL: _paths("type"),
    tokens.LOG_BUCKET: _paths("bucketId location"),
    tokens.LOG_SINK: _paths("name"),
    tokens.LOG_EXCLUSION: _paths("name"),
    tokens.DNS_ZONE: _paths("name dnsName visibility reverseLookup serviceDirectoryConfig"),
    tokens.DNS_RECORD: _paths("name managedZone"),
    tokens.TOPIC: _paths("name tags"),
    tokens.SUBSCRIPTION: _paths("name topic filter enableMessageOrdering tags"),
    tokens.KEY_MEMBER: _paths(f"{_GRANTED} cryptoKeyId member"),
    tokens.KEY_BINDING: _paths(f"{_GRANTED} cryptoKeyId"),
    tokens.KEY_RING_MEMBER: _paths(f"{_GRANTED} keyRingId member"),
    tokens.KEY_RING_BINDING: _paths(f"{_GRANTED} keyRingId"),
    tokens.BUCKET_MEMBER: _paths(f"{_GRANTED} bucket member"),
    tokens.BUCKET_BINDING: _paths(f"{_GRANTED} bucket"),
    tokens.REPOSITORY_MEMBER: _paths(f"{_GRANTED} repository location member"),
    tokens.REPOSITORY_BINDING: _paths(f"{_GRANTED} repository location"),
    tokens.SERVICE_ACCOUNT_MEMBER: _paths(f"{_GRANTED} serviceAccountId member"),
    tokens.SERVICE_ACCOUNT_BINDING: _paths(f"{_GRANTED} serviceAccountId"),
    tokens.PROJECT_MEMBER: _paths(f"{_GRANTED} member"),
    tokens.PROJECT_BINDING: _paths(_GRANTED),
}
