from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.clouds.gcp.nodes.gpu_software import GPU_SOFTWARE
from lepton_infra.clouds.gcp.nodes.node_groups import per_zone
from lepton_infra.testing.graph import Graph
from tests.clouds.gcp.stacks import ZONES, Changes, pool, stack
from tests.kit.regions import declare

GPU_POOLS = ["test-pool-l4-spot", "test-pool-l4-on-demand"]
POOLS = ["test-cluster-system", *GPU_POOLS]
ONE_ZONE = ["asia-south1-a"]
CLOUD: Changes = stack()["cloud"]


def of_pool(**changes: Any) -> Graph:
    """A region with one changed pool."""
    return declare(stack(node_pools=[pool(**changes)]))


@pytest.mark.parametrize("name", POOLS)
def test_disks_are_encrypted_under_the_clusters_own_key(region: Graph, name: str) -> None:
    node = region[name]["nodeConfig"]
    assert node["bootDiskKmsKey"] == region["test-cluster-disks-key"].id
    assert node["diskType"] == "pd-balanced"
    assert node["diskSizeGb"] >= 100


@pytest.mark.parametrize("name", POOLS)
def test_pods_cannot_reach_the_nodes_credentials(region: Graph, name: str) -> None:
    node = region[name]["nodeConfig"]
    assert node["workloadMetadataConfig"] == {"mode": "GKE_METADATA"}
    assert node["metadata"]["disable-legacy-endpoints"] == "true"
    assert node["serviceAccount"] == region["test-cluster-nodes"].outputs["email"]
    assert node["kubeletConfig"] == {"insecureKubeletReadonlyPortEnabled": "FALSE"}


@pytest.mark.parametrize("name", POOLS)
def test_nodes_are_private_hardened_labelled_and_repaired(region: Graph, name: str) -> None:
    found = region[name]
    assert found["nodeConfig.imageType"] == "COS_CONTAINERD"
    assert found["nodeConfig.shieldedInstanceConfig"] == {"enableSecureBoot": True, "enableIntegrityMonitoring": True}
    assert found["nodeConfig.resourceLabels"]["owner"] == "ai-platform"
    assert found["networkConfig.enablePrivateNodes"] is True
    assert found["management"] == {"autoRepair": True, "autoUpgrade": True}
    assert found["nodeDrainConfigs"] == [{"respectPdbDuringNodePoolDeletion": True}]


@pytest.mark.parametrize("name", POOLS)
def test_counts_are_totals_over_all_zones_and_the_autoscalers(region: Graph, name: str) -> None:
    found = region[name]
    assert set(found["autoscaling"]) == {"locationPolicy", "totalMinNodeCount", "totalMaxNodeCount"}
    assert found["autoscaling.locationPolicy"] == "ANY"
    assert found["nodeLocations"] == ZONES
    assert found["ignoreNodeCountChanges"] is True
    assert found.ignore_changes == ("initialNodeCount",)
    assert "nodeCount" not in found.inputs


@pytest.mark.parametrize(("nodes", "zones", "each"), [(0, 3, 0), (2, 3, 0), (3, 3, 1), (7, 3, 2), (2, 1, 2)])
def test_a_pool_begins_with_no_more_than_its_total(nodes: int, zones: int, each: int) -> None:
    assert per_zone(nodes, zones) == each
    assert each * zones <= nodes


@pytest.mark.parametrize(("name", "spot"), [("test-pool-l4-spot", True), ("test-pool-l4-on-demand", False)])
def test_a_gpu_pool_is_tainted_and_has_its_driver(region: Graph, name: str, spot: bool) -> None:
    node = region[name]["nodeConfig"]
    assert node["machineType"] == "g2-standard-4"
    assert node["spot"] is spot
    assert node["taints"] == [{"key": "nvidia.com/gpu", "value": "present", "effect": "NO_SCHEDULE"}]
    assert node["guestAccelerators"] == [
        {"type": "nvidia-l4", "count": 1, "gpuDriverInstallationConfig": {"gpuDriverVersion": "DEFAULT"}}
    ]
    assert node["labels"] == {
        "lepton.dev/pool": "l4",
        "lepton.dev/accelerator": "l4",
        "lepton.dev/capacity": "spot" if spot else "on-demand",
        "nvidia.com/gpu.present": "true",
    }
    assert node["reservationAffinity"] == {"consumeReservationType": "NO_RESERVATION"}


@pytest.mark.parametrize("name", GPU_POOLS)
def test_scarce_nodes_go_before_new_ones_come_and_shortage_does_not_fail_the_pool(region: Graph, name: str) -> None:
    assert region[name]["upgradeSettings"] == {"strategy": "SURGE", "maxSurge": 0, "maxUnavailable": 1}
    assert region[name]["bestEffortProvisioning.enabled"] is True
    assert region["test-cluster-system"]["upgradeSettings"] == {"strategy": "SURGE", "maxSurge": 1, "maxUnavailable": 0}


def test_each_way_of_buying_may_grow_to_the_pools_total(region: Graph) -> None:
    for name in GPU_POOLS:
        autoscaling = region[name]["autoscaling"]
        assert (autoscaling["totalMinNodeCount"], autoscaling["totalMaxNodeCount"]) == (0, 8)


