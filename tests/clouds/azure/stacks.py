"""Stack file of a region on Azure, with whole sections changed."""

from __future__ import annotations

from typing import Any

from lepton_infra import clouds

SUBSCRIPTION = "22222222-2222-4222-8222-222222222222"
ADMINISTRATORS = "33333333-3333-4333-8333-333333333333"

Changes = dict[str, Any]


def stack(**changes: Any) -> Changes:
    """A region on Azure as its stack file has it, with whole sections changed."""
    return {
        "name": "test",
        "residency": "eu",
        "cloud": cloud(),
        "network": {"cidr": "10.17.0.0/16", "zones": ["1", "2", "3"]},
        "cluster": {"version": "1.35", "system_nodes": {"min": 3, "max": 6}},
        "node_pools": [pool()],
        "models": [
            {"name": "cifar10", "versions": [{"version": 1}], "node_pool": "t4", "replicas": {"min": 2, "max": 4}}
        ],
        "tags": {"owner": "ai-platform", "cost-center": "inference"},
    } | changes


def cloud(**changes: Any) -> Changes:
    """The plain ``cloud:`` section."""
    return {**clouds.load("azure").example, **changes}


def pool(**changes: Any) -> Changes:
    """A GPU pool that is bought on the spot market, or on demand."""
    return {
        "name": "t4",
        "accelerator": "t4",
        "accelerators_per_node": 1,
        "nodes": {"min": 2, "max": 8},
        "capacity": [{"kind": "spot"}, {"kind": "on-demand"}],
    } | changes
