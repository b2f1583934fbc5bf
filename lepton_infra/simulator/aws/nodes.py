"""The clusters of EKS and their nodes, from the node groups that are stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.aws import autoscaling, ec2_launch_templates, ec2_network, eks, eks_node_groups
from lepton_infra.simulator.behaviour import Stored
from lepton_infra.simulator.clusters.autoscaler import GPUS
from lepton_infra.simulator.clusters.machines import Machine, machine
from lepton_infra.simulator.clusters.pools import Declared, Pool, Template
from lepton_infra.simulator.control_plane.nodes import Taint
from lepton_infra.simulator.store import Store

TYPES: Final = frozenset({eks.CLUSTER.token, eks_node_groups.NODE_GROUP.token})
"""Types from which nodes follow."""

_PACKAGE: Final = __name__.rpartition(".")[0]
_EFFECTS: Final = {"NO_SCHEDULE": "NoSchedule", "NO_EXECUTE": "NoExecute", "PREFER_NO_SCHEDULE": "PreferNoSchedule"}
_TEMPLATE: Final = "k8s.io/cluster-autoscaler/node-template"
_PRICES: Final = {"CAPACITY_BLOCK": 0, "SPOT": 1, "ON_DEMAND": 2}
_MOST_PODS: Final = {False: 110, True: 250}
"""Most pods of a node, by whether it has more than 30 vCPUs ("Choose an optimal EC2 node instance type", EKS guide)."""


def clusters(store: Store) -> Iterator[Declared]:
    """Every live cluster."""
    for cluster in store.all(eks.CLUSTER.token):
        groups = (
            group
            for group in store.all(eks_node_groups.NODE_GROUP.token, package=cluster.package, scope=cluster.scope)
            if group.inputs.get("clusterName") == cluster.id
        )
        yield Declared(
            endpoint=str(cluster.state["endpoint"]),
            region=cluster.scope.rpartition(":")[2],
            pools=[_pool(store, group) for group in groups],
            autoscaler="cluster-autoscaler",
        )


def _pool(store: Store, group: Stored) -> Pool:
    inputs = group.inputs
    scaling = inputs["scalingConfig"]
    name = group.id.partition(":")[2]
    capacity = str(inputs.get("capacityType") or "ON_DEMAND")
    machine_type = _machine_type(store, group)
    facts = machine(_PACKAGE, machine_type)
    labels = {
        **(inputs.get("labels") or {}),
        "eks.amazonaws.com/nodegroup": name,
        "eks.amazonaws.com/capacityType": capacity,
    }
    cpu, memory = allocatable(facts)
    scaling_group = str(group.state["resources"][0]["autoscalingGroups"][0]["name"])
    return Pool(
        name=name,
        machine_type=machine_type,
        cpu=cpu,
        memory_gib=memory,
        gpus=facts.gpus,
        count=int(scaling["desiredSize"]),
        most=int(scaling["maxSize"]),
        zones=_zones(store, group),
        labels=labels,
        taints=[
            Taint(key=taint["key"], value=taint.get("value") or "", effect=_EFFECTS[taint["effect"]])
            for taint in inputs.get("taints") or ()
        ],
        group=scaling_group,
        price=_PRICES[capacity],
        # Bottlerocket's NVIDIA images bring the device plugin, Amazon Linux's do not ("Use EKS-optimized accelerated
        # AMIs for GPU instances", EKS user guide).
        announced=str(inputs.get("amiType") or "").startswith("BOTTLEROCKET"),
        empty=_template(store, group, scaling_group),
    )


def _machine_type(store: Store, group: Stored) -> str:
    """The first of the group's types, or the one of its launch template."""
    types = group.inputs.get("instanceTypes")
    if types:
        return str(types[0])
    named = (group.inputs.get("launchTemplate") or {}).get("id")
    template = (
        store.find(group.package, group.scope, ec2_launch_templates.LAUNCH_TEMPLATE.token, str(named))
        if named
        else None
    )
    return str((template.inputs if template else group.state).get("instanceType") or group.state["instanceTypes"][0])


def _zones(store: Store, group: Stored) -> list[str]:
    subnets = (
        store.find(group.package, group.scope, ec2_network.SUBNET.token, str(id)) for id in group.inputs["subnetIds"]
    )
    return list(dict.fromkeys(str(subnet.state["availabilityZone"]) for subnet in subnets if subnet is not None))


def _template(store: Store, group: Stored, scaling_group: str) -> Template:
    """The node template in the tags of a scaling group (cluster-autoscaler, cloudprovider/aws, "Auto-Discovery")."""
    said: dict[str, dict[str, str]] = {"label": {}, "taint": {}, "resources": {}}
    for stored in store.all(autoscaling.AUTOSCALING_TAG.token, package=group.package, scope=group.scope):
        tag: Mapping[str, Any] = stored.inputs.get("tag") or {}
        kind, _, name = str(tag.get("key")).removeprefix(f"{_TEMPLATE}/").partition("/")
        if stored.inputs.get("autoscalingGroupName") == scaling_group and kind in said:
            said[kind][name] = str(tag.get("value"))
    taints = [(key, *text.rpartition(":")[::2]) for key, text in said["taint"].items()]
    return Template(
        labels=said["label"],
        taints=[Taint(key=key, value=value, effect=effect) for key, value, effect in taints],
        gpus=int(said["resources"].get(GPUS, 0)),
    )


def allocatable(facts: Machine) -> tuple[float, float]:
    """CPUs and GiB that pods can have of a node.

    Kept back: 6 % of the first core, 1 % of the second, 0.5 % of the next two and 0.25 % of the rest; 255 MiB and
    11 MiB for each pod that there may be, and 100 MiB below which pods are evicted (awslabs/amazon-eks-ami, nodeadm).
    """
    pods = min(facts.pods, _MOST_PODS[facts.cpus > 30])
    kept = 0.06 + 0.01 * min(facts.cpus - 1, 1) + 0.005 * min(max(facts.cpus - 2, 0), 2)
    kept += 0.0025 * max(facts.cpus - 4, 0)
    return facts.cpus - kept, facts.memory_gib - (255 + 11 * pods + 100) / 1024
