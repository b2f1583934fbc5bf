"""A region as its stack file describes it: typed, closed, constant.

The models say what each value may be on its own; what must hold between values is in ``rules`` and in each cloud's
``validation``. Those run when a file is parsed (``stack.parse``) and again when ``RegionArgs`` is made, so a region is
only ever built from a valid config, whoever made it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from pydantic import Field

from lepton_infra.compliance.law.section import ComplianceConfig
from lepton_infra.config.cloud import CloudSettings
from lepton_infra.config.gateway import GatewayConfig
from lepton_infra.config.models import ModelConfig
from lepton_infra.config.monitoring import MonitoringConfig
from lepton_infra.fields import CapacityId, Cidr, Name, NodeCount, Strict, Strings, Zones, frozen, text, whole
from lepton_infra.layers.gpus import Sharing, parts_of_node
from lepton_infra.layers.network import MAX_ZONES
from lepton_infra.layers.node_pool import Accelerator, CapacityKind

REQUIRED_TAGS = ("owner", "cost-center")
"""Tags that every region has: who answers for it, and who pays."""

S = TypeVar("S", bound=CloudSettings)


class Residency(StrEnum):
    """The jurisdiction whose law shapes a region and within which its data stay."""

    US = "us"
    EU = "eu"
    IN = "in"


class NetworkConfig(Strict):
    """The region's private network."""

    cidr: Cidr
    """The whole address space, private, /16 to /20; disjoint from every other region's."""
    zones: Annotated[Zones, Field(min_length=1, max_length=MAX_ZONES)]
    """Failure domains by the cloud's own names. Their order is part of the address plan: append, never reorder."""


class SystemNodes(NodeCount):
    """The CPU nodes that carry the cluster's own pods."""

    cpus: Annotated[int, whole(2, 64)] = 4
    """vCPUs of each node."""


class ClusterConfig(Strict):
    """The region's Kubernetes cluster."""

    version: Annotated[str, text(r"^1\.[0-9]{2}$", 'a Kubernetes minor version in quotes, such as "1.33"')]
    """Kubernetes minor version, in quotes: YAML would read 1.30 as the number 1.3."""
    operator_networks: tuple[Cidr, ...] = ()
    """Networks outside that may reach the cluster's API. None: only the region's own network can."""
    system_nodes: SystemNodes


class CapacityConfig(Strict):
    """One way of buying a pool's machines."""

    kind: CapacityKind
    id: CapacityId | None = None
    """The reservation or capacity block that was bought beforehand; for the other kinds there is none."""


class SharingConfig(Strict):
    """Sharing of a GPU: cut into isolated instances (``mig``) or taken in turns (``time_slices``)."""

    mig: Annotated[str, text(r"^[1-7]g\.[0-9]{1,3}gb$", "a MIG profile, such as 1g.10gb")] | None = None
    """Profile of the instances that every GPU of the pool is cut into. Memory and faults are isolated by hardware."""
    time_slices: Annotated[int, whole(2, 48)] | None = None
    """How many replicas take turns on each GPU. They share its memory, so all must be of one tenant."""


class NodePoolConfig(Strict):
    """Nodes of one shape that scale together: with GPUs (``accelerator``) or without (``cpus``)."""

    name: Name
    accelerator: Accelerator | None = None
    """GPU kind; left out for a CPU pool."""
    accelerators_per_node: Annotated[int, whole(0, 16)] = 0
    cpus: Annotated[int, whole(1, 192)] | None = None
    """vCPUs of each node of a CPU pool. A GPU pool's follow from the machine that carries its GPUs."""
    nodes: NodeCount
    capacity: Annotated[tuple[CapacityConfig, ...], Field(min_length=1)]
    """How machines are bought, in the order in which it is tried."""
    zones: Zones = ()
    """Some of the network's zones; left out: all of them."""
    disk_gib: Annotated[int, whole(50, 16384)] = 200
    """Root disk of each node in GiB. GPU images and model caches fill the 20 GiB that clouds give by default."""
    sharing: SharingConfig | None = None
    """How several replicas share one GPU; left out: each has its GPUs to itself."""

    def shared(self) -> Sharing | None:
        """Sharing of its GPUs, as its layer takes it."""
        if self.sharing is None:
            return None
        return Sharing(mig=self.sharing.mig, time_slices=self.sharing.time_slices)

    def parts_per_node(self) -> int:
        """GPUs of each node, or the parts that they are shared in. A model's ``accelerators`` counts these."""
        return parts_of_node(self.accelerator, self.accelerators_per_node, self.shared())


class StorageConfig(Strict):
    """The region's buckets."""

    noncurrent_version_days: Annotated[int, whole(1, 3650)] = 30
    """Days that a replaced or deleted object can still be recovered, and therefore still exists."""


class RetentionConfig(Strict):
    """Retention of logs."""

    log_days: Annotated[int, whole(1, 3653)] = 365
    """Days that logs are kept; a cloud with fixed steps rounds up. At most ten years; never for ever."""


class EncryptionConfig(Strict):
    """The region's customer-managed keys."""

    rotation_days: Annotated[int, whole(90, 365)] = 90
    """Days between rotations of each key."""


class RegionConfig(Strict, Generic[S]):
    """One region of the service: the value of ``lepton:region`` in ``Pulumi.<stack>.yaml``."""

    name: Name
    """The stack's own name."""
    residency: Residency
    cloud: S
    network: NetworkConfig
    cluster: ClusterConfig
    node_pools: tuple[NodePoolConfig, ...]
    storage: StorageConfig = StorageConfig()
    retention: RetentionConfig = RetentionConfig()
    encryption: EncryptionConfig = EncryptionConfig()
    compliance: ComplianceConfig = ComplianceConfig()
    models: tuple[ModelConfig, ...] = ()
    gateway: GatewayConfig | None = None
    """How requests reach the models; left out: nobody outside the cluster does."""
    monitoring: MonitoringConfig = MonitoringConfig()
    tags: Annotated[Strings, Field(json_schema_extra={"required": list(REQUIRED_TAGS)})]
    """Tags of every taggable resource; ``owner`` and ``cost-center`` must be among them."""
    adopt: Annotated[Strings, Field(default_factory=lambda: frozen({}))]
    """Objects that exist already and are taken over in the next run: logical resource name to the cloud's id."""
    teardown: Annotated[bool, Field(strict=True)] = False
    """Take the locks off stateful resources, so that the next ``destroy`` can remove them."""

    def unpinned(self) -> list[str]:
        """The versions of models that have no digest yet, as ``models.<name>.<version>``."""
        return [
            f"models.{model.name}.{version.version}"
            for model in self.models
            for version in model.versions
            if version.digest is None
        ]
