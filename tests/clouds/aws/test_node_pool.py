from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from lepton_infra import lock
from lepton_infra.clouds.aws.nodes import images
from lepton_infra.clouds.aws.nodes.gpu_software import GPU_SOFTWARE
from lepton_infra.testing.graph import Graph
from tests.clouds.aws.stacks import Changes, pool, stack
from tests.kit.regions import ROOT, declare

GROUPS = ["test-cluster-system", "test-pool-l4-spot", "test-pool-l4-on-demand"]
GPU_GROUPS = GROUPS[1:]
LOCK = lock.read(ROOT / lock.LOCK_FILE)
ONE_ZONE = ["us-east-1a"]


def of_pool(**changes: Any) -> Graph:
    """A region with one changed pool."""
    return declare(stack(node_pools=[pool(**changes)]))


@pytest.mark.parametrize("group", GROUPS)
def test_disks_are_encrypted_under_the_clusters_own_key(region: Graph, group: str) -> None:
    (disk,) = region[f"{group}-template"]["blockDeviceMappings"]
    assert disk["deviceName"] == "/dev/xvda"
    assert disk["ebs"]["encrypted"] == "true"
    assert disk["ebs"]["kmsKeyId"] == region["test-cluster-disks-key"].outputs["arn"]
    assert disk["ebs"]["volumeType"] == "gp3"
    assert disk["ebs"]["volumeSize"] >= 100


