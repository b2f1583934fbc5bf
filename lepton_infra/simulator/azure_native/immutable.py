"""Properties whose change makes a new resource, and those that Azure refuses to change.

What replaces: every part of a resource's id and its location, and the provider's own table of more ("forceNewMap" of
pulumi-azure-native). All else the provider sends as a change, and Azure's services refuse some of that; only another
name or ``replace_on_changes`` helps then, so the simulated cloud refuses it as they do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.azure_native import tokens
from lepton_infra.simulator.azure_native.forms import FORMS, Place
from lepton_infra.simulator.azure_native.identity import at
from lepton_infra.simulator.behaviour import Call, CloudError


def _paths(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FORCED: Final[Mapping[str, frozenset[str]]] = {
    tokens.ROLE_ASSIGNMENT: _paths("principalId"),
    tokens.CLUSTER: _paths(
        "diskEncryptionSetID dnsPrefix fqdnSubdomain linuxProfile nodeResourceGroup windowsProfile"
        " networkProfile.serviceCidr networkProfile.serviceCidrs networkProfile.dnsServiceIP"
        " networkProfile.networkMode networkProfile.networkPlugin networkProfile.networkPluginMode"
        " networkProfile.podCidr networkProfile.networkDataplane networkProfile.networkPolicy"
        " networkProfile.outboundType"
    ),
    tokens.AGENT_POOL: _paths("gpuInstanceProfile vmSize networkProfile.nodePublicIPTags"),
    tokens.PRIVATE_ENDPOINT: _paths("subnet"),
    tokens.PUBLIC_IP: _paths("publicIPAddressVersion publicIPPrefix sku"),
    tokens.STORAGE_ACCOUNT: _paths("isHnsEnabled"),
    tokens.ELIGIBILITY: _paths("condition conditionVersion justification scheduleInfo ticketInfo"),
}

IMMUTABLE: Final[Mapping[str, frozenset[str]]] = {
    "*": _paths("location resourceGroupName"),
    **{
        type: frozenset(form.names)
        | (frozenset({form.scope}) if form.place is Place.SCOPE else frozenset())
        | _FORCED.get(type, frozenset())
        for type, form in FORMS.items()
    },
}

# Sources: "Changing property … is not allowed" of AKS's API; "Update" in each service's REST API reference; for keys,
# "Update a key" (what they are made of cannot change); for identities' assignments, "RoleAssignmentUpdateNotPermitted".
_REFUSED: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    tokens.AGENT_POOL: (
        "PropertyChangeNotAllowed",
        _paths(
            "availabilityZones gpuProfile.driver osType osDiskType osDiskSizeGB maxPods vnetSubnetID podSubnetID"
            " scaleSetPriority scaleSetEvictionPolicy spotMaxPrice type kubeletDiskType kubeletConfig linuxOSConfig"
            " enableEncryptionAtHost enableUltraSSD enableNodePublicIP nodePublicIPPrefixID proximityPlacementGroupID"
            " capacityReservationGroupID hostGroupID creationData securityProfile.enableSecureBoot"
            " securityProfile.enableVTPM"
        ),
    ),
    tokens.CLUSTER: (
        "PropertyChangeNotAllowed",
        _paths("apiServerAccessProfile.enablePrivateCluster extendedLocation enableRBAC"),
    ),
    tokens.STORAGE_ACCOUNT: (
        "AccountPropertyCannotBeUpdated",
        _paths("kind encryption.requireInfrastructureEncryption enableNfsV3 dnsEndpointType"),
    ),
    tokens.NAT_GATEWAY: ("ResourceAvailabilityZonesCannotBeModified", _paths("zones sku.name")),
    tokens.PUBLIC_IP: ("ResourceAvailabilityZonesCannotBeModified", _paths("zones")),
    tokens.DISK_ENCRYPTION_SET: ("PropertyChangeNotAllowed", _paths("encryptionType")),
    tokens.KEY: ("KeyPropertyCannotBeUpdated", _paths("properties.kty properties.keySize properties.curveName")),
    tokens.ROLE_ASSIGNMENT: ("RoleAssignmentUpdateNotPermitted", _paths("roleDefinitionId principalType")),
    tokens.PRIVATE_ENDPOINT: ("PrivateLinkServiceIdCannotBeChanged", _paths("customNetworkInterfaceName")),
    tokens.OBJECT_REPLICATION: ("InvalidObjectReplicationPolicy", _paths("sourceAccount destinationAccount")),
    tokens.REGISTRY: ("EncryptionCannotBeDisabled", _paths("zoneRedundancy encryption.status")),
}


_FROM_THE_START: Final[Mapping[str, frozenset[str]]] = {
    tokens.STORAGE_ACCOUNT: _paths("immutableStorageWithVersioning.enabled"),
}
"""What is switched on when a resource is made, or never ("Version-level WORM policies for immutable blob data")."""


def require_changeable(call: Call) -> None:
    """Refuse a change that Azure refuses.

    Raises:
        CloudError: with Azure's own code and the remedy.
    """
    code, paths = _REFUSED.get(call.type, ("", frozenset()))
    if call.old is None:
        return
    changed = sorted(
        [*_changed(paths, call.old.inputs, call.inputs), *_switched_on(call.type, call.old.inputs, call.inputs)]
    )
    if changed:
        raise CloudError(
            code,
            f"Changing {', '.join(changed)} of {call.old.id} is not allowed. Make a new resource under another name, "
            "or add replace_on_changes and delete_before_replace to this one",
        )


def _switched_on(type: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for path in _FROM_THE_START.get(type, ()):
        if at(after, *path.split(".")) and not at(before, *path.split(".")):
            yield f"{path} from False to True"


def _changed(paths: frozenset[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for path in paths:
        old, new = at(before, *path.split(".")), at(after, *path.split("."))
        if old != new and old is not None:
            yield f"{path} from {old!r} to {new!r}"
