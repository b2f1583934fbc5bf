"""Stack file of a region on Google Cloud, with whole sections changed."""

from __future__ import annotations

from typing import Any

from lepton_infra.testing.graph import Declared, Graph

Changes = dict[str, Any]

ZONES = ["asia-south1-a", "asia-south1-b", "asia-south1-c"]
NUMBER = "111122223333"


def stack(**changes: Any) -> Changes:
    """A region on Google Cloud as its stack file has it, with whole sections changed."""
    return {
        "name": "test",
        "residency": "in",
        "cloud": {
            "name": "gcp",
            "project": "example-inference",
            "project_number": NUMBER,
            "region": "asia-south1",
            "administrators": ["group:engineers@example.com"],
            "logging_agent": f"cmek-p{NUMBER}@gcp-sa-logging.iam.gserviceaccount.com",
            "maintenance_start": "20:30",
        },
        "network": {"cidr": "10.18.0.0/16", "zones": ZONES},
        "cluster": {"version": "1.35", "system_nodes": {"min": 3, "max": 6}},
        "node_pools": [pool()],
        "models": [
            {"name": "cifar10", "versions": [{"version": 1}], "node_pool": "l4", "replicas": {"min": 2, "max": 4}},
        ],
        "tags": {"owner": "AI Platform", "cost-center": "inference"},
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


def on_gcp(graph: Graph) -> list[Declared]:
    """The resources that Google Cloud itself makes."""
    return [resource for resource in graph if resource.type.startswith("gcp:")]
