from __future__ import annotations

import re
from typing import Any

import pytest

from lepton_infra.clouds.azure.nodes.capacity import expander_priorities
from lepton_infra.clouds.azure.nodes.gpu_software import GPU_SOFTWARE
from lepton_infra.testing.graph import Graph
from tests.clouds.azure.stacks import Changes, cloud, pool, stack
from tests.kit.regions import declare

POOLS = ["test-pool-t4-spot", "test-pool-t4-on-demand"]
GROUP = (
    "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/bought/providers/Microsoft.Compute/"
    "capacityReservationGroups/h100"
)


def of_pool(**changes: Any) -> Graph:
    """A region with one changed pool."""
    return declare(stack(node_pools=[pool(**changes)]))


@pytest.mark.parametrize("name", POOLS)
def test_every_gpu_pool_is_tainted_has_one_driver_owner_and_encrypted_disks(region: Graph, name: str) -> None:
    found = region[name]
    assert "nvidia.com/gpu=present:NoSchedule" in found["nodeTaints"]
    assert found["gpuProfile"] == {"driver": "Install"}
    assert found["enableEncryptionAtHost"] is True
    assert found["enableNodePublicIP"] is False
    assert (found["minCount"], found["maxCount"]) == (0, 8)
    assert found.ignore_changes == ("count",)
    assert found["vmSize"] == "Standard_NC4as_T4_v3"
    assert found["availabilityZones"] == ["1", "2", "3"]


def test_what_azure_adds_to_spot_nodes_is_written_down(region: Graph) -> None:
    spot, on_demand = (region[name] for name in POOLS)
    key = "kubernetes.azure.com/scalesetpriority"
    assert (spot["scaleSetPriority"], spot["scaleSetEvictionPolicy"], spot["spotMaxPrice"]) == ("Spot", "Delete", -1)
    assert spot["nodeTaints"][-1] == f"{key}=spot:NoSchedule"
    assert spot["nodeLabels"][key] == "spot"
    assert "upgradeSettings" not in spot.inputs
    assert on_demand["scaleSetPriority"] == "Regular"
    assert key not in on_demand["nodeLabels"]
    assert on_demand["upgradeSettings.maxSurge"] == "1"
    assert "maxUnavailable" not in on_demand["upgradeSettings"]


def test_pods_and_device_plugin_tolerate_spot_nodes(region: Graph) -> None:
    key = {"key": "kubernetes.azure.com/scalesetpriority", "operator": "Exists", "effect": "NoSchedule"}
    assert key in region["test-serving-device-plugin-chart"]["values.tolerations"]
    assert key in region["test-serving-device-plugin-exporter"]["values.tolerations"]
    assert key in region["test-serving-cifar10-v1-deployment"]["spec.template.spec.tolerations"]


def test_the_autoscaler_walks_the_order(region: Graph) -> None:
    priorities = expander_priorities()
    for index, name in enumerate(POOLS):
        (pattern,) = priorities[str(100 - index)]
        assert re.match(pattern, f"aks-{region[name]['agentPoolName']}-12345678-vmss")
        assert not re.match(priorities[str(99 - index)][0], f"aks-{region[name]['agentPoolName']}-12345678-vmss")
    assert region["test-cluster-control-plane"]["autoScalerProfile.expander"] == "priority"
    setting = region["test-serving-cluster-autoscaler-priority-expander"]
    assert setting["metadata.namespace"] == "kube-system"


def test_zones_are_those_that_offer_the_size() -> None:
    size = "Standard_NC4as_T4_v3"
    some = declare(stack(cloud=cloud(size_zones={size: ["2"]})))
    none = declare(stack(cloud=cloud(size_zones={size: []})))
    assert some["test-pool-t4-spot"]["availabilityZones"] == ["2"]
    assert "availabilityZones" not in none["test-pool-t4-spot"].inputs


def test_a_reservation_is_aimed_at_by_an_identity_that_may() -> None:
    region = of_pool(capacity=[{"kind": "reservation", "id": GROUP}])
    found = region["test-pool-t4-reservation-0"]
    assert found["capacityReservationGroupID"] == GROUP
    assert (found["minCount"], found["upgradeSettings.maxUnavailable"]) == (2, "1")
    assert region["test-pool-t4-reservation-0-right"] in region.dependencies(found)


def test_a_cpu_pool_has_neither_driver_nor_taint() -> None:
    cpu = pool(name="web", accelerator=None, accelerators_per_node=0, cpus=8, capacity=[{"kind": "on-demand"}])
    found = declare(stack(node_pools=[pool(), cpu]))["test-pool-web-on-demand"]
    assert found.inputs.get("nodeTaints", []) == []
    assert "gpuProfile" not in found.inputs
    assert found["vmSize"] == "Standard_D8s_v5"


@pytest.mark.parametrize("changes", [{"zones": ["1"]}, {"disk_gib": 300}, {"accelerators_per_node": 4}], ids=str)
def test_what_cannot_change_in_place_makes_a_pool_of_another_name(region: Graph, changes: Changes) -> None:
    after = of_pool(**changes)
    for name in POOLS:
        assert after[name]["agentPoolName"] != region[name]["agentPoolName"]


def test_what_can_change_in_place_keeps_the_pool(region: Graph) -> None:
    after = of_pool(nodes={"min": 2, "max": 9})
    for name in POOLS:
        assert after[name]["agentPoolName"] == region[name]["agentPoolName"]


MIG = {
    "accelerator": "a100-80gb",
    "accelerators_per_node": 8,
    "nodes": {"min": 4, "max": 4},
    "capacity": [{"kind": "on-demand"}],
    "sharing": {"mig": "2g.20gb"},
}


def test_instances_are_cut_by_aks_on_a_fixed_number_of_nodes() -> None:
    graph = of_pool(**MIG)
    found = graph["test-pool-t4-on-demand"]
    assert found["gpuInstanceProfile"] == "MIG2g"
    assert (found["enableAutoScaling"], found["count"]) == (False, 4)
    assert {"minCount", "maxCount"}.isdisjoint(found.inputs)
    assert found.ignore_changes == ()
    assert graph["test-serving-device-plugin-chart"]["values.migStrategy"] == "single"


def test_turns_are_the_region_s_own_plugins() -> None:
    graph = of_pool(sharing={"time_slices": 4})
    for name in POOLS:
        assert graph[name]["nodeLabels"]["nvidia.com/device-plugin.config"] == "time-slices-4"
        assert "gpuInstanceProfile" not in graph[name].inputs
    assert "time-slices-4" in graph["test-serving-device-plugin-chart"]["values.config.map"]


def test_another_cut_makes_a_pool_of_another_name() -> None:
    names = {
        of_pool(**{**MIG, "sharing": sharing})["test-pool-t4-on-demand"]["agentPoolName"]
        for sharing in (None, {"mig": "2g.20gb"}, {"mig": "3g.40gb"})
    }
    assert len(names) == 3


def test_every_system_says_who_owns_its_gpu_software(region: Graph) -> None:
    assert {region[name]["osSKU"] for name in POOLS} == set(GPU_SOFTWARE)
