"""The layers of a private site, put together."""

from __future__ import annotations

from lepton_infra.clouds import Cloud
from lepton_infra.clouds.private.cluster import Cluster
from lepton_infra.clouds.private.identity import Identity
from lepton_infra.clouds.private.network import Network
from lepton_infra.clouds.private.node_pool import NodePool
from lepton_infra.clouds.private.oversight import Oversight
from lepton_infra.clouds.private.provider import provider
from lepton_infra.clouds.private.registry import Registry
from lepton_infra.clouds.private.settings import Settings
from lepton_infra.clouds.private.storage import Storage
from lepton_infra.layers.node_pool import GPU_TAINT_KEY, GPU_TAINT_VALUE, POOL_LABEL, Accelerator

CLOUD = Cloud(
    settings=Settings,
    provider=provider,
    network=Network,
    storage=Storage,
    registry=Registry,
    cluster=Cluster,
    node_pool=NodePool,
    identity=Identity,
    oversight=Oversight,
    example={
        "name": "private",
        "site": {"name": "ashburn-1", "country": "US", "zones": ["hall-1", "hall-2", "hall-3"]},
        "kubernetes": {
            "endpoint": "https://api.ashburn-1.example.com:6443",
            "kubeconfig": {"path": "~/.kube/ashburn-1.yaml", "context": "ashburn-1"},
            "features": ["dns", "metrics", "network-policy", "token-issuer"],
            "system_nodes": {"nodes": 12, "cpus": 16},
            "load_balancer": {"annotations": {"metallb.io/address-pool": "inference"}},
        },
        "machines": [
            {
                "labels": {POOL_LABEL: "t4"},
                "accelerator": "t4",
                "accelerators_per_node": 1,
                "cpus": 16,
                "disk_gib": 960,
                "nodes": {"hall-1": 20, "hall-2": 20, "hall-3": 20},
                "taints": [f"{GPU_TAINT_KEY}={GPU_TAINT_VALUE}:NoSchedule"],
                "gpu_software": {
                    "driver": "image",
                    "toolkit": "image",
                    "device_plugin": "region",
                    "exporter": "region",
                },
            },
            {
                "labels": {POOL_LABEL: "general"},
                "cpus": 32,
                "disk_gib": 960,
                "nodes": {"hall-1": 20, "hall-2": 20, "hall-3": 20},
            },
        ],
        "store": {
            "endpoint": "https://s3.ashburn-1.example.com",
            "region": "ashburn-1",
            "models_bucket": "lepton-models",
            "data_bucket": "lepton-data",
            "token_endpoint": "https://sts.ashburn-1.example.com",
            "addresses": ["10.40.0.0/28"],
            "role": "arn:aws:iam:::role/{namespace}",
            "audience": "ashburn-1-store",
        },
        "registry": "registry.ashburn-1.example.com/lepton",
        "attestations": {
            "access": {"attested_by": "site operations", "statement": "Each role reads the prefix of its own model."},
            "encryption": {
                "attested_by": "site operations",
                "statement": "Volumes, objects and secrets are under our HSM.",
            },
            "retention": {
                "attested_by": "site operations",
                "statement": "Bucket lifecycle and log archive follow the file.",
            },
            "oversight": {
                "attested_by": "site security",
                "statement": "The SOC archives and watches changes; backups go to our second hall every night.",
            },
        },
    },
    residency="us",
    zones=("hall-1", "hall-2", "hall-3"),
    gpu=(Accelerator.T4, 1),
    stateful=frozenset(),
)
