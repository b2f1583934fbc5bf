"""Which machines a node group asks for, and where."""

from __future__ import annotations

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.behaviour import Call


def sku_zones(call: Call) -> list[tuple[str, str]]:
    """Every machine type of a node group in every zone of its subnets; nothing for other types.

    A group that asks for no node asks for no machine: its autoscaler does, later.
    """
    inputs = call.inputs
    if not (inputs.get("scalingConfig") or {}).get("desiredSize"):
        return []
    machines = list(inputs.get("instanceTypes") or ())
    named = inputs.get("launchTemplate")
    template = call.scope.find(tokens.LAUNCH_TEMPLATE, str(named["id"])) if named and named.get("id") else None
    if template is not None and template.inputs.get("instanceType"):
        machines.append(template.inputs["instanceType"])
    subnets = (call.scope.find(tokens.SUBNET, id) for id in inputs.get("subnetIds") or ())
    zones = dict.fromkeys(subnet.state["availabilityZone"] for subnet in subnets if subnet is not None)
    return [(machine, zone) for machine in machines for zone in zones]
