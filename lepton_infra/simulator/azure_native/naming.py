"""Names and other formats that Azure's management models leave out, by resource type and property path.

Sources: "Naming rules and restrictions for Azure resources", the REST API references of Key Vault, AKS and storage,
"Use tags to organize your Azure resources".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.azure_native import tokens
from lepton_infra.simulator.azure_native.forms import FORMS
from lepton_infra.simulator.azure_native.places import is_uuid
from lepton_infra.simulator.formats import Format, between, cidr, one_of

_TAG_LIMIT: Final = 50
_TAG_KEY: Final = 512
_TAG_VALUE: Final = 256
_TAG_FORBIDDEN: Final = "<>%&\\?/"
_TAINT: Final = re.compile(r"[^=:\s]+(=[^=:\s]*)?:(NoSchedule|PreferNoSchedule|NoExecute)")
_DURATION: Final = re.compile(r"P(\d+Y)?(\d+M)?(\d+D)?")
_VERSION: Final = re.compile(r"\d+\.\d+(\.\d+)?")


def matching(pattern: str, rule: str) -> Format:
    """Text of a form, which the message puts in words."""
    compiled = re.compile(pattern)

    def reasons(value: Any) -> Iterator[str]:
        if not compiled.fullmatch(value):
            yield f'"{value}" is not allowed; allowed: {rule}'

    return reasons


def tags(value: Any) -> Iterator[str]:
    """Tags of any type: 50 at most, keys of up to 512 characters and values of up to 256."""
    if len(value) > _TAG_LIMIT:
        yield f"has {len(value)} tags; allowed: at most {_TAG_LIMIT}"
    for key, text in value.items():
        if not 1 <= len(key) <= _TAG_KEY or any(letter in key for letter in _TAG_FORBIDDEN):
            yield f'key "{key}": allowed: 1 to {_TAG_KEY} characters without {_TAG_FORBIDDEN}'
        if isinstance(text, str) and len(text) > _TAG_VALUE:
            yield f'value of "{key}": allowed: up to {_TAG_VALUE} characters'


def uuid(value: Any) -> Iterator[str]:
    """The id of a tenant, principal or assignment."""
    if not is_uuid(value):
        yield f'"{value}" is not a UUID'


def taint(value: Any) -> Iterator[str]:
    """A taint as AKS writes it."""
    if not _TAINT.fullmatch(value):
        yield f'"{value}" is not a taint; allowed: key=value:NoSchedule, PreferNoSchedule or NoExecute'


def duration(value: Any) -> Iterator[str]:
    """Days, months and years as ISO 8601 has them."""
    if len(value) < 3 or not _DURATION.fullmatch(value):
        yield f'"{value}" is not a duration; allowed: text such as P90D'


def kubernetes_version(value: Any) -> Iterator[str]:
    """A version of Kubernetes, with its patch or without."""
    if not _VERSION.fullmatch(value):
        yield f'"{value}" is not a Kubernetes version; allowed: text such as "1.33" or "1.33.2"'


_GROUP_NAME: Final = matching(
    r"[\w.()-]{0,89}[\w()-]", "1 to 90 letters, digits, _ - . and brackets, not ending with ."
)
_KEY_NAME: Final = matching(r"[A-Za-z0-9-]{1,127}", "1 to 127 letters, digits and hyphens")
_POOL_NAME: Final = matching(r"[a-z][a-z0-9]{0,11}", "1 to 12 lowercase letters and digits, beginning with a letter")
_DEFAULT: Final = one_of("default")


def vault_name(value: Any) -> Iterator[str]:
    """3 to 24 letters, digits and single hyphens, beginning with a letter and not ending with a hyphen."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]", value) or "--" in value:
        yield (
            f'VaultNameNotValid: "{value}" is not allowed; allowed: 3 to 24 letters, digits and single hyphens, '
            "beginning with a letter and ending with a letter or digit"
        )


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

_POOL: Final[Mapping[str, Format]] = {
    "nodeTaints": taint,
    "orchestratorVersion": kubernetes_version,
    "maxPods": between(10, 250),
    "count": between(0, 1000),
    "minCount": between(0, 1000),
    "maxCount": between(1, 1000),
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
    tokens.SECURITY_RULE: {"securityRuleName": _NETWORK_NAME, "priority": between(100, 4096)},
    tokens.SECURITY_GROUP: {
        "networkSecurityGroupName": _NETWORK_NAME,
        "securityRules.name": _NETWORK_NAME,
        "securityRules.priority": between(100, 4096),
    },
    tokens.VIRTUAL_NETWORK: {"virtualNetworkName": _NETWORK_NAME, "addressSpace.addressPrefixes": cidr(29, 2)},
    tokens.SUBNET: {"subnetName": _NETWORK_NAME, "addressPrefix": cidr(29, 2), "addressPrefixes": cidr(29, 2)},
    tokens.VAULT: {
        "vaultName": vault_name,
        "properties.tenantId": uuid,
        "properties.softDeleteRetentionInDays": between(7, 90),
        "properties.publicNetworkAccess": one_of("Enabled", "Disabled"),
    },
    tokens.KEY: {
        "keyName": _KEY_NAME,
        "properties.keySize": one_of(2048, 3072, 4096),
        "properties.rotationPolicy.attributes.expiryTime": duration,
        "properties.rotationPolicy.lifetimeActions.trigger.timeAfterCreate": duration,
        "properties.rotationPolicy.lifetimeActions.trigger.timeBeforeExpiry": duration,
    },
    tokens.STORAGE_LIFECYCLE: {"managementPolicyName": _DEFAULT},
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
        "kubernetesVersion": kubernetes_version,
        "nodeResourceGroup": _NODE_GROUP,
        "dnsPrefix": matching(
            r"[A-Za-z0-9]([A-Za-z0-9-]{0,52}[A-Za-z0-9])?",
            "1 to 54 letters, digits and hyphens, beginning and ending with a letter or digit",
        ),
        "networkProfile.podCidr": cidr(26, 8, private=True),
        "networkProfile.serviceCidr": cidr(28, 12, private=True),
        "apiServerAccessProfile.authorizedIPRanges": cidr(),
        "aadProfile.adminGroupObjectIDs": uuid,
        "aadProfile.tenantID": uuid,
        "agentPoolProfiles.name": _POOL_NAME,
        **{f"agentPoolProfiles.{name}": format for name, format in _POOL.items()},
    },
    tokens.AGENT_POOL: _POOL,
    tokens.ROLE_ASSIGNMENT: {"roleAssignmentName": uuid, "principalId": uuid},
    tokens.WORKSPACE: {"retentionInDays": between(4, 730)},
}


def format_of(type: str, path: str) -> Format | None:
    """The format of a property, if it has one; of a list, that of each item."""
    return tags if path == "tags" else FORMATS.get(type, {}).get(path)
