"""Azure Compute: disk encryption sets and reserved capacity."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.azure_native.customer_keys import require_protected, require_usable
from lepton_infra.simulator.azure_native.identifiers import top
from lepton_infra.simulator.azure_native.key_vault import key_at
from lepton_infra.simulator.azure_native.places import place_of
from lepton_infra.simulator.azure_native.resource_type import AzureType, Fixed
from lepton_infra.simulator.azure_native.syntax import NETWORK_NAME
from lepton_infra.simulator.behaviour import Call, CloudError
from lepton_infra.simulator.core.paths import at
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.determinism import CREATED

_RESERVATIONS: Final = top("Microsoft.Compute/capacityReservationGroups/{capacityReservationGroupName}")


def _disk_key(call: Call) -> None:
    """The key of a set of disks."""
    key = key_at(call.scope, str(at(call.inputs, "activeKey.keyUrl")))
    if key is None:
        return
    kind = str(at(key.inputs, "properties.kty"))
    if not kind.startswith("RSA"):
        raise CloudError("InvalidParameter", f"activeKey.keyUrl: disks are encrypted with RSA keys, not with {kind}")
    require_protected(call, key, "KeyVaultPurgeProtectionNotEnabled")
    for user in at(call.inputs, "identity.userAssignedIdentities") or ():
        require_usable(call, key, user, "KeyVaultAccessForbidden")


def _reserved(call: Call) -> list[tuple[str, str]]:
    location = str(call.inputs.get("location") or place_of(call.scope).location)
    return [(str(call.inputs["sku"].get("name")), zone) for zone in call.inputs.get("zones") or [location]]


DISK_ENCRYPTION_SET: Final = AzureType(
    token="azure-native:compute:DiskEncryptionSet",
    path=top("Microsoft.Compute/diskEncryptionSets/{diskEncryptionSetName}"),
    formats={"diskEncryptionSetName": NETWORK_NAME},
    local=("activeKey",),
    preconditions=(_disk_key,),
    outputs=lambda live: {"previousKeys": [], "lastKeyRotationTimestamp": CREATED},
    fixed=Fixed(code="PropertyChangeNotAllowed", paths=paths("encryptionType")),
)


RESERVATION_GROUP: Final = AzureType(
    token="azure-native:compute:CapacityReservationGroup",
    path=_RESERVATIONS,
)


RESERVATION: Final = AzureType(
    token="azure-native:compute:CapacityReservation",
    path=_RESERVATIONS.part("capacityReservations/{capacityReservationName}"),
    sku_zones=_reserved,
)


TYPES: Final = (
    DISK_ENCRYPTION_SET,
    RESERVATION_GROUP,
    RESERVATION,
)
