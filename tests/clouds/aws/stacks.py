"""Stack file of a region on AWS, with whole sections changed."""

from __future__ import annotations

from typing import Any

from lepton_infra.testing.graph import Declared, Graph

Changes = dict[str, Any]


def stack(**changes: Any) -> Changes:
    """A region on AWS as its stack file has it, with whole sections changed."""
    return {
        "name": "test",
        "residency": "us",
        "cloud": {
            "name": "aws",
            "account": "111122223333",
            "region": "us-east-1",
            "administrators": ["arn:aws:iam::111122223333:role/engineers"],
        },
        "network": {"cidr": "10.16.0.0/16", "zones": ["us-east-1a", "us-east-1b", "us-east-1d"]},
        "cluster": {"version": "1.35", "system_nodes": {"min": 3, "max": 6}},
        "node_pools": [pool()],
        "models": [
            {"name": "cifar10", "versions": [{"version": 1}], "node_pool": "l4", "replicas": {"min": 2, "max": 4}},
        ],
        "tags": {"owner": "ai-platform", "cost-center": "inference"},
    } | changes


def pool(**changes: Any) -> Changes:
    """A GPU pool that is bought on the spot market, or on demand."""
    return {
        "name": "l4",
        "accelerator": "l4",
        "accelerators_per_node": 1,
        "nodes": {"min": 2, "max": 8},
        "capacity": [{"kind": "spot"}, {"kind": "on-demand"}],
    } | changes


def on_aws(graph: Graph) -> list[Declared]:
    """The resources that AWS itself makes."""
    return [resource for resource in graph if resource.type.startswith("aws:")]
