"""Node pools of GKE. Sources: the API's own descriptions and documentation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Properties
from lepton_infra.simulator.core.paths import at
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.determinism import digest
from lepton_infra.simulator.formats import between
from lepton_infra.simulator.gcp import syntax
from lepton_infra.simulator.gcp.compute_capacity import RESOURCE_POLICY, RESOURCE_POLICY_NAME
from lepton_infra.simulator.gcp.compute_subnetwork import SUBNETWORK, secondary_ranges
from lepton_infra.simulator.gcp.container_cluster import CLUSTER, CLUSTER_NAME
from lepton_infra.simulator.gcp.container_nodes import (
    GKE_VERSION,
    NODE_FORMATS,
    NODE_IMMUTABLE,
    NODE_MEMBERS,
    NODE_REFERENCES,
    NODE_UNCOVERED,
    USUAL_MACHINE,
    machines,
    minor_version,
    node_zones,
)
from lepton_infra.simulator.gcp.identifiers import Identifiers, Words, last, location
from lepton_infra.simulator.gcp.kms import home_of, usable_key
from lepton_infra.simulator.gcp.lookups import named
from lepton_infra.simulator.gcp.places import Place, region_of
from lepton_infra.simulator.gcp.resource_type import GcpType, LiveResource, Request, Unique


def _buying(inputs: Properties, place: Place) -> Iterator[Failure]:
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


def _counts(inputs: Properties, place: Place) -> Iterator[Failure]:
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


def _flex_start(inputs: Properties, place: Place) -> Iterator[Failure]:
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


def _queued(inputs: Properties, place: Place) -> Iterator[Failure]:
    """Queued provisioning begins with no node and takes nothing from a reservation."""
    if at(inputs, "queuedProvisioning.enabled") is not True:
        return
    yield from _unreserved(inputs, "queuedProvisioning")
    for name in ("minNodeCount", "totalMinNodeCount"):
        least = at(inputs, f"autoscaling.{name}")
        if isinstance(least, int) and least > 0:
            yield Failure(path=f"autoscaling.{name}", reason="INVALID_ARGUMENT: queuedProvisioning needs 0")


def _unreserved(inputs: Properties, by: str) -> Iterator[Failure]:
    affinity = at(inputs, "nodeConfig.reservationAffinity.consumeReservationType")
    if affinity is None or (isinstance(affinity, str) and affinity != "NO_RESERVATION"):
        path = "nodeConfig.reservationAffinity.consumeReservationType"
        yield Failure(path=path, reason=f"INVALID_ARGUMENT: {by} needs NO_RESERVATION")


def _surge(inputs: Properties, place: Place) -> Iterator[Failure]:
    """An upgrade has to begin somewhere."""
    settings = inputs.get("upgradeSettings")
    if not isinstance(settings, Mapping) or settings.get("strategy", "SURGE") != "SURGE":
        return
    extra, missing = settings.get("maxSurge", 0), settings.get("maxUnavailable", 0)
    if isinstance(extra, int) and isinstance(missing, int) and extra + missing == 0:
        reason = "INVALID_ARGUMENT: maxSurge and maxUnavailable cannot both be 0"
        yield Failure(path="upgradeSettings.maxSurge", reason=reason)


def _compact(inputs: Properties, place: Place) -> Iterator[Failure]:
    """Machines close to one another are in one zone."""
    spread = inputs.get("nodeLocations")
    location = inputs.get("location")
    if at(inputs, "placementPolicy.type") != "COMPACT" or (
        isinstance(location, str) and region_of(location) != location
    ):
        return
    if not isinstance(spread, list) or len(spread) != 1:
        yield Failure(path="nodeLocations", reason="INVALID_ARGUMENT: COMPACT placement needs exactly one zone")


def _home(call: Call) -> str:
    """The region of the nodes: their cluster's."""
    owner = named(call, CLUSTER, call.inputs["cluster"])
    return home_of(call) if owner is None else region_of(owner.state["location"]) or ""


def _fits_the_cluster(call: Call) -> None:
    """Nodes run no newer Kubernetes than their control plane, and a cluster that is Autopilot's takes no pools."""
    owner = named(call, CLUSTER, call.inputs["cluster"])
    if owner is None:
        return
    if owner.inputs.get("enableAutopilot"):
        raise CloudError("INVALID_ARGUMENT", f"Autopilot clusters do not support node pools: {owner.id}")
    wanted, newest = (
        minor_version(str(text)) for text in (call.inputs.get("version"), owner.state.get("masterVersion"))
    )
    if wanted is not None and newest is not None and wanted > newest:
        raise CloudError(
            "INVALID_ARGUMENT", f"Node version 1.{wanted} must not be greater than master version 1.{newest}"
        )


def _range_of_pods(call: Call) -> None:
    """A range of pods that a pool names is one of the cluster's subnetwork."""
    owner = named(call, CLUSTER, call.inputs["cluster"])
    name = (call.inputs.get("networkConfig") or {}).get("podRange")
    subnet = named(call, SUBNETWORK, str(owner.inputs.get("subnetwork"))) if owner else None
    if name is None or subnet is None or (call.inputs["networkConfig"].get("createPodRange")):
        return
    if name not in secondary_ranges(subnet):
        raise CloudError("INVALID_ARGUMENT", f"Pod secondary range {name!r} does not exist in subnetwork {subnet.id}")


