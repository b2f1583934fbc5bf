"""A region as its stack file describes it: typed, closed, constant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Generic, TypeVar

from pydantic import Field

from lepton_infra.node_pool import Accelerator, CapacityKind
from lepton_infra.pins import Digest
from lepton_infra.settings import CloudSettings, Strict

S = TypeVar("S", bound=CloudSettings)

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,18}[a-z0-9]$")]
"""Names of regions, pools and models: short enough to stay legal in every physical name built from them."""


class NodeCount(Strict):
    """How many nodes or replicas there may be, in total over all zones."""

    min: Annotated[int, Field(ge=0)]
    max: Annotated[int, Field(ge=1)]


class NetworkConfig(Strict):
    cidr: str
    zones: Annotated[Sequence[str], Field(min_length=1, max_length=6)]


class SystemNodes(NodeCount):
    """The CPU nodes that carry the cluster's own pods."""

    cpus: int = 4


class ClusterConfig(Strict):
    version: Annotated[str, Field(pattern=r"^1\.\d{2}$")]
    operator_networks: Sequence[str] = ()
    system_nodes: SystemNodes


class CapacityConfig(Strict):
    kind: CapacityKind
    id: str | None = None


class NodePoolConfig(Strict):
    name: Name
    accelerator: Accelerator | None = None
    accelerators_per_node: Annotated[int, Field(ge=0, le=16)] = 0
    cpus: int | None = None
    nodes: NodeCount
    capacity: Annotated[Sequence[CapacityConfig], Field(min_length=1)]
    zones: Sequence[str] = ()
    disk_gib: Annotated[int, Field(ge=50, le=16384)] = 200


class StorageConfig(Strict):
    noncurrent_version_days: Annotated[int, Field(ge=1, le=3650)] = 30


class RetentionConfig(Strict):
    log_days: int = 365


class EncryptionConfig(Strict):
    rotation_days: Annotated[int, Field(ge=90, le=365)] = 90


class ModelConfig(Strict):
    """One served model. ``digest`` is that of its exported manifest; null until the model has been exported."""

    name: Name
    version: Annotated[int, Field(ge=1)]
    digest: Digest | None = None
    node_pool: Name
    accelerators: Annotated[int, Field(ge=0, le=16)] = 1
    cpus: Annotated[int, Field(ge=1)] = 2
    memory_gib: Annotated[int, Field(ge=1)] = 8
    replicas: NodeCount


class RegionConfig(Strict, Generic[S]):
    """The value of ``lepton:region`` in ``Pulumi.<stack>.yaml``."""

    name: Name
    residency: str
    cloud: S
    network: NetworkConfig
    cluster: ClusterConfig
    node_pools: Sequence[NodePoolConfig]
    storage: StorageConfig = StorageConfig()
    retention: RetentionConfig = RetentionConfig()
    encryption: EncryptionConfig = EncryptionConfig()
    models: Sequence[ModelConfig] = ()
    tags: Mapping[str, str]
    adopt: Mapping[str, str] = {}
    teardown: bool = False
