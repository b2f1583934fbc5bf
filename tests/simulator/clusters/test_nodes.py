"""From what each cloud has stored to the nodes of its clusters."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from importlib import import_module, resources
from typing import Any

import pytest

from lepton_infra import clouds
from lepton_infra.simulator.aws import nodes as aws
from lepton_infra.simulator.azure_native import nodes as azure
from lepton_infra.simulator.behaviour import CloudError, Stored
from lepton_infra.simulator.clusters.machines import Machine, machine, machines
from lepton_infra.simulator.clusters.pools import Declared, Pool
from lepton_infra.simulator.control_plane.nodes import Taint
from lepton_infra.simulator.gcp import nodes as gcp
from lepton_infra.simulator.private.nodes import standing
from lepton_infra.simulator.store import Store

FOLDERS = {"aws": "aws", "azure": "azure_native", "gcp": "gcp"}
GPU_TAINT = Taint(key="nvidia.com/gpu", value="present")


@pytest.fixture
def store() -> Iterator[Store]:
    found = Store()
    yield found
    found.close()


def add(store: Store, scope: str, type: str, id: str, inputs: dict[str, Any], **state: Any) -> None:
    package = type.partition(":")[0]
    store.add(Stored(package=package, scope=scope, type=type, id=id, urn=id, inputs=inputs, state={**inputs, **state}))


def only(found: Iterator[Declared]) -> Declared:
    (cluster,) = found
    return cluster


def by_name(cluster: Declared) -> dict[str, Pool]:
    return {pool.name: pool for pool in cluster.pools}


@pytest.mark.parametrize("cloud", FOLDERS)
def test_every_machine_that_a_pool_can_be_of_is_known(cloud: str) -> None:
    offered = import_module(f"lepton_infra.clouds.{cloud}.nodes.machines")
    known = machines(f"lepton_infra.simulator.{FOLDERS[cloud]}")
    for (_, gpus), names in offered.GPU_MACHINES.items():
        # An N1 machine has no GPU of its own.
        assert all(name.startswith("n1-") or known[name].gpus == gpus for name in names)
    for cpus, names in offered.CPU_MACHINES.items():
        assert {(known[name].cpus, known[name].gpus) for name in names} == {(cpus, 0)}
    assert all(facts.source.startswith("https://") for facts in known.values())


def test_machines_of_ec2_are_what_ec2_says() -> None:
    packed = resources.files("moto") / "ec2" / "resources" / "instance_types.json.gz"
    described = json.loads(gzip.decompress(packed.read_bytes()))
    for name, facts in machines("lepton_infra.simulator.aws").items():
        said = described[name]
        network = said["NetworkInfo"]
        assert facts == Machine(
            cpus=said["VCpuInfo"]["DefaultVCpus"],
            memory_gib=said["MemoryInfo"]["SizeInMiB"] / 1024,
            gpus=said.get("GpuInfo", {}).get("Gpus", [{}])[0].get("Count", 0),
            pods=network["MaximumNetworkInterfaces"] * (network["Ipv4AddressesPerInterface"] - 1) + 2,
            source=facts.source,
        )


def test_an_unknown_machine_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(CloudError, match=r"does not know how large a x9\.huge is; add it to .*aws/machines\.yaml"):
        machine("lepton_infra.simulator.aws", "x9.huge")


def test_node_groups_of_eks(store: Store) -> None:
    scope = "aws:111122223333:us-east-1"
    add(store, scope, "aws:eks/cluster:Cluster", "one", {}, endpoint="https://one.example")
    for zone in "ab":
        add(store, scope, "aws:ec2/subnet:Subnet", f"subnet-{zone}", {}, availabilityZone=f"us-east-1{zone}")
    group = {
        "clusterName": "one",
        "instanceTypes": ["g6.xlarge", "g6.2xlarge"],
        "capacityType": "SPOT",
        "amiType": "AL2023_x86_64_NVIDIA",
        "subnetIds": ["subnet-a", "subnet-b"],
        "scalingConfig": {"minSize": 0, "maxSize": 8, "desiredSize": 0},
        "labels": {"lepton.dev/pool": "l4"},
        "taints": [{"key": "nvidia.com/gpu", "value": "present", "effect": "NO_SCHEDULE"}],
    }
    scaling = [{"autoscalingGroups": [{"name": "eks-l4-uuid"}]}]
    add(store, scope, "aws:eks/nodeGroup:NodeGroup", "one:l4", group, resources=scaling)
    template = "k8s.io/cluster-autoscaler/node-template"
    for key, value in {
        "label/lepton.dev/pool": "l4",
        "taint/nvidia.com/gpu": "present:NoSchedule",
        "resources/nvidia.com/gpu": "1",
    }.items():
        tag = {"autoscalingGroupName": "eks-l4-uuid", "tag": {"key": f"{template}/{key}", "value": value}}
        add(store, scope, "aws:autoscaling/tag:Tag", key, tag)
    cluster = only(aws.clusters(store))
    pool = by_name(cluster)["l4"]
    assert (cluster.endpoint, cluster.region, cluster.autoscaler) == (
        "https://one.example",
        "us-east-1",
        "cluster-autoscaler",
    )
    assert (pool.machine_type, pool.gpus, pool.count, pool.most) == ("g6.xlarge", 1, 0, 8)
    assert pool.zones == ["us-east-1a", "us-east-1b"]
    assert pool.labels["eks.amazonaws.com/capacityType"] == "SPOT"
    assert pool.taints == [GPU_TAINT]
    assert not pool.announced
    assert pool.template.labels == {"lepton.dev/pool": "l4"}
    assert (pool.template.taints, pool.template.gpus) == ([GPU_TAINT], 1)


def test_pools_of_aks(store: Store) -> None:
    own = {"name": "system", "mode": "System", "vmSize": "Standard_D4s_v5", "count": 3, "maxCount": 6}
    cluster_id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/one"
    inputs = {
        "location": "westeurope",
        "apiServerAccessProfile": {"enablePrivateCluster": True},
        "agentPoolProfiles": [{**own, "enableAutoScaling": True, "availabilityZones": ["1", "2", "3"]}],
    }
    hosts = {"privateFQDN": "one.private.example", "fqdn": ""}
    add(store, "azure-native:s", "azure-native:containerservice:ManagedCluster", cluster_id, inputs, **hosts)
    spot = {
        "vmSize": "Standard_NC4as_T4_v3",
        "count": 0,
        "maxCount": 8,
        "enableAutoScaling": True,
        "scaleSetPriority": "Spot",
        "nodeLabels": {"lepton.dev/pool": "t4"},
        "nodeTaints": ["nvidia.com/gpu=present:NoSchedule"],
    }
    add(store, "azure-native:s", "azure-native:containerservice:AgentPool", f"{cluster_id}/agentPools/t4c0", spot)
    cluster = only(azure.clusters(store))
    pools = by_name(cluster)
    assert cluster.endpoint == "https://one.private.example:443"
    assert (pools["aks-system"].count, pools["aks-system"].most) == (3, 6)
    assert pools["aks-system"].zones == ["westeurope-1", "westeurope-2", "westeurope-3"]
    gpu = pools["aks-t4c0"]
    assert (gpu.gpus, gpu.count, gpu.most, gpu.announced) == (1, 0, 8, False)
    assert gpu.taints == [GPU_TAINT, Taint(key="kubernetes.azure.com/scalesetpriority", value="spot")]
    assert gpu.labels["kubernetes.azure.com/scalesetpriority"] == "spot"


def test_pools_of_gke(store: Store) -> None:
    cluster_id = "projects/p/locations/asia-south1/clusters/one"
    add(store, "gcp:p", "gcp:container/cluster:Cluster", cluster_id, {}, endpoint="10.0.0.2", location="asia-south1")
    zones = ["asia-south1-a", "asia-south1-b", "asia-south1-c"]
    system = {
        "nodeLocations": zones,
        "initialNodeCount": 1,
        "autoscaling": {"totalMinNodeCount": 4, "totalMaxNodeCount": 6},
        "nodeConfig": {"machineType": "n2-standard-4"},
    }
    driver = {"gpuDriverInstallationConfig": {"gpuDriverVersion": "DEFAULT"}}
    gpu = {
        "nodeLocations": zones,
        "initialNodeCount": 0,
        "autoscaling": {"totalMinNodeCount": 0, "totalMaxNodeCount": 8},
        "nodeConfig": {
            "machineType": "n1-standard-4",
            "spot": True,
            "guestAccelerators": [{"type": "nvidia-tesla-t4", "count": 1, **driver}],
        },
    }
    for name, inputs in {"system": system, "t4": gpu}.items():
        add(store, "gcp:p", "gcp:container/nodePool:NodePool", f"{cluster_id}/nodePools/{name}", inputs)
    cluster = only(gcp.clusters(store))
    pools = by_name(cluster)
    assert (cluster.endpoint, cluster.region) == ("https://10.0.0.2", "asia-south1")
    assert (pools["gke-system"].count, pools["gke-system"].most) == (4, 6)
    assert (pools["gke-t4"].gpus, pools["gke-t4"].count, pools["gke-t4"].most) == (1, 0, 8)
    assert pools["gke-t4"].announced
    assert pools["gke-t4"].taints == [GPU_TAINT], "GKE adds it where the pool does not say so"


def test_a_site_has_what_its_file_says() -> None:
    region: dict[str, Any] = {"cloud": dict(clouds.load("private").example)}
    found = standing(region)
    assert found is not None
    declared = sum(count for kind in region["cloud"]["machines"] for count in kind["nodes"].values())
    assert sum(pool.count for pool in found.pools if pool.name != "system") == declared
    assert not any(pool.scaled for pool in found.pools)
    assert standing({"cloud": {"name": "aws"}}) is None


@pytest.mark.parametrize(
    ("kept", "of", "cpu", "memory"),
    [
        (aws.allocatable, Machine(cpus=4, memory_gib=16, gpus=0, pods=58, source=""), 3.92, 15.03),
        (azure.allocatable, Machine(cpus=4, memory_gib=16, gpus=0, source=""), 3.86, 11.9),
        (gcp.allocatable, Machine(cpus=4, memory_gib=16, gpus=0, source=""), 3.92, 13.3),
    ],
)
def test_something_is_kept_back_for_the_node(kept: Any, of: Machine, cpu: float, memory: float) -> None:
    assert kept(of) == pytest.approx((cpu, memory), abs=0.01)
