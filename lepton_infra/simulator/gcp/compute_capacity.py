"""Reservations and placement policies of Compute Engine."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.behaviour import Call
from lepton_infra.simulator.core.paths import at
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.formats import between
from lepton_infra.simulator.gcp import compute
from lepton_infra.simulator.gcp.identifiers import last
from lepton_infra.simulator.gcp.resource_type import GcpType, Request

RESOURCE_POLICY_NAME: Final = compute.missing()


def _machines(call: Call) -> list[tuple[str, str]]:
    machine = at(call.inputs, "specificReservation.instanceProperties.machineType")
    return [(str(machine), last(call.inputs["zone"]))] if machine else []


RESERVATION: Final = GcpType(
    token="gcp:compute/reservation:Reservation",
    identifiers=compute.identifiers("zones/{zone}/reservations"),
    api=Request(schema="compute.v1#Reservation"),
    formats={"specificReservation.count": between(1, 1000000)},
    unique=compute.TAKEN,
    defaults={"specificReservationRequired": False, "status": "READY"},
    immutable=paths(
        "name zone description specificReservationRequired specificReservation.instanceProperties deleteAtTime"
        " deleteAfterDuration enableEmergentMaintenance reservationSharingPolicy shareSettings.shareType params"
    ),
    sku_zones=_machines,
)

RESOURCE_POLICY: Final = GcpType(
    token="gcp:compute/resourcePolicy:ResourcePolicy",
    identifiers=compute.identifiers("regions/{region}/resourcePolicies"),
    referred_to=RESOURCE_POLICY_NAME,
    api=Request(schema="compute.v1#ResourcePolicy"),
    unique=compute.TAKEN,
    immutable=paths("name region workloadPolicy"),
)

TYPES: Final = (RESERVATION, RESOURCE_POLICY)
