"""Computed outputs of GKE."""

from __future__ import annotations

import base64
import ipaddress
import textwrap
from collections.abc import Mapping
from typing import Any, Final

from lepton_infra.simulator.behaviour import Stored
from lepton_infra.simulator.gcp import tokens
from lepton_infra.simulator.gcp.identity import digest, last, location
from lepton_infra.simulator.gcp.made import Thing
from lepton_infra.simulator.gcp.places import region_of, zones

# Addresses set aside for benchmarks (RFC 2544), which nobody on the internet answers on.
_PUBLIC_ADDRESSES: Final = ipaddress.IPv4Network("198.18.0.0/15")
_NODES_BEFORE: Final = "default-pool"


def cluster(thing: Thing) -> dict[str, Any]:
    """The API's addresses and certificate, its versions, and the ranges that follow from the subnetwork."""
    inputs = thing.call.inputs
    private = inputs.get("privateClusterConfig") or {}
    public, inside = _public(thing), _inside(thing, private)
    outputs: dict[str, Any] = {
        "endpoint": inside if private.get("enablePrivateEndpoint") else public,
        "masterAuth": {"clusterCaCertificate": _certificate(thing), "clientCertificate": "", "clientKey": ""},
        "nodeLocations": further_zones(location(thing.call)),
        "privateClusterConfig": {"publicEndpoint": public, "privateEndpoint": inside, "peeringName": ""},
        "controlPlaneEndpointsConfig": {"dnsEndpointConfig": {"endpoint": _dns_endpoint(thing)}},
        "operation": "",
        "tpuIpv4CidrBlock": "",
        "nodePools": [] if inputs.get("removeDefaultNodePool") else [{"name": _NODES_BEFORE}],
    }
    if inputs.get("minMasterVersion"):
        outputs |= dict.fromkeys(("masterVersion", "nodeVersion"), str(inputs["minMasterVersion"]))
    return {**outputs, **_ranges(thing)}


def further_zones(location: str) -> list[str]:
    """Where the nodes of a cluster are that says nothing of it: all zones of its region, or none but its own zone."""
    region = region_of(location)
    return list(zones(region)) if region == location else []


def _ranges(thing: Thing) -> dict[str, Any]:
    """The addresses of pods and services: those of the secondary ranges that the cluster names."""
    policy = thing.call.inputs.get("ipAllocationPolicy") or {}
    subnetwork = thing.find(tokens.SUBNETWORK, "subnetwork")
    ranges = secondary_ranges(subnetwork) if subnetwork else {}
    pods = policy.get("clusterIpv4CidrBlock") or ranges.get(str(policy.get("clusterSecondaryRangeName")))
    services = policy.get("servicesIpv4CidrBlock") or ranges.get(str(policy.get("servicesSecondaryRangeName")))
    found: dict[str, Any] = {"ipAllocationPolicy": {"stackType": "IPV4"}}
    if pods:
        found["clusterIpv4Cidr"] = pods
        found["ipAllocationPolicy"]["clusterIpv4CidrBlock"] = pods
    if services:
        found["servicesIpv4Cidr"] = services
        found["ipAllocationPolicy"]["servicesIpv4CidrBlock"] = services
    return found


def secondary_ranges(subnetwork: Stored) -> Mapping[str, str]:
    """The secondary ranges of a live subnetwork, by name."""
    return {
        entry["rangeName"]: entry.get("ipCidrRange", "") for entry in subnetwork.inputs.get("secondaryIpRanges") or ()
    }


def _public(thing: Thing) -> str:
    return str(_PUBLIC_ADDRESSES[1 + int(thing.seed("public")[:8], 16) % (_PUBLIC_ADDRESSES.num_addresses - 2)])


def _inside(thing: Thing, private: Mapping[str, Any]) -> str:
    """The control plane's address in the network: the second of its own range, or one of the subnetwork's."""
    subnetwork = thing.find(tokens.SUBNETWORK, "subnetwork")
    range = private.get("masterIpv4CidrBlock") or (subnetwork.inputs.get("ipCidrRange") if subnetwork else None)
    return str(ipaddress.IPv4Network(range)[2]) if range else ""


def _dns_endpoint(thing: Thing) -> str:
    return f"gke-{thing.seed('dns')[:32]}-{thing.place.number}.{location(thing.call)}.gke.goog"


def _certificate(thing: Thing) -> str:
    """Base64 of a text in PEM's form. It is no certificate: nothing answers at the endpoint either."""
    body = base64.b64encode(bytes.fromhex("".join(thing.seed(f"certificate{part}") for part in range(12)))).decode()
    lines = "\n".join(textwrap.wrap(body, 64))
    return base64.b64encode(f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n".encode()).decode()


def node_zones(inputs: Mapping[str, Any], cluster: Stored | None, home: str) -> list[str]:
    """The zones of a node pool: its own, or those of its cluster, to which a zonal cluster's own zone belongs."""
    given = inputs.get("nodeLocations")
    if given:
        return list(given)
    others = list(cluster.state.get("nodeLocations") or ()) if cluster else further_zones(home)
    return others if region_of(home) == home else [home, *others]


def node_pool(thing: Thing) -> dict[str, Any]:
    """One group of instances in each zone, and what follows from the cluster."""
    inputs, name = thing.call.inputs, last(thing.id)
    cluster = last(thing.id.partition("/nodePools/")[0])
    owner = thing.call.scope.find(tokens.CLUSTER, thing.id.partition("/nodePools/")[0])
    home = owner.state["location"] if owner else location(thing.call)
    spread = node_zones(inputs, owner, home)
    project, host = thing.place.project, "https://www.googleapis.com/compute/v1"
    groups = [f"gke-{cluster}-{name}-{digest(thing.id, zone)[:8]}-grp" for zone in spread]
    base = [f"{host}/projects/{project}/zones/{zone}" for zone in spread]
    outputs: dict[str, Any] = {
        "location": home,
        "nodeLocations": spread,
        "instanceGroupUrls": [f"{url}/instanceGroupManagers/{group}" for url, group in zip(base, groups, strict=True)],
        "managedInstanceGroupUrls": [f"{url}/instanceGroups/{group}" for url, group in zip(base, groups, strict=True)],
        "operation": "",
        "nodeConfig": {"effectiveTaints": list((inputs.get("nodeConfig") or {}).get("taints") or ())},
    }
    if owner is not None and owner.state.get("masterVersion"):
        outputs["version"] = owner.state["masterVersion"]
    return outputs
