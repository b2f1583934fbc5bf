"""What Google fills in where a program says nothing, by resource type: the values that come back as outputs.

Sources: the defaults in terraform-provider-google's schemas and in the APIs' own descriptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lepton_infra.simulator.gcp import tokens

SERVICE_DEFAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    tokens.NETWORK: {
        "autoCreateSubnetworks": True,
        "mtu": 0,
        "routingMode": "REGIONAL",
        "networkFirewallPolicyEnforcementOrder": "AFTER_CLASSIC_FIREWALL",
        "deleteDefaultRoutesOnCreate": False,
    },
    tokens.SUBNETWORK: {
        "purpose": "PRIVATE",
        "stackType": "IPV4_ONLY",
        "privateIpGoogleAccess": False,
        "privateIpv6GoogleAccess": "DISABLE_GOOGLE_ACCESS",
        "secondaryIpRanges": [],
    },
    tokens.ROUTER_NAT: {
        "type": "PUBLIC",
        "enableDynamicPortAllocation": False,
        "icmpIdleTimeoutSec": 30,
        "udpIdleTimeoutSec": 30,
        "tcpEstablishedIdleTimeoutSec": 1200,
        "tcpTransitoryIdleTimeoutSec": 30,
        "tcpTimeWaitTimeoutSec": 120,
    },
    tokens.FIREWALL: {"direction": "INGRESS", "priority": 1000, "disabled": False},
    tokens.ROUTE: {"priority": 1000},
    tokens.ADDRESS: {"addressType": "EXTERNAL", "networkTier": "PREMIUM", "users": []},
    tokens.GLOBAL_ADDRESS: {"addressType": "EXTERNAL"},
    tokens.RESERVATION: {"specificReservationRequired": False, "status": "READY"},
    tokens.KEY: {
        "purpose": "ENCRYPT_DECRYPT",
        "destroyScheduledDuration": "2592000s",
        "importOnly": False,
        "versionTemplate": {"algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION", "protectionLevel": "SOFTWARE"},
    },
    tokens.BUCKET: {
        "storageClass": "STANDARD",
        "forceDestroy": False,
        "publicAccessPrevention": "inherited",
        "uniformBucketLevelAccess": False,
        "requesterPays": False,
        "defaultEventBasedHold": False,
        "softDeletePolicy": {"retentionDurationSeconds": 604800},
    },
    tokens.CLUSTER: {
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
    tokens.NODE_POOL: {
        "initialNodeCount": 0,
        "maxPodsPerNode": 110,
        "management": {"autoRepair": True, "autoUpgrade": True},
        "upgradeSettings": {"strategy": "SURGE", "maxSurge": 1, "maxUnavailable": 0},
        "nodeConfig": {
            "machineType": "e2-medium",
            "diskSizeGb": 100,
            "diskType": "pd-balanced",
            "imageType": "COS_CONTAINERD",
            "serviceAccount": "default",
            "spot": False,
            "preemptible": False,
            "loggingVariant": "DEFAULT",
        },
    },
    tokens.REPOSITORY: {"mode": "STANDARD_REPOSITORY", "cleanupPolicyDryRun": False},
    tokens.SERVICE_ACCOUNT: {"disabled": False},
    tokens.SERVICE: {"disableOnDestroy": False},
    tokens.CUSTOM_ROLE: {"stage": "GA", "deleted": False},
    tokens.TRANSFER_JOB: {"status": "ENABLED"},
    tokens.NOTIFICATION_CHANNEL: {"enabled": True, "forceDelete": False},
    tokens.ALERT_POLICY: {"enabled": True},
    tokens.ENTITLEMENT: {"state": "AVAILABLE"},
    tokens.LOG_BUCKET: {"retentionDays": 30, "locked": False, "lifecycleState": "ACTIVE"},
    tokens.LOG_SINK: {"uniqueWriterIdentity": True, "disabled": False},
    tokens.DNS_ZONE: {"visibility": "public", "forceDestroy": False},
    tokens.SUBSCRIPTION: {"ackDeadlineSeconds": 10, "messageRetentionDuration": "604800s"},
}