def test_a_pool_with_one_way_of_buying_holds_its_minimum() -> None:
    found = of_pool(capacity=[{"kind": "on-demand"}])["test-pool-l4-on-demand"]
    assert found["autoscaling.totalMinNodeCount"] == 2


def test_the_system_pool_is_there_for_pods_that_need_no_gpu(region: Graph) -> None:
    system = region["test-cluster-system"]
    assert system["nodeConfig.machineType"] == "n2-standard-4"
    assert system["nodeConfig"].get("taints", []) == []
    assert system["initialNodeCount"] == 1
    assert (system["autoscaling.totalMinNodeCount"], system["autoscaling.totalMaxNodeCount"]) == (3, 6)


def test_the_stack_file_may_name_the_machine() -> None:
    region = declare(stack(cloud=CLOUD | {"machine_types": {"l4": "g2-standard-16"}}))
    assert region["test-pool-l4-spot"]["nodeConfig.machineType"] == "g2-standard-16"


@pytest.mark.parametrize("kind", ["reservation", "capacity-block"])
@pytest.mark.parametrize("id", ["gpus", "projects/other-project/reservations/gpus"])
def test_a_reservation_is_aimed_at_and_nothing_else_is_used(kind: str, id: str) -> None:
    region = of_pool(capacity=[{"kind": kind, "id": id}], zones=ONE_ZONE)
    found = region[f"test-pool-l4-{kind}-gpus"]
    assert found["nodeConfig.reservationAffinity"] == {
        "consumeReservationType": "SPECIFIC_RESERVATION",
        "key": "compute.googleapis.com/reservation-name",
        "values": [id],
    }
    assert found["nodeLocations"] == ONE_ZONE
    assert found["nodeConfig.spot"] is False


def test_flex_start_is_asked_for_without_repair_and_without_a_minimum() -> None:
    cloud = CLOUD | {"flex_start": ["h100"]}
    h100 = pool(name="h100", accelerator="h100", accelerators_per_node=1, capacity=[{"kind": "on-demand"}])
    found = declare(stack(cloud=cloud, node_pools=[pool(), h100]))["test-pool-h100-on-demand"]
    assert found["nodeConfig.flexStart"] is True
    assert found["nodeConfig.machineType"] == "a3-highgpu-1g"
    assert found["management.autoRepair"] is False
    assert found["autoscaling.totalMinNodeCount"] == 0
    assert found["nodeConfig.reservationAffinity"] == {"consumeReservationType": "NO_RESERVATION"}


def test_a_cpu_pool_has_neither_gpus_nor_taint() -> None:
    cpu = pool(name="web", accelerator=None, accelerators_per_node=0, cpus=8)
    found = declare(stack(node_pools=[pool(), cpu]))["test-pool-web-spot"]
    assert found["nodeConfig.machineType"] == "n2-standard-8"
    assert found["nodeConfig"].get("taints", []) == []
    assert found["nodeConfig"].get("guestAccelerators", []) == []
    assert found["nodeConfig.labels"] == {"lepton.dev/pool": "web", "lepton.dev/capacity": "spot"}


@pytest.mark.parametrize("changes", [{"accelerators_per_node": 2}, {"accelerator": "t4"}], ids=str)
def test_what_cannot_change_in_place_makes_a_pool_of_another_name(region: Graph, changes: Changes) -> None:
    after = of_pool(**changes)
    for name in GPU_POOLS:
        assert after[name]["name"] != region[name]["name"]
        assert after[name].delete_before_replace is False


@pytest.mark.parametrize("changes", [{"nodes": {"min": 2, "max": 9}}, {"disk_gib": 300}, {"zones": ONE_ZONE}], ids=str)
def test_what_can_change_in_place_keeps_the_pool(region: Graph, changes: Changes) -> None:
    after = of_pool(**changes)
    for name in GPU_POOLS:
        assert after[name]["name"] == region[name]["name"]


def test_the_plugin_that_gke_brings_is_not_installed_again(region: Graph) -> None:
    charts = {release["name"] for release in region.of("kubernetes:helm.sh/v3:Release")}
    assert charts.isdisjoint({"nvidia-device-plugin", "dcgm-exporter"})


@pytest.mark.parametrize(
    ("gpu", "sharing", "expected"),
    [
        (("l4", 1), {"time_slices": 4}, {"gpuSharingStrategy": "TIME_SHARING", "maxSharedClientsPerGpu": 4}),
        (("a100-40gb", 1), {"mig": "1g.5gb"}, "1g.5gb"),
    ],
)
def test_gpus_are_shared_as_the_pool_says(gpu: tuple[str, int], sharing: Changes, expected: object) -> None:
    shape = {"accelerator": gpu[0], "accelerators_per_node": gpu[1]}
    plain, shared = (of_pool(**shape, **more) for more in ({}, {"sharing": sharing}))
    for name in GPU_POOLS:
        (accelerator,) = shared[name]["nodeConfig.guestAccelerators"]
        assert expected in (accelerator.get("gpuSharingConfig"), accelerator.get("gpuPartitionSize"))
        assert shared[name]["name"] != plain[name]["name"]


def test_every_image_says_who_owns_its_gpu_software(region: Graph) -> None:
    assert {region[name]["nodeConfig.imageType"] for name in POOLS} == set(GPU_SOFTWARE)
