"""Inputs of a node pool that do not go together. Sources: the GKE API's own descriptions and documentation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lepton_infra.simulator.behaviour import Failure, Properties
from lepton_infra.simulator.gcp.accelerators import misfit
from lepton_infra.simulator.gcp.paths import at
from lepton_infra.simulator.gcp.places import Place, region_of

Findings = Iterator[Failure]


def machines(inputs: Properties, place: Place) -> Findings:
    """GPUs are such as the machine has or takes."""
    machine = at(inputs, "nodeConfig.machineType")
    for index, gpu in enumerate(at(inputs, "nodeConfig.guestAccelerators") or ()):
        kind, count = at(gpu, "type"), at(gpu, "count")
        if isinstance(machine, str) and isinstance(kind, str) and isinstance(count, int):
            reason = misfit(machine, kind, count)
            if reason is not None:
                path = f"nodeConfig.guestAccelerators[{index}].type"
                yield Failure(path=path, reason=f"INVALID_ARGUMENT: {reason}")


def buying(inputs: Properties, place: Place) -> Findings:
    """Nodes are bought in one way."""
    ways = [name for name in ("spot", "preemptible", "flexStart") if at(inputs, f"nodeConfig.{name}") is True]
    if len(ways) > 1:
        yield Failure(path=f"nodeConfig.{ways[1]}", reason=f"INVALID_ARGUMENT: {' and '.join(ways)} exclude each other")
    affinity = at(inputs, "nodeConfig.reservationAffinity.consumeReservationType")
    if at(inputs, "nodeConfig.spot") is True and affinity in ("SPECIFIC_RESERVATION", "ANY_RESERVATION"):
        path = "nodeConfig.reservationAffinity.consumeReservationType"
        yield Failure(path=path, reason=f"INVALID_ARGUMENT: Spot VMs cannot consume reservations, but it is {affinity}")
    if affinity == "SPECIFIC_RESERVATION":
        for name in ("key", "values"):
            if not at(inputs, f"nodeConfig.reservationAffinity.{name}"):
                path = f"nodeConfig.reservationAffinity.{name}"
                yield Failure(path=path, reason="INVALID_ARGUMENT: SPECIFIC_RESERVATION needs key and values")


def counts(inputs: Properties, place: Place) -> Findings:
    """Totals and counts per zone exclude each other, and a least does not exceed its most."""
    scaling = inputs.get("autoscaling")
    if not isinstance(scaling, Mapping):
        return
    totals = [name for name in ("totalMinNodeCount", "totalMaxNodeCount") if scaling.get(name) is not None]
    zonal = [name for name in ("minNodeCount", "maxNodeCount") if scaling.get(name) is not None]
    if totals and zonal:
        reason = f"INVALID_ARGUMENT: {zonal[0]} counts per zone, {totals[0]} over all zones; give one kind"
        yield Failure(path=f"autoscaling.{zonal[0]}", reason=reason)
    for least, most in (("minNodeCount", "maxNodeCount"), ("totalMinNodeCount", "totalMaxNodeCount")):
        low, high = scaling.get(least), scaling.get(most)
        if isinstance(low, int) and isinstance(high, int) and low > high:
            yield Failure(path=f"autoscaling.{least}", reason=f"INVALID_ARGUMENT: {least} {low} exceeds {most} {high}")
        if isinstance(low, int) and high is None:
            yield Failure(path=f"autoscaling.{most}", reason=f"INVALID_ARGUMENT: {least} needs {most}")


def flex_start(inputs: Properties, place: Place) -> Findings:
    """Nodes of flex-start are not repaired, come from no reservation and are not there from the beginning."""
    if at(inputs, "nodeConfig.flexStart") is not True:
        return
    if at(inputs, "management.autoRepair") is not False:
        yield Failure(path="management.autoRepair", reason="INVALID_ARGUMENT: flexStart needs autoRepair false")
    yield from _unreserved(inputs, "flexStart")
    for name in ("nodeCount", "initialNodeCount"):
        count = inputs.get(name)
        if isinstance(count, int) and count > 0:
            yield Failure(path=name, reason="INVALID_ARGUMENT: flexStart takes no count of nodes but 0")


def queued(inputs: Properties, place: Place) -> Findings:
    """Queued provisioning begins with no node and takes nothing from a reservation."""
    if at(inputs, "queuedProvisioning.enabled") is not True:
        return
    yield from _unreserved(inputs, "queuedProvisioning")
    for name in ("minNodeCount", "totalMinNodeCount"):
        least = at(inputs, f"autoscaling.{name}")
        if isinstance(least, int) and least > 0:
            yield Failure(path=f"autoscaling.{name}", reason="INVALID_ARGUMENT: queuedProvisioning needs 0")


def _unreserved(inputs: Properties, by: str) -> Findings:
    affinity = at(inputs, "nodeConfig.reservationAffinity.consumeReservationType")
    if affinity is None or (isinstance(affinity, str) and affinity != "NO_RESERVATION"):
        path = "nodeConfig.reservationAffinity.consumeReservationType"
        yield Failure(path=path, reason=f"INVALID_ARGUMENT: {by} needs NO_RESERVATION")


def surge(inputs: Properties, place: Place) -> Findings:
    """An upgrade has to begin somewhere."""
    settings = inputs.get("upgradeSettings")
    if not isinstance(settings, Mapping) or settings.get("strategy", "SURGE") != "SURGE":
        return
    extra, missing = settings.get("maxSurge", 0), settings.get("maxUnavailable", 0)
    if isinstance(extra, int) and isinstance(missing, int) and extra + missing == 0:
        reason = "INVALID_ARGUMENT: maxSurge and maxUnavailable cannot both be 0"
        yield Failure(path="upgradeSettings.maxSurge", reason=reason)


def compact(inputs: Properties, place: Place) -> Findings:
    """Machines close to one another are in one zone."""
    spread = inputs.get("nodeLocations")
    location = inputs.get("location")
    if at(inputs, "placementPolicy.type") != "COMPACT" or (
        isinstance(location, str) and region_of(location) != location
    ):
        return
    if not isinstance(spread, list) or len(spread) != 1:
        yield Failure(path="nodeLocations", reason="INVALID_ARGUMENT: COMPACT placement needs exactly one zone")
