"""The layers of AWS, put together."""

from __future__ import annotations

from lepton_infra.clouds import Cloud
from lepton_infra.clouds.aws.cluster.cluster import Cluster
from lepton_infra.clouds.aws.identity import Identity
from lepton_infra.clouds.aws.network.network import Network
from lepton_infra.clouds.aws.node_pool import NodePool
from lepton_infra.clouds.aws.oversight.oversight import Oversight
from lepton_infra.clouds.aws.provider import provider
from lepton_infra.clouds.aws.registry import Registry
from lepton_infra.clouds.aws.settings import Settings
from lepton_infra.clouds.aws.storage.storage import Storage
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
        "name": "aws",
        "account": "111122223333",
        "region": "us-east-1",
        "administrators": ["arn:aws:iam::111122223333:role/platform-engineers"],
    },
    residency="us",
    zones=("us-east-1a", "us-east-1b", "us-east-1d"),
    gpu=(Accelerator.L4, 1),
    stateful=frozenset(
        {
            "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault",
            "aws:backup/vault:Vault",
            "aws:cloudtrail/trail:Trail",
            "aws:cloudwatch/logGroup:LogGroup",
            "aws:ecr/repository:Repository",
            "aws:eks/cluster:Cluster",
            "aws:kms/key:Key",
            "aws:s3/bucket:Bucket",
        }
    ),
)
