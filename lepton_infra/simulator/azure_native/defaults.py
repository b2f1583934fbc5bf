"""What Azure fills in where a request says nothing, as far as others see it.

Source: the property descriptions of the REST API references, by type.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lepton_infra.simulator.azure_native import tokens

_POOL: Final[Mapping[str, Any]] = {
    "osType": "Linux",
    "type": "VirtualMachineScaleSets",
    "scaleSetPriority": "Regular",
    "mode": "User",
    "scaleDownMode": "Delete",
}

SERVICE_DEFAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    tokens.VIRTUAL_NETWORK: {"enableDdosProtection": False},
    tokens.SUBNET: {
        "privateEndpointNetworkPolicies": "Disabled",
        "privateLinkServiceNetworkPolicies": "Enabled",
        "ipConfigurations": [],
        "ipConfigurationProfiles": [],
        "privateEndpoints": [],
        "resourceNavigationLinks": [],
        "serviceAssociationLinks": [],
        "purpose": "",
    },
    tokens.ROUTE_TABLE: {"subnets": []},
    tokens.NAT_GATEWAY: {"idleTimeoutInMinutes": 4, "subnets": []},
    tokens.PUBLIC_IP: {
        "idleTimeoutInMinutes": 4,
        "publicIPAddressVersion": "IPv4",
        "publicIPAllocationMethod": "Dynamic",
    },
    tokens.PUBLIC_IP_PREFIX: {"publicIPAddresses": []},
    tokens.STORAGE_ACCOUNT: {
        "accessTier": "Hot",
        "allowBlobPublicAccess": False,
        "enableHttpsTrafficOnly": True,
        "minimumTlsVersion": "TLS1_2",
        "encryption": {"keySource": "Microsoft.Storage"},
        "networkRuleSet": {"bypass": "AzureServices", "defaultAction": "Allow"},
        "accountMigrationInProgress": False,
        "failoverInProgress": False,
        "isSkuConversionBlocked": False,
        "blobRestoreStatus": {},
        "geoReplicationStats": {},
        "secondaryEndpoints": {},
        "storageAccountSkuConversionStatus": {},
        "lastGeoFailoverTime": "",
        "secondaryLocation": "",
        "statusOfSecondary": "",
    },
    tokens.BLOB_CONTAINER: {
        "publicAccess": "None",
        "deleted": False,
        "deletedTime": "",
        "hasImmutabilityPolicy": False,
        "hasLegalHold": False,
        "leaseState": "Available",
        "leaseStatus": "Unlocked",
        "remainingRetentionDays": 0,
        "version": "",
    },
    tokens.CONTAINER_IMMUTABILITY: {"state": "Unlocked"},
    tokens.VAULT: {
        "properties": {
            "enableSoftDelete": True,
            "softDeleteRetentionInDays": 90,
            "privateEndpointConnections": [],
            "publicNetworkAccess": "Enabled",
        }
    },
    tokens.CLUSTER: {
        "enableRBAC": True,
        "disableLocalAccounts": False,
        "supportPlan": "KubernetesOfficial",
        "networkProfile": {
            "serviceCidr": "10.0.0.0/16",
            "dnsServiceIP": "10.0.0.10",
            "outboundType": "loadBalancer",
            "loadBalancerSku": "standard",
        },
    },
    tokens.AGENT_POOL: _POOL,
    tokens.REGISTRY: {"adminUserEnabled": False, "publicNetworkAccess": "Enabled", "status": {}},
    tokens.WORKSPACE: {"retentionInDays": 30, "privateLinkScopedResources": []},
    tokens.ACTIVITY_ALERT: {"enabled": True},
    tokens.DEFENDER_PLAN: {
        "deprecated": False,
        "enforce": "False",
        "freeTrialRemainingTime": "PT0S",
        "inherited": "False",
        "inheritedFrom": "",
        "replacedBy": [],
    },
    tokens.PRIVATE_ZONE: {
        "maxNumberOfRecordSets": 25000,
        "maxNumberOfVirtualNetworkLinks": 1000,
        "maxNumberOfVirtualNetworkLinksWithRegistration": 100,
        "numberOfRecordSets": 1,
        "numberOfVirtualNetworkLinks": 0,
        "numberOfVirtualNetworkLinksWithRegistration": 0,
    },
    tokens.VIRTUAL_NETWORK_LINK: {"virtualNetworkLinkState": "Completed"},
}
