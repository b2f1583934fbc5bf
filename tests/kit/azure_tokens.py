"""Type tokens of the resources that this cloud knows."""

from __future__ import annotations

from typing import Final


def _type(module: str, name: str) -> str:
    return f"azure-native:{module}:{name}"


RESOURCE_GROUP: Final = _type("resources", "ResourceGroup")
VIRTUAL_NETWORK: Final = _type("network", "VirtualNetwork")
SUBNET: Final = _type("network", "Subnet")
SECURITY_GROUP: Final = _type("network", "NetworkSecurityGroup")
SECURITY_RULE: Final = _type("network", "SecurityRule")
ROUTE_TABLE: Final = _type("network", "RouteTable")
ROUTE: Final = _type("network", "Route")
NAT_GATEWAY: Final = _type("network", "NatGateway")
PUBLIC_IP: Final = _type("network", "PublicIPAddress")
PUBLIC_IP_PREFIX: Final = _type("network", "PublicIPPrefix")
PRIVATE_ENDPOINT: Final = _type("network", "PrivateEndpoint")
PRIVATE_DNS_ZONE_GROUP: Final = _type("network", "PrivateDnsZoneGroup")
NETWORK_WATCHER: Final = _type("network", "NetworkWatcher")
FLOW_LOG: Final = _type("network", "FlowLog")
PRIVATE_ZONE: Final = _type("privatedns", "PrivateZone")
VIRTUAL_NETWORK_LINK: Final = _type("privatedns", "VirtualNetworkLink")
VAULT: Final = _type("keyvault", "Vault")
KEY: Final = _type("keyvault", "Key")
IDENTITY: Final = _type("managedidentity", "UserAssignedIdentity")
FEDERATED_CREDENTIAL: Final = _type("managedidentity", "FederatedIdentityCredential")
DISK_ENCRYPTION_SET: Final = _type("compute", "DiskEncryptionSet")
RESERVATION_GROUP: Final = _type("compute", "CapacityReservationGroup")
RESERVATION: Final = _type("compute", "CapacityReservation")
STORAGE_ACCOUNT: Final = _type("storage", "StorageAccount")
BLOB_SERVICE: Final = _type("storage", "BlobServiceProperties")
BLOB_CONTAINER: Final = _type("storage", "BlobContainer")
CONTAINER_IMMUTABILITY: Final = _type("storage", "BlobContainerImmutabilityPolicy")
STORAGE_LIFECYCLE: Final = _type("storage", "ManagementPolicy")
CLUSTER: Final = _type("containerservice", "ManagedCluster")
AGENT_POOL: Final = _type("containerservice", "AgentPool")
MAINTENANCE: Final = _type("containerservice", "MaintenanceConfiguration")
REGISTRY: Final = _type("containerregistry", "Registry")
REPLICATION: Final = _type("containerregistry", "Replication")
CACHE_RULE: Final = _type("containerregistry", "CacheRule")
ROLE_ASSIGNMENT: Final = _type("authorization", "RoleAssignment")
ROLE_DEFINITION: Final = _type("authorization", "RoleDefinition")
LOCK: Final = _type("authorization", "ManagementLockByScope")
GROUP_LOCK: Final = _type("authorization", "ManagementLockAtResourceGroupLevel")
SUBSCRIPTION_LOCK: Final = _type("authorization", "ManagementLockAtSubscriptionLevel")
WORKSPACE: Final = _type("operationalinsights", "Workspace")
DIAGNOSTIC_SETTING: Final = _type("monitor", "DiagnosticSetting")
SUBSCRIPTION_DIAGNOSTIC_SETTING: Final = _type("monitor", "SubscriptionDiagnosticSetting")
ACTION_GROUP: Final = _type("monitor", "ActionGroup")
ACTIVITY_ALERT: Final = _type("monitor", "ActivityLogAlert")
OBJECT_REPLICATION: Final = _type("storage", "ObjectReplicationPolicy")
DEFENDER_PLAN: Final = _type("security", "Pricing")
ELIGIBILITY: Final = _type("authorization", "PimRoleEligibilitySchedule")
ROLE_POLICY: Final = _type("authorization", "RoleManagementPolicy")

LOCKS: Final = (LOCK, GROUP_LOCK, SUBSCRIPTION_LOCK)

OVERWRITING: Final = frozenset({BLOB_SERVICE, DEFENDER_PLAN, ROLE_POLICY})
"""Types that are there without being made, alone or with another: a creation changes what is there."""
