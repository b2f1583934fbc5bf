"""What Azure's management models do not say of a value, by resource type and property path.

Sources: "Naming rules and restrictions for Azure resources", the REST API references of Key Vault, AKS, storage,
networks and monitoring, "Use tags to organize your Azure resources".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lepton_infra.simulator.azure_native import syntax, tokens
from lepton_infra.simulator.azure_native.forms import FORMS
from lepton_infra.simulator.azure_native.syntax import matching
from lepton_infra.simulator.formats import Format, between, cidr, one_of

_GROUP_NAME: Final = matching(
    r"[\w.()-]{0,89}[\w()-]", "1 to 90 letters, digits, _ - . and brackets, not ending with ."
)
_KEY_NAME: Final = matching(r"[A-Za-z0-9-]{1,127}", "1 to 127 letters, digits and hyphens")
_POOL_NAME: Final = matching(r"[a-z][a-z0-9]{0,11}", "1 to 12 lowercase letters and digits, beginning with a letter")
_DEFAULT: Final = one_of("default")
_NETWORK_NAME: Final = matching(
    r"[A-Za-z0-9]([\w.-]{0,78}\w)?",
    "1 to 80 letters, digits, _ - and ., beginning with a letter or digit and ending with one or _",
)
_NETWORK_PARTS: Final = (
    tokens.VIRTUAL_NETWORK,
    tokens.SUBNET,
    tokens.SECURITY_GROUP,
    tokens.SECURITY_RULE,
    tokens.ROUTE_TABLE,
    tokens.ROUTE,
    tokens.NAT_GATEWAY,
    tokens.PUBLIC_IP,
    tokens.PUBLIC_IP_PREFIX,
    tokens.PRIVATE_ENDPOINT,
    tokens.VIRTUAL_NETWORK_LINK,
    tokens.FLOW_LOG,
    tokens.DISK_ENCRYPTION_SET,
)
_CONTAINER_NAME: Final = matching(
    r"(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", "3 to 63 lowercase letters, digits and single hyphens"
)
_IDENTITY_NAME: Final = matching(
    r"[A-Za-z0-9][\w-]{2,127}", "3 to 128 letters, digits, _ and -, beginning with a letter or digit"
)
_IDLE_MINUTES: Final = between(4, 120)

_ALERT_NAME: Final = matching(
    r"[^*#&+:<>?@%{}\\/|]{0,259}[^*#&+:<>?@%{}\\/| .]",
    "1 to 260 characters other than * # & + : < > ? @ % { } \\ / |, not ending with a space or .",
)
_RECEIVER: Final = matching(r".{1,50}", "1 to 50 characters")
_ALERT_FIELD: Final = one_of(
    "category", "level", "operationName", "resourceGroup", "resourceId", "resourceProvider", "resourceType", "status"
)

_COUNT_OR_SHARE: Final = matching(r"\d+%?", "a number of nodes such as 1, or a share such as 33%")
_DAYS: Final = between(0, 365)

_POOL: Final[Mapping[str, Format]] = {
    "nodeTaints": syntax.taint,
    "nodeLabels": syntax.labels,
    "vmSize": matching(r"[A-Za-z]+_[\w-]+", "a machine size such as Standard_D4s_v5"),
    "upgradeSettings.maxSurge": _COUNT_OR_SHARE,
    "upgradeSettings.maxUnavailable": _COUNT_OR_SHARE,
    "orchestratorVersion": syntax.kubernetes_version,
    "maxPods": between(10, 250),
    "count": between(0, 1000),
    "minCount": between(0, 1000),
    "maxCount": between(1, 1000),
}
_RULE: Final[Mapping[str, Format]] = {
    "priority": between(100, 4096),
    **{
        f"{side}{kind}": format
        for side in ("source", "destination")
        for kind, format in {
            "AddressPrefix": syntax.address_prefix,
            "AddressPrefixes": syntax.address_prefix,
            "PortRange": syntax.ports,
            "PortRanges": syntax.ports,
        }.items()
    },
}
_NODE_GROUP: Final = matching(
    r"[\w.()-]{0,79}[\w()-]", "1 to 80 letters, digits, _ - . and brackets, not ending with ."
)

FORMATS: Final[Mapping[str, Mapping[str, Format]]] = {
    tokens.RESOURCE_GROUP: {"resourceGroupName": _GROUP_NAME},
    **{type: {FORMS[type].name: _NETWORK_NAME} for type in _NETWORK_PARTS},
    tokens.IDENTITY: {"resourceName": _IDENTITY_NAME},
    tokens.BLOB_CONTAINER: {"containerName": _CONTAINER_NAME},
    tokens.NAT_GATEWAY: {"natGatewayName": _NETWORK_NAME, "idleTimeoutInMinutes": _IDLE_MINUTES},
    tokens.SECURITY_RULE: {"securityRuleName": _NETWORK_NAME, **_RULE},
    tokens.SECURITY_GROUP: {
        "networkSecurityGroupName": _NETWORK_NAME,
        "securityRules.name": _NETWORK_NAME,
        **{f"securityRules.{name}": format for name, format in _RULE.items()},
    },
    tokens.VIRTUAL_NETWORK: {"virtualNetworkName": _NETWORK_NAME, "addressSpace.addressPrefixes": cidr(29, 2)},
    tokens.SUBNET: {"subnetName": _NETWORK_NAME, "addressPrefix": cidr(29, 2), "addressPrefixes": cidr(29, 2)},
    tokens.VAULT: {
        "vaultName": syntax.vault_name,
        "properties.tenantId": syntax.uuid,
        "properties.softDeleteRetentionInDays": between(7, 90),
        "properties.publicNetworkAccess": one_of("Enabled", "Disabled"),
    },
    tokens.KEY: {
        "keyName": _KEY_NAME,
        "properties.keySize": one_of(2048, 3072, 4096),
        "properties.rotationPolicy.attributes.expiryTime": syntax.duration,
        "properties.rotationPolicy.lifetimeActions.trigger.timeAfterCreate": syntax.duration,
        "properties.rotationPolicy.lifetimeActions.trigger.timeBeforeExpiry": syntax.duration,
    },
    tokens.STORAGE_LIFECYCLE: {
        "managementPolicyName": _DEFAULT,
        "policy.rules.name": matching(r"[A-Za-z0-9-]{1,256}", "1 to 256 letters, digits and hyphens"),
        "policy.rules.definition.filters.blobTypes": one_of("blockBlob", "appendBlob"),
    },
    tokens.FLOW_LOG: {"flowLogName": _NETWORK_NAME, "format.version": one_of(1, 2), "retentionPolicy.days": _DAYS},
    tokens.REGISTRY: {"policies.retentionPolicy.days": _DAYS},
    tokens.FEDERATED_CREDENTIAL: {
        "issuer": matching(r"https://\S+", "the address of an issuer, beginning with https://")
    },
    tokens.DIAGNOSTIC_SETTING: {"logAnalyticsDestinationType": one_of("Dedicated", "AzureDiagnostics")},
    tokens.BLOB_SERVICE: {
        "blobServicesName": _DEFAULT,
        "deleteRetentionPolicy.days": between(1, 365),
        "containerDeleteRetentionPolicy.days": between(1, 365),
    },
    tokens.CONTAINER_IMMUTABILITY: {
        "immutabilityPolicyName": _DEFAULT,
        "immutabilityPeriodSinceCreationInDays": between(1, 146000),
    },
    tokens.CLUSTER: {
        "kubernetesVersion": syntax.kubernetes_version,
        "nodeResourceGroup": _NODE_GROUP,
        "dnsPrefix": matching(
            r"[A-Za-z0-9]([A-Za-z0-9-]{0,52}[A-Za-z0-9])?",
            "1 to 54 letters, digits and hyphens, beginning and ending with a letter or digit",
        ),
        "networkProfile.podCidr": cidr(26, 8, private=True),
        "networkProfile.serviceCidr": cidr(28, 12, private=True),
        "apiServerAccessProfile.authorizedIPRanges": syntax.address_range,
        "autoScalerProfile.skipNodesWithLocalStorage": one_of("true", "false"),
        "aadProfile.adminGroupObjectIDs": syntax.uuid,
        "aadProfile.tenantID": syntax.uuid,
        "agentPoolProfiles.name": _POOL_NAME,
        **{f"agentPoolProfiles.{name}": format for name, format in _POOL.items()},
    },
    tokens.AGENT_POOL: _POOL,
    tokens.ROLE_ASSIGNMENT: {
        "roleAssignmentName": syntax.uuid,
        "principalId": syntax.uuid,
        "conditionVersion": one_of("2.0"),
    },
    tokens.WORKSPACE: {"retentionInDays": between(4, 730)},
    tokens.ACTION_GROUP: {
        "actionGroupName": _ALERT_NAME,
        "groupShortName": matching(r".{1,12}", "1 to 12 characters"),
        "emailReceivers.emailAddress": syntax.email,
        "emailReceivers.name": _RECEIVER,
        "webhookReceivers.name": _RECEIVER,
        "webhookReceivers.serviceUri": matching(r"https?://\S+", "an address beginning with https://"),
    },
    tokens.ACTIVITY_ALERT: {
        "activityLogAlertName": _ALERT_NAME,
        "condition.allOf.field": _ALERT_FIELD,
        "condition.allOf.anyOf.field": _ALERT_FIELD,
    },
    tokens.SUBSCRIPTION_DIAGNOSTIC_SETTING: {
        "logs.category": one_of(
            "Administrative",
            "Security",
            "ServiceHealth",
            "Alert",
            "Recommendation",
            "Policy",
            "Autoscale",
            "ResourceHealth",
        )
    },
    tokens.DEFENDER_PLAN: {
        "scopeId": matching(r"/?subscriptions/[0-9a-fA-F-]{36}(/.+)?", "subscriptions/<id>, or the id of a resource"),
        "pricingName": one_of(
            "AI",
            "Api",
            "AppServices",
            "Arm",
            "CloudPosture",
            "Containers",
            "CosmosDbs",
            "Discovery",
            "FoundationalCspm",
            "KeyVaults",
            "OpenSourceRelationalDatabases",
            "SqlServerVirtualMachines",
            "SqlServers",
            "StorageAccounts",
            "VirtualMachines",
        ),
        "subPlan": one_of(
            "DefenderForStorage",
            "DefenderForStorageV2",
            "P1",
            "P2",
            "PerKeyVault",
            "PerStorageAccount",
            "PerTransaction",
        ),
    },
    tokens.ELIGIBILITY: {
        "principalId": syntax.uuid,
        "scheduleInfo.expiration.duration": syntax.duration,
    },
    tokens.ROLE_POLICY: {
        "roleManagementPolicyName": syntax.uuid,
        "rules.id": matching(
            r"(Expiration|Enablement|Approval|AuthenticationContext|Notification_(Admin|Requestor|Approver))"
            r"_(Admin|EndUser)_(Eligibility|Assignment)",
            "the name of one of a policy's rules, such as Expiration_EndUser_Assignment",
        ),
        "rules.maximumDuration": matching(r"P\d+D|PT(\d+H)?(\d+M)?", "a duration such as PT1H or P365D"),
        "rules.target.caller": one_of("None", "Admin", "EndUser"),
        "rules.target.level": one_of("Assignment", "Eligibility"),
        "rules.target.operations": one_of(
            "All", "Activate", "Deactivate", "Assign", "Update", "Remove", "Extend", "Renew"
        ),
    },
    tokens.OBJECT_REPLICATION: {
        "objectReplicationPolicyId": matching(
            r"default|[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", "default, or the id that Azure gave to the policy"
        ),
        "rules.ruleId": syntax.uuid,
        "rules.sourceContainer": _CONTAINER_NAME,
        "rules.destinationContainer": _CONTAINER_NAME,
    },
}


def format_of(type: str, path: str) -> Format | None:
    """The format of a property, if it has one; of a list, that of each item."""
    return syntax.tags if path == "tags" or path.endswith(".tags") else FORMATS.get(type, {}).get(path)
