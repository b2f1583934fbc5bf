"""Where Azure's resource manager puts each type: its path, and how the provider names what the program does not.

A path is the part of the resource id below the group (or below another resource, for what extends it), with the
properties that name each part in braces; the last one names the resource itself. Source: the import sections of the
SDK's documentation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from lepton_infra.simulator.azure_native import tokens

_PART: Final = re.compile(r"\{(\w+)\}")


class Place(Enum):
    """What a path begins below."""

    SUBSCRIPTION = "subscription"
    GROUP = "resource group"
    SCOPE = "scope"


class Autoname(Enum):
    """How the provider names a resource without a name: as a test of it shows (``TestGetDefaultName``)."""

    RANDOM = "the logical name and eight hexadecimal digits"
    COPY = "the logical name"
    UUID = "a random UUID"


@dataclass(frozen=True, kw_only=True)
class Form:
    """The path of one type. ``scope`` names the property that holds the id of what it extends.

    ``made_of`` are the inputs that a name is made of which Azure invents; the path has ``{name}`` for it.
    """

    path: str
    place: Place = Place.GROUP
    scope: str = "scope"
    autoname: Autoname = Autoname.COPY
    made_of: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The properties that name the parents, outermost first, and then the resource."""
        return self.made_of or tuple(_PART.findall(self.path))

    @property
    def name(self) -> str:
        """The property that names the resource."""
        return self.names[-1]

    @property
    def arm_type(self) -> str:
        """The type in Azure's own words: ``Microsoft.Network/virtualNetworks/subnets``."""
        namespace, *rest = self.path.removeprefix("providers/").split("/")
        if self.path.startswith("resourceGroups/"):
            return "Microsoft.Resources/resourceGroups"
        return "/".join([namespace, *rest[::2]])


def _top(path: str) -> Form:
    return Form(path=path, autoname=Autoname.RANDOM)


def _part(parent: str, rest: str) -> Form:
    return Form(path=f"{parent}/{rest}")


_VNET: Final = "Microsoft.Network/virtualNetworks/{virtualNetworkName}"
_NSG: Final = "Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}"
_ROUTES: Final = "Microsoft.Network/routeTables/{routeTableName}"
_WATCHER: Final = "Microsoft.Network/networkWatchers/{networkWatcherName}"
_ENDPOINT: Final = "Microsoft.Network/privateEndpoints/{privateEndpointName}"
_ZONE: Final = "Microsoft.Network/privateDnsZones/{privateZoneName}"
_VAULT: Final = "Microsoft.KeyVault/vaults/{vaultName}"
_IDENTITY: Final = "Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}"
_RESERVATIONS: Final = "Microsoft.Compute/capacityReservationGroups/{capacityReservationGroupName}"
_ACCOUNT: Final = "Microsoft.Storage/storageAccounts/{accountName}"
_CONTAINER: Final = f"{_ACCOUNT}/blobServices/default/containers/{{containerName}}"
_CLUSTER: Final = "Microsoft.ContainerService/managedClusters/{resourceName}"
_REGISTRY: Final = "Microsoft.ContainerRegistry/registries/{registryName}"
_LOCK: Final = "Microsoft.Authorization/locks/{lockName}"