def _node_pool(live: LiveResource) -> dict[str, Any]:
    """One group of instances in each zone, and what follows from the cluster."""
    inputs, name = live.call.inputs, last(live.id)
    cluster = last(live.id.partition("/nodePools/")[0])
    owner = live.call.scope.find(CLUSTER.token, live.id.partition("/nodePools/")[0])
    home = owner.state["location"] if owner else location(live.call)
    spread = node_zones(inputs, owner, home)
    project, host = live.place.project, "https://www.googleapis.com/compute/v1"
    groups = [f"gke-{cluster}-{name}-{digest(live.id, zone)[:8]}-grp" for zone in spread]
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


def _machines(call: Call) -> list[tuple[str, str]]:
    """Every machine with every zone that it is asked of at once.

    A pool that begins with no node asks for none: its autoscaler does, later. Nor does one fail for want of machines
    that is made with best effort.
    """
    inputs = call.inputs
    best_effort = at(inputs, "bestEffortProvisioning.enabled") is True
    if best_effort and not at(inputs, "bestEffortProvisioning.minProvisionNodes"):
        return []
    counts = ("nodeCount", "initialNodeCount", "autoscaling.minNodeCount", "autoscaling.totalMinNodeCount")
    if not any(at(inputs, count) for count in counts):
        return []
    owner = named(call, CLUSTER, str(inputs.get("cluster")))
    machine = at(inputs, "nodeConfig.machineType") or USUAL_MACHINE
    return [(machine, zone) for zone in node_zones(inputs, owner, owner.state["location"] if owner else location(call))]


def _words(call: Call, common: Words) -> Words:
    cluster = common["cluster"]
    whole = f"projects/{common['project']}/locations/{common['location']}/clusters/{cluster}"
    return {"cluster": cluster if "/" in cluster else whole}


NODE_POOL: Final = GcpType(
    token="gcp:container/nodePool:NodePool",
    identifiers=Identifiers(id="{cluster}/nodePools/{name}", words=_words),
    api=Request(
        schema="container.v1#NodePool",
        names={
            **NODE_MEMBERS,
            "nodeConfig": "config",
            "maxPodsPerNode": "maxPodsConstraint.maxPodsPerNode",
            "nodeCount": "initialNodeCount",
            "nodeLocations": "locations",
        },
        uncovered={**NODE_UNCOVERED, "cluster": "a reference"},
    ),
    formats={
        **NODE_FORMATS,
        "name": syntax.name(40),
        "version": GKE_VERSION,
        "maxPodsPerNode": between(8, 256),
        "nodeCount": between(0, 2000),
        "initialNodeCount": between(0, 2000),
        "autoscaling.minNodeCount": between(0, 15000),
        "autoscaling.maxNodeCount": between(0, 15000),
        "autoscaling.totalMinNodeCount": between(0, 15000),
        "autoscaling.totalMaxNodeCount": between(0, 15000),
    },
    input_rules=(machines, _buying, _counts, _flex_start, _queued, _surge, _compact),
    references={**NODE_REFERENCES, "cluster": CLUSTER_NAME, "placementPolicy.policyName": RESOURCE_POLICY_NAME},
    preconditions=(
        usable_key("nodeConfig.bootDiskKmsKey", "compute.googleapis.com", home=_home),
        _fits_the_cluster,
        _range_of_pods,
    ),
    unique=Unique(code="ALREADY_EXISTS", message="Already exists: {id}."),
    defaults={
        "initialNodeCount": 0,
        "maxPodsPerNode": 110,
        "management": {"autoRepair": True, "autoUpgrade": True},
        "upgradeSettings": {"strategy": "SURGE", "maxSurge": 1, "maxUnavailable": 0},
        "nodeConfig": {
            "machineType": "e2-medium",
            "diskSizeGb": 100,
            "diskType": "pd-balanced",
            "imageType": "COS_CONTAINERD",
            "serviceAccount": "default",
            "spot": False,
            "preemptible": False,
            "loggingVariant": "DEFAULT",
        },
    },
    outputs=_node_pool,
    immutable=NODE_IMMUTABLE
    | paths(
        "name namePrefix cluster location initialNodeCount maxPodsPerNode placementPolicy queuedProvisioning"
        " networkConfig.acceleratorNetworkProfile networkConfig.createPodRange networkConfig.podRange"
        " networkConfig.podIpv4CidrBlock networkConfig.additionalNodeNetworkConfigs"
        " networkConfig.additionalPodNetworkConfigs networkConfig.podCidrOverprovisionConfig networkConfig.subnetwork"
    ),
    uses=(RESOURCE_POLICY.used_at("placementPolicy.policyName"),),
    part_of="cluster",
    sku_zones=_machines,
)

TYPES: Final = (NODE_POOL,)
