"""``CLOUD``: Google Cloud's settings, provider and layer components."""

from __future__ import annotations

from lepton_infra.clouds import Cloud
from lepton_infra.clouds.gcp.cluster.cluster import Cluster
from lepton_infra.clouds.gcp.identity import Identity
from lepton_infra.clouds.gcp.network.network import Network
from lepton_infra.clouds.gcp.node_pool import NodePool
from lepton_infra.clouds.gcp.oversight.oversight import Oversight
from lepton_infra.clouds.gcp.provider import provider
from lepton_infra.clouds.gcp.registry import Registry
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.clouds.gcp.storage.storage import Storage
from lepton_infra.layers.node_pool import Accelerator

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
        "name": "gcp",
        "project": "example-inference",
        "project_number": "111122223333",
        "region": "asia-south1",
        "administrators": ["group:platform-engineers@example.com"],
        "logging_agent": "cmek-p111122223333@gcp-sa-logging.iam.gserviceaccount.com",
        "maintenance_start": "20:30",
    },
    residency="in",
    zones=("asia-south1-a", "asia-south1-b", "asia-south1-c"),
    gpu=(Accelerator.L4, 1),
    stateful=frozenset(
        {
            "gcp:artifactregistry/repository:Repository",
            "gcp:container/cluster:Cluster",
            "gcp:kms/cryptoKey:CryptoKey",
            "gcp:logging/projectBucketConfig:ProjectBucketConfig",
            "gcp:storage/bucket:Bucket",
        }
    ),
)