FORMS: Final[Mapping[str, Form]] = {
    tokens.RESOURCE_GROUP: Form(
        path="resourceGroups/{resourceGroupName}", place=Place.SUBSCRIPTION, autoname=Autoname.RANDOM
    ),
    tokens.VIRTUAL_NETWORK: _top(_VNET),
    tokens.SUBNET: _part(_VNET, "subnets/{subnetName}"),
    tokens.SECURITY_GROUP: _top(_NSG),
    tokens.SECURITY_RULE: _part(_NSG, "securityRules/{securityRuleName}"),
    tokens.ROUTE_TABLE: _top(_ROUTES),
    tokens.ROUTE: _part(_ROUTES, "routes/{routeName}"),
    tokens.NAT_GATEWAY: _top("Microsoft.Network/natGateways/{natGatewayName}"),
    tokens.PUBLIC_IP: _top("Microsoft.Network/publicIPAddresses/{publicIpAddressName}"),
    tokens.PUBLIC_IP_PREFIX: _top("Microsoft.Network/publicIPPrefixes/{publicIpPrefixName}"),
    tokens.PRIVATE_ENDPOINT: _top(_ENDPOINT),
    tokens.PRIVATE_DNS_ZONE_GROUP: _part(_ENDPOINT, "privateDnsZoneGroups/{privateDnsZoneGroupName}"),
    tokens.NETWORK_WATCHER: _top(_WATCHER),
    tokens.FLOW_LOG: _part(_WATCHER, "flowLogs/{flowLogName}"),
    tokens.PRIVATE_ZONE: _top(_ZONE),
    tokens.VIRTUAL_NETWORK_LINK: _part(_ZONE, "virtualNetworkLinks/{virtualNetworkLinkName}"),
    tokens.VAULT: _top(_VAULT),
    tokens.KEY: _part(_VAULT, "keys/{keyName}"),
    tokens.IDENTITY: _top(_IDENTITY),
    tokens.FEDERATED_CREDENTIAL: _part(
        _IDENTITY, "federatedIdentityCredentials/{federatedIdentityCredentialResourceName}"
    ),
    tokens.DISK_ENCRYPTION_SET: _top("Microsoft.Compute/diskEncryptionSets/{diskEncryptionSetName}"),
    tokens.RESERVATION_GROUP: _top(_RESERVATIONS),
    tokens.RESERVATION: _part(_RESERVATIONS, "capacityReservations/{capacityReservationName}"),
    tokens.STORAGE_ACCOUNT: _top(_ACCOUNT),
    tokens.BLOB_SERVICE: _part(_ACCOUNT, "blobServices/{blobServicesName}"),
    tokens.BLOB_CONTAINER: Form(path=_CONTAINER),
    tokens.CONTAINER_IMMUTABILITY: _part(_CONTAINER, "immutabilityPolicies/{immutabilityPolicyName}"),
    tokens.STORAGE_LIFECYCLE: _part(_ACCOUNT, "managementPolicies/{managementPolicyName}"),
    tokens.CLUSTER: _top(_CLUSTER),
    tokens.AGENT_POOL: _part(_CLUSTER, "agentPools/{agentPoolName}"),
    tokens.MAINTENANCE: _part(_CLUSTER, "maintenanceConfigurations/{configName}"),
    tokens.REGISTRY: _top(_REGISTRY),
    tokens.REPLICATION: _part(_REGISTRY, "replications/{replicationName}"),
    tokens.CACHE_RULE: _part(_REGISTRY, "cacheRules/{cacheRuleName}"),
    tokens.ROLE_ASSIGNMENT: Form(
        path="Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        place=Place.SCOPE,
        autoname=Autoname.UUID,
    ),
    tokens.ROLE_DEFINITION: Form(
        path="Microsoft.Authorization/roleDefinitions/{roleDefinitionId}", place=Place.SCOPE, autoname=Autoname.UUID
    ),
    tokens.LOCK: Form(path=_LOCK, place=Place.SCOPE, autoname=Autoname.RANDOM),
    tokens.GROUP_LOCK: Form(path=_LOCK, autoname=Autoname.RANDOM),
    tokens.SUBSCRIPTION_LOCK: Form(path=f"providers/{_LOCK}", place=Place.SUBSCRIPTION, autoname=Autoname.RANDOM),
    tokens.WORKSPACE: _top("Microsoft.OperationalInsights/workspaces/{workspaceName}"),
    tokens.DIAGNOSTIC_SETTING: Form(
        path="Microsoft.Insights/diagnosticSettings/{name}",
        place=Place.SCOPE,
        scope="resourceUri",
        autoname=Autoname.RANDOM,
    ),
    tokens.SUBSCRIPTION_DIAGNOSTIC_SETTING: Form(
        path="providers/Microsoft.Insights/diagnosticSettings/{name}",
        place=Place.SUBSCRIPTION,
        autoname=Autoname.RANDOM,
    ),
    tokens.ACTION_GROUP: _top("Microsoft.Insights/actionGroups/{actionGroupName}"),
    tokens.ACTIVITY_ALERT: _top("Microsoft.Insights/activityLogAlerts/{activityLogAlertName}"),
    tokens.OBJECT_REPLICATION: _part(_ACCOUNT, "objectReplicationPolicies/{objectReplicationPolicyId}"),
    tokens.DEFENDER_PLAN: Form(path="Microsoft.Security/pricings/{pricingName}", place=Place.SCOPE, scope="scopeId"),
    tokens.ELIGIBILITY: Form(
        path="Microsoft.Authorization/roleEligibilitySchedules/{name}",
        place=Place.SCOPE,
        made_of=("scope", "principalId", "roleDefinitionId"),
    ),
    tokens.ROLE_POLICY: Form(
        path="Microsoft.Authorization/roleManagementPolicies/{roleManagementPolicyName}",
        place=Place.SCOPE,
        autoname=Autoname.UUID,
    ),
}