@pytest.mark.parametrize("group", GROUPS)
def test_pods_cannot_reach_the_nodes_credentials(region: Graph, group: str) -> None:
    template = region[f"{group}-template"]
    assert template["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }
    assert "keyName" not in template.inputs
    assert "remoteAccess" not in region[group].inputs


@pytest.mark.parametrize("group", GROUPS)
def test_what_a_group_launches_is_tagged(region: Graph, group: str) -> None:
    launched = {found["resourceType"]: found["tags"] for found in region[f"{group}-template"]["tagSpecifications"]}
    assert set(launched) == {"instance", "volume", "network-interface"}
    assert all(tags["lepton:stack"] == "test" for tags in launched.values())


@pytest.mark.parametrize("group", GROUPS)
def test_nodes_are_repaired_pinned_and_counted_by_the_autoscaler(region: Graph, group: str) -> None:
    found = region[group]
    assert found["nodeRepairConfig.enabled"] is True
    assert found["releaseVersion"] == LOCK.node_images["eks-al2023-1.35"].release
    assert found["version"] == "1.35"
    assert found.ignore_changes == ("scalingConfig.desiredSize",)
    assert region[f"{group}-template"]["monitoring.enabled"] is True


@pytest.mark.parametrize(
    ("group", "capacity", "label"),
    [
        ("test-pool-l4-spot", "SPOT", "spot"),
        ("test-pool-l4-on-demand", "ON_DEMAND", "on-demand"),
    ],
)
def test_a_gpu_group_is_tainted_and_labelled(region: Graph, group: str, capacity: str, label: str) -> None:
    found = region[group]
    assert found["amiType"] == "AL2023_x86_64_NVIDIA"
    assert found["capacityType"] == capacity
    assert found["taints"] == [{"key": "nvidia.com/gpu", "value": "present", "effect": "NO_SCHEDULE"}]
    assert found["labels"] == {
        "lepton.dev/pool": "l4",
        "lepton.dev/accelerator": "l4",
        "lepton.dev/capacity": label,
        "nvidia.com/gpu.present": "true",
    }


@pytest.mark.parametrize("group", GPU_GROUPS)
def test_the_autoscaler_knows_the_nodes_of_an_empty_group(region: Graph, group: str) -> None:
    tags = {
        found["tag.key"]: found["tag.value"]
        for found in region.of("aws:autoscaling/tag:Tag")
        if found.name.startswith(group)
    }
    template = "k8s.io/cluster-autoscaler/node-template"
    labels = {f"{template}/label/{key}": value for key, value in region[group]["labels"].items()}
    assert tags == labels | {
        f"{template}/taint/nvidia.com/gpu": "present:NoSchedule",
        f"{template}/resources/nvidia.com/gpu": "1",
    }


def test_each_way_of_buying_may_grow_to_the_pools_total(region: Graph) -> None:
    for group in GPU_GROUPS:
        assert region[group]["scalingConfig.maxSize"] == 8
        assert region[group]["scalingConfig.minSize"] == 0


def test_a_pool_with_one_way_of_buying_holds_its_minimum() -> None:
    region = of_pool(capacity=[{"kind": "on-demand"}])
    assert region["test-pool-l4-on-demand"]["scalingConfig"] == {"minSize": 2, "maxSize": 8, "desiredSize": 2}


def test_groups_choose_among_machines_with_the_same_gpu(region: Graph) -> None:
    assert region["test-pool-l4-spot"]["instanceTypes"] == ["g6.xlarge", "g6.2xlarge", "g6.4xlarge"]


def test_the_stack_file_may_name_the_machines() -> None:
    cloud: Changes = stack()["cloud"] | {"instance_types": {"l4": ["g6.4xlarge"]}}
    region = declare(stack(cloud=cloud))
    assert region["test-pool-l4-spot"]["instanceTypes"] == ["g6.4xlarge"]


def test_a_reservation_is_aimed_at_and_nothing_else_is_used() -> None:
    id = "cr-0123456789abcdef0"
    region = of_pool(capacity=[{"kind": "reservation", "id": id}, {"kind": "on-demand"}], zones=ONE_ZONE)
    name = f"test-pool-l4-reservation-{id}"
    assert region[name]["capacityType"] == "ON_DEMAND"
    assert region[name]["instanceTypes"] == ["g6.xlarge"]
    assert region[name]["updateConfig"] == {"maxUnavailable": 1, "updateStrategy": "MINIMAL"}
    assert region["test-pool-l4-on-demand"]["updateConfig.updateStrategy"] == "DEFAULT"
    assert region[f"{name}-template"]["capacityReservationSpecification"] == {
        "capacityReservationPreference": "capacity-reservations-only",
        "capacityReservationTarget": {"capacityReservationId": id},
    }
    assert "capacityReservationSpecification" not in region["test-pool-l4-on-demand-template"].inputs


def test_a_capacity_block_is_bought_through_the_launch_template() -> None:
    id = "cr-0123456789abcdef0"
    capacity = [{"kind": "capacity-block", "id": id}]
    h100 = pool(name="h100", accelerator="h100", accelerators_per_node=8, capacity=capacity, zones=ONE_ZONE)
    region = declare(stack(node_pools=[pool(), h100]))
    name = f"test-pool-h100-capacity-block-{id}"
    group, template = region[name], region[f"{name}-template"]
    assert group["capacityType"] == "CAPACITY_BLOCK"
    assert "instanceTypes" not in group.inputs
    assert group["subnetIds"] == [region["test-network-private-us-east-1a"].id]
    assert template["instanceType"] == "p5.48xlarge"
    assert template["instanceMarketOptions"] == {"marketType": "capacity-block"}
    assert template["capacityReservationSpecification.capacityReservationTarget.capacityReservationId"] == id


def test_a_cpu_pool_has_neither_gpus_nor_taint() -> None:
    cpu = pool(name="web", accelerator=None, accelerators_per_node=0, cpus=8)
    region = declare(stack(node_pools=[pool(), cpu]))
    group = region["test-pool-web-spot"]
    assert group["amiType"] == "AL2023_x86_64_STANDARD"
    assert group.inputs.get("taints", []) == []
    assert group["labels"] == {"lepton.dev/pool": "web", "lepton.dev/capacity": "spot"}
    assert group["instanceTypes"][0] == "m7i.2xlarge"


@pytest.mark.parametrize("changes", [{"zones": ONE_ZONE}, {"accelerator": "t4"}], ids=str)
def test_what_cannot_change_in_place_makes_a_group_of_another_name(region: Graph, changes: Changes) -> None:
    after = of_pool(**changes)
    for group in GPU_GROUPS:
        assert after[group]["nodeGroupName"] != region[group]["nodeGroupName"]
        assert after[group].delete_before_replace is False


@pytest.mark.parametrize("changes", [{"nodes": {"min": 2, "max": 9}}, {"disk_gib": 300}], ids=str)
def test_what_can_change_in_place_keeps_the_group(region: Graph, changes: Changes) -> None:
    after = of_pool(**changes)
    for group in GPU_GROUPS:
        assert after[group]["nodeGroupName"] == region[group]["nodeGroupName"]


def test_image_types_are_those_of_the_api_model(enum: Callable[[str, str], set[str]]) -> None:
    for family in images.IMAGE_FAMILIES.values():
        assert {family.cpu_type, family.gpu_type} <= enum("eks", "AMITypes")


def test_every_image_says_who_owns_its_gpu_software() -> None:
    assert GPU_SOFTWARE.keys() == images.IMAGE_FAMILIES.keys()


def test_a_version_that_is_not_pinned_is_refused_with_what_is() -> None:
    with pytest.raises(pulumi.RunError, match=r"has no node_images\.eks-al2023-1\.31; it has: .*eks-al2023-1\.35"):
        images.image_release(LOCK, "al2023", "1.31")


@pytest.mark.parametrize(("slices", "seen"), [(None, "1"), (4, "4")])
def test_the_autoscaler_knows_the_parts_of_a_node_that_is_not_there(slices: int | None, seen: str) -> None:
    shared = {} if slices is None else {"sharing": {"time_slices": slices}}
    graph = declare(stack(node_pools=[pool(nodes={"min": 0, "max": 8}, **shared)]))
    prefix = "k8s.io/cluster-autoscaler/node-template/"
    tags = {each["tag.key"]: each["tag.value"] for each in graph.of("aws:autoscaling/tag:Tag")}

    assert tags[f"{prefix}resources/nvidia.com/gpu"] == seen
    assert tags[f"{prefix}taint/nvidia.com/gpu"] == "present:NoSchedule"
    assert tags[f"{prefix}label/lepton.dev/pool"] == "l4"
    for group in graph.of("aws:eks/nodeGroup:NodeGroup"):
        if "lepton.dev/capacity" in group["labels"]:
            assert group["labels"].get("nvidia.com/device-plugin.config") == (
                f"time-slices-{slices}" if slices else None
            )
