"""What a file may not say on a private site, with what is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clouds.private.stacks import changed, pool, refused, stack

TAINT = "nvidia.com/gpu=present:NoSchedule"
CPU_POOL = {
    "name": "cpu",
    "cpus": 8,
    "nodes": {"min": 0, "max": 4},
    "capacity": [{"kind": "on-demand"}],
}


def test_the_example_is_sound() -> None:
    assert refused(stack()) == {}


@pytest.mark.parametrize(
    ("path", "value", "where", "told"),
    [
        ("residency", "eu", "cloud.site.country", "is outside the residency eu"),
        ("cloud.site.country", "DE", "cloud.site.country", "is outside the residency us"),
        ("cloud.kubernetes.kubeconfig", {}, "cloud.kubernetes.kubeconfig", "needs one of path and secret"),
        (
            "cloud.kubernetes.kubeconfig",
            {"path": "/k", "secret": "site:k"},
            "cloud.kubernetes.kubeconfig",
            "has both path and secret",
        ),
        (
            "cloud.kubernetes.features",
            ["dns", "metrics", "token-issuer"],
            "cloud.kubernetes.features",
            "network-policy",
        ),
        ("cloud.attestations.encryption", None, "cloud.attestations.encryption", "customer-managed keys"),
        ("cloud.attestations.access", None, "cloud.attestations.access", "reads its own model alone"),
        ("cloud.attestations.retention", None, "cloud.attestations.retention", "versions and logs"),
        ("cloud.attestations.oversight", None, "cloud.attestations.oversight", "an audit trail, alerts"),
        ("cloud.machines.0.taints", [], "cloud.machines.0.taints", "open to pods that need no GPU"),
        ("cloud.machines.0.taints", [TAINT, "team=a:NoExecute"], "cloud.machines.0.taints", "drives pods out"),
        ("cloud.machines.1.taints", [TAINT], "cloud.machines.1.taints", "is on nodes without GPUs"),
        ("cloud.machines.0.gpu_software", None, "cloud.machines.0.gpu_software", "is missing"),
        ("cloud.machines.0.accelerators_per_node", 0, "cloud.machines.0.accelerators_per_node", "must both be there"),
        ("cloud.machines.0.labels", {"gpu": "t4"}, "cloud.machines.0.labels", "lack lepton.dev/pool"),
        ("cloud.machines.0.mig", "1g.10gb", "cloud.machines.0.mig", "is no MIG profile of these GPUs"),
        ("cloud.machines.0.time_slices", 4, "cloud.machines.0.time_slices", "the region's own device plugin"),
        (
            "node_pools.0.sharing",
            {"time_slices": 4},
            "node_pools.0.sharing",
            "label the nodes nvidia.com/device-plugin",
        ),
        (
            "cloud.machines.0.gpu_software.toolkit_version",
            "1.17.7",
            "cloud.machines.0.gpu_software.toolkit_version",
            "1.17.8 or newer",
        ),
        (
            "cloud.machines.0.gpu_software.driver_version",
            "525.60.9",
            "cloud.machines.0.gpu_software.driver_version",
            "525.60.13 or newer",
        ),
        ("cloud.machines.0.nodes", {"attic": 9}, "cloud.machines.0.nodes.attic", "is no zone of the site"),
        ("cloud.machines.0.disk_gib", 100, "node_pools.0.disk_gib", "at most 100"),
        ("cloud.store.addresses", [], "cloud.store.addresses", "are missing"),
        ("cloud.store.addresses", ["10.1.2.3/24"], "cloud.store.addresses.0", "allowed: 10.1.2.0/24"),
        ("cloud.store.addresses", ["999.1.2.3/24"], "cloud.store.addresses.0", "allowed: an IPv4 network"),
        ("cloud.store.data_bucket", "lepton-models", "cloud.store.data_bucket", "readers of models would read data"),
        ("network.zones", ["hall-1", "attic"], "network.zones.1", "is not a zone of ashburn-1"),
        ("cluster.operator_networks", ["8.8.8.0/24"], "cluster.operator_networks", "the site's own firewall"),
        ("cluster.system_nodes.min", 13, "cluster.system_nodes.min", "at most 12"),
        ("cluster.system_nodes.cpus", 32, "cluster.system_nodes.cpus", "at most 16"),
        ("node_pools.0.accelerator", "h100", "node_pools.0.accelerators_per_node", "is on no machine of ashburn-1"),
        ("node_pools.0.nodes.max", 61, "node_pools.0.nodes.max", "at most 60"),
        ("node_pools.0.zones", ["hall-1", "hall-2"], "node_pools.0.zones", "or one of them"),
        ("node_pools.0.capacity", [{"kind": "spot"}], "node_pools.0.capacity", "is never to be had"),
    ],
)
def test_what_a_site_cannot_keep_is_refused(path: str, value: object, where: str, told: str) -> None:
    raw = changed(path, value)
    raw["cluster"]["system_nodes"]["max"] = 20

    found = {".".join(map(str, at)): message for at, message in refused(raw).items()}

    assert told in found[where]


def test_what_was_bought_of_a_cloud_is_refused() -> None:
    bought = [{"kind": "reservation", "id": "cr-1"}, {"kind": "on-demand"}]

    assert "the site owns its machines" in str(refused(stack(node_pools=[pool(capacity=bought)])))


def test_pools_share_what_there_is() -> None:
    both = [pool(nodes={"min": 0, "max": 40}), pool(name="more", nodes={"min": 0, "max": 30})]

    assert "at most 20" in refused(stack(node_pools=both))[("node_pools", 1, "nodes", "max")]


def test_most_nodes_of_one_zone() -> None:
    inside = pool(zones=["hall-2"], nodes={"min": 0, "max": 20})
    too_many = pool(zones=["hall-2"], nodes={"min": 0, "max": 21})

    assert refused(stack(node_pools=[inside])) == {}
    assert "at most 20" in refused(stack(node_pools=[too_many]))[("node_pools", 0, "nodes", "max")]


def test_a_cpu_pool_stands_on_machines_that_are_large_enough() -> None:
    large = {**CPU_POOL, "cpus": 64}

    assert refused(stack(node_pools=[pool(), CPU_POOL])) == {}
    assert "vCPUs are on no machine" in refused(stack(node_pools=[pool(), large]))[("node_pools", 1, "cpus")]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("cloud.store.endpoint", "http://s3.example.com"),
        ("cloud.store.endpoint", "https://key:secret@s3.example.com"),
        ("cloud.store.endpoint", "https://s3.example.com:99999"),
        ("cloud.store.role", "arn:aws:iam:::role/{model}"),
        ("cloud.kubernetes.kubeconfig.path", "apiVersion: v1"),
        ("cloud.attestations.encryption", {"attested_by": "", "statement": "yes"}),
        ("cloud.site.country", "Germany"),
        ("cloud.registry", "https://registry.example.com"),
    ],
)
def test_a_malformed_fact_is_refused_where_it_stands(path: str, value: Any) -> None:
    found = refused(changed(path, value))

    assert any(".".join(map(str, at)).startswith(path) for at in found)
