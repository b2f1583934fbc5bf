"""What GKE demands of the things around a cluster."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from lepton_infra.simulator.behaviour import Call, CloudError
from lepton_infra.simulator.gcp import tokens
from lepton_infra.simulator.gcp.addresses import of_network, ranges
from lepton_infra.simulator.gcp.cluster_outputs import secondary_ranges
from lepton_infra.simulator.gcp.made import in_the_project, is_end, named

_RANGE_NAMES: Final = {"clusterSecondaryRangeName": "Pod", "servicesSecondaryRangeName": "Services"}
_VERSION: Final = re.compile(r"1\.(\d+)(?:\.(\d+))?")


def subnetwork(call: Call) -> None:
    """A cluster's subnetwork is in its network and has the secondary ranges that the cluster names."""
    given = call.inputs.get("subnetwork")
    found = named(call, tokens.SUBNETWORK, given) if given else None
    if found is None:
        return
    network = named(call, tokens.NETWORK, str(call.inputs.get("network")))
    if network is not None and not is_end(str(found.inputs["network"]), network):
        raise CloudError("INVALID_ARGUMENT", f"Subnetwork {found.id} is not in network {network.id}")
    policy = call.inputs.get("ipAllocationPolicy") or {}
    there = secondary_ranges(found)
    for property, what in _RANGE_NAMES.items():
        name = policy.get(property)
        if name is not None and name not in there:
            listed = ", ".join(sorted(there)) or "none"
            raise CloudError(
                "INVALID_ARGUMENT",
                f"{what} secondary range {name!r} does not exist in subnetwork {found.id}; it has {listed}",
            )
    names = [policy[property] for property in _RANGE_NAMES if policy.get(property)]
    if len(names) > len(set(names)):
        raise CloudError("INVALID_ARGUMENT", f"Pods and services cannot share the secondary range {names[0]!r}")


def control_plane_addresses(call: Call) -> None:
    """The control plane's own range overlaps none of its network and no other control plane's."""
    wanted = (call.inputs.get("privateClusterConfig") or {}).get("masterIpv4CidrBlock")
    network = named(call, tokens.NETWORK, str(call.inputs.get("network")))
    if wanted is None or network is None:
        return
    block = ipaddress.IPv4Network(wanted)
    for subnet in of_network(call, network):
        for _, taken in ranges(subnet.inputs):
            if block.overlaps(taken):
                raise CloudError("INVALID_ARGUMENT", f"masterIpv4CidrBlock {block} overlaps {taken} of {subnet.id}")
    for other in in_the_project(call, tokens.CLUSTER):
        itself = call.old is not None and other.id == call.old.id
        theirs = (other.inputs.get("privateClusterConfig") or {}).get("masterIpv4CidrBlock")
        if itself or theirs is None or not is_end(str(other.inputs.get("network")), network):
            continue
        if block.overlaps(ipaddress.IPv4Network(theirs)):
            raise CloudError("INVALID_ARGUMENT", f"masterIpv4CidrBlock {block} overlaps {theirs} of {other.id}")


def version(call: Call) -> None:
    """A control plane goes up by one minor version at a time and never back."""
    if call.old is None:
        return
    before, after = (_minor(str(inputs.get("minMasterVersion"))) for inputs in (call.old.inputs, call.inputs))
    if before is not None and after is not None and after > before + 1:
        raise CloudError(
            "INVALID_ARGUMENT", f"Master cannot be upgraded from 1.{before} to 1.{after}; allowed: 1.{before + 1}"
        )
    if before is not None and after is not None and after < before:
        raise CloudError("INVALID_ARGUMENT", f"Master cannot be downgraded from 1.{before} to 1.{after}")


def _minor(text: str) -> int | None:
    found = _VERSION.match(text)
    return int(found[1]) if found else None


def node_pool(call: Call) -> None:
    """Nodes run no newer Kubernetes than their control plane, and a cluster that is Autopilot's takes no pools."""
    owner = named(call, tokens.CLUSTER, call.inputs["cluster"])
    if owner is None:
        return
    if owner.inputs.get("enableAutopilot"):
        raise CloudError("INVALID_ARGUMENT", f"Autopilot clusters do not support node pools: {owner.id}")
    wanted, newest = (_minor(str(text)) for text in (call.inputs.get("version"), owner.state.get("masterVersion")))
    if wanted is not None and newest is not None and wanted > newest:
        raise CloudError(
            "INVALID_ARGUMENT", f"Node version 1.{wanted} must not be greater than master version 1.{newest}"
        )


def node_pool_ranges(call: Call) -> None:
    """A range of pods that a pool names is one of the cluster's subnetwork."""
    owner = named(call, tokens.CLUSTER, call.inputs["cluster"])
    name = (call.inputs.get("networkConfig") or {}).get("podRange")
    subnet = named(call, tokens.SUBNETWORK, str(owner.inputs.get("subnetwork"))) if owner else None
    if name is None or subnet is None or (call.inputs["networkConfig"].get("createPodRange")):
        return
    if name not in secondary_ranges(subnet):
        raise CloudError("INVALID_ARGUMENT", f"Pod secondary range {name!r} does not exist in subnetwork {subnet.id}")
