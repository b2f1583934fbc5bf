from __future__ import annotations

import pytest

from lepton_infra.errors import ConfigError
from lepton_infra.stack.parse import parse
from tests.clouds.azure.stacks import Changes, cloud, pool, stack

H100_BLOCK = [{"kind": "capacity-block", "id": "block-1"}]
WRONG: list[tuple[Changes, str]] = [
    ({"cloud": cloud(subscription_id="123")}, "cloud.subscription_id: is not well formed"),
    ({"cloud": cloud(administrators=[])}, "cloud.administrators: has too few entries"),
    ({"cloud": cloud(vm_sizes={"other": "Standard_D4s_v5"})}, "is no node pool of this file"),
    ({"cloud": cloud(vm_sizes={"t4": "Standard_D4s_v5"})}, "is not a machine size with the pool's GPUs"),
    ({"cloud": cloud(size_zones={"Standard_Z1": []})}, "is no machine size that a pool can have"),
    ({"cloud": cloud(size_zones={"Standard_NC4as_T4_v3": ["9"]})}, "is not a zone of the network"),
    ({"network": {"cidr": "10.17.0.0/16", "zones": ["westeurope-1"]}}, "is not a zone of this cloud"),
    ({"network": {"cidr": "10.96.0.0/16", "zones": ["1"]}}, "the addresses of Kubernetes services"),
    ({"network": {"cidr": "10.245.0.0/16", "zones": ["1"]}}, "the addresses of pods"),
    ({"cluster": {"version": "1.35", "system_nodes": {"min": 1, "max": 3, "cpus": 2}}}, "vCPUs are too few"),
    ({"cluster": {"version": "1.35", "system_nodes": {"min": 1, "max": 3, "cpus": 5}}}, "vCPUs are on no machine"),
    ({"node_pools": [pool(nodes={"min": 2, "max": 600})]}, "more than there are pod addresses for"),
    ({"node_pools": [pool(accelerators_per_node=3)]}, "is on no machine of this cloud"),
    ({"node_pools": [pool(disk_gib=4096)]}, "is larger than a node's disk on this cloud"),
    ({"node_pools": [pool(capacity=H100_BLOCK, zones=["1"])]}, "is not to be had on this cloud"),
    ({"node_pools": [pool(capacity=[{"kind": "reservation", "id": "r-1"}])]}, "is no id of a capacity reservation"),
    (
        {"cloud": cloud(size_zones={"Standard_NC4as_T4_v3": ["2"]}), "node_pools": [pool(zones=["1"])]},
        "have no Standard_NC4as_T4_v3",
    ),
    (
        {"compliance": {"break_glass_minutes": 45}},
        r"compliance\.break_glass_minutes: .*allowed: 30 to 1440 in steps of 30",
    ),
    ({"storage": {"noncurrent_version_days": 366}}, "is longer than this cloud keeps what was deleted"),
    ({"retention": {"log_days": 731}}, "is longer than logs are kept on this cloud"),
]


@pytest.mark.parametrize(("changes", "message"), WRONG, ids=[message for _, message in WRONG])
def test_what_azure_cannot_do_is_refused(changes: Changes, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse(stack(**changes))


def test_the_plain_stack_is_right() -> None:
    assert parse(stack()).cloud.name == "azure"
