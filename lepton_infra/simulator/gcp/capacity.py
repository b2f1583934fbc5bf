"""Which machines a node pool, a cluster's first pool or a reservation asks for, and where."""

from __future__ import annotations

from lepton_infra.simulator.behaviour import Call
from lepton_infra.simulator.gcp import tokens
from lepton_infra.simulator.gcp.cluster_outputs import further_zones, node_zones
from lepton_infra.simulator.gcp.identity import last, location
from lepton_infra.simulator.gcp.made import named
from lepton_infra.simulator.gcp.paths import at

_USUAL = "e2-medium"
"""The machine of a pool that names none."""


def sku_zones(call: Call) -> list[tuple[str, str]]:
    """Every machine type with every zone that it is asked of at once; nothing for other types.

    A pool that begins with no node asks for none: its autoscaler does, later. Nor does one fail for want of machines
    that is made with best effort.
    """
    inputs = call.inputs
    if call.type == tokens.RESERVATION:
        machine = at(inputs, "specificReservation.instanceProperties.machineType")
        return [(str(machine), last(inputs["zone"]))] if machine else []
    if call.type not in (tokens.NODE_POOL, tokens.CLUSTER) or not _begins_with_nodes(call):
        return []
    machine = at(inputs, "nodeConfig.machineType") or _USUAL
    return [(machine, zone) for zone in _zones(call)]


def _begins_with_nodes(call: Call) -> bool:
    inputs = call.inputs
    if call.type == tokens.CLUSTER:
        # The first pool is made with the cluster, and never again.
        return call.old is None and bool(inputs.get("initialNodeCount"))
    if at(inputs, "bestEffortProvisioning.enabled") is True and not at(
        inputs, "bestEffortProvisioning.minProvisionNodes"
    ):
        return False
    asked = (inputs.get("nodeCount"), inputs.get("initialNodeCount"), at(inputs, "autoscaling.minNodeCount"))
    return any(asked) or bool(at(inputs, "autoscaling.totalMinNodeCount"))


def _zones(call: Call) -> list[str]:
    here = location(call)
    if call.type == tokens.CLUSTER:
        given = list(call.inputs.get("nodeLocations") or further_zones(here))
        return given if here.count("-") == 1 else [here, *given]
    owner = named(call, tokens.CLUSTER, str(call.inputs.get("cluster")))
    return node_zones(call.inputs, owner, owner.state["location"] if owner else here)
