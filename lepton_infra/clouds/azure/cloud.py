"""``CLOUD``: Azure's settings, provider and layer components."""

from __future__ import annotations

from lepton_infra.clouds import Cloud
from lepton_infra.clouds.azure.aliases import without_api_versions
from lepton_infra.clouds.azure.cluster.cluster import Cluster
from lepton_infra.clouds.azure.identity import Identity
from lepton_infra.clouds.azure.network.network import Network
from lepton_infra.clouds.azure.node_pool import NodePool
from lepton_infra.clouds.azure.oversight.oversight import Oversight
from lepton_infra.clouds.azure.provider import provider
from lepton_infra.clouds.azure.registry import Registry
from lepton_infra.clouds.azure.settings import Settings
from lepton_infra.clouds.azure.storage.storage import Storage
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
    transformations=(without_api_versions,),
    example={
        "name": "azure",
        "tenant_id": "11111111-1111-4111-8111-111111111111",
        "subscription_id": "22222222-2222-4222-8222-222222222222",
        "location": "westeurope",
        "administrators": ["33333333-3333-4333-8333-333333333333"],
        "break_glass_policy": "44444444-4444-4444-8444-444444444444",
    },
    residency="eu",
    zones=("1", "2", "3"),
    gpu=(Accelerator.T4, 1),
    stateful=frozenset(
        {
            "azure-native:containerregistry:Registry",
            "azure-native:containerservice:ManagedCluster",
            "azure-native:keyvault:Key",
            "azure-native:keyvault:Vault",
            "azure-native:operationalinsights:Workspace",
            "azure-native:storage:BlobContainer",
            "azure-native:storage:StorageAccount",
        }
    ),
)
