"""A region as its stack file describes it: typed, closed, constant.

The models say what each value may be on its own; what must hold between values is in ``validation``. Both are checked
whenever a ``RegionConfig`` is made, so a region that exists is a valid one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import AfterValidator, Field, PlainSerializer, model_validator

from lepton_infra import validation
from lepton_infra.compliance.settings import ComplianceConfig
from lepton_infra.network import MAX_ZONES
from lepton_infra.node_pool import Accelerator, CapacityKind
from lepton_infra.pins import Digest
from lepton_infra.settings import CloudSettings, ConfigError, Strict, text

S = TypeVar("S", bound=CloudSettings)


def _frozen(value: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(value))


def _whole(least: int, most: int | None = None) -> Any:
    """A whole number within bounds; ``"3"`` and ``3.0`` are not."""
    return Field(strict=True, ge=least, le=most)


Name = Annotated[
    str,
    text(
        r"^[a-z][a-z0-9-]{0,18}[a-z0-9]$",
        "2 to 20 lowercase letters, digits and hyphens, a letter first and no hyphen last",
    ),
]
"""Names of regions, pools and models: short enough to stay legal in every physical name built from them."""

Cidr = Annotated[
    str,
    text(r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$", "an IPv4 network with prefix length, such as 10.16.0.0/16"),
]
Zone = Annotated[str, text(r"^[a-z0-9][a-z0-9-]*$", "a zone's name in lowercase letters, digits and hyphens")]
Zones = tuple[Zone, ...]
CapacityId = Annotated[str, text(r"^\S+$", "the cloud's own id, without spaces")]
Strings = Annotated[Mapping[str, str], AfterValidator(_frozen), PlainSerializer(dict, return_type=dict[str, str])]


class Residency(StrEnum):
    """The jurisdiction whose law shapes a region and within which its data stay."""

    US = "us"
    EU = "eu"
    IN = "in"


class NodeCount(Strict):
    """How many nodes or replicas there may be, in total over all zones."""

    min: Annotated[int, _whole(0, 1000)]
    """Fewest at any time."""
    max: Annotated[int, _whole(1, 1000)]
    """Most at any time: the bound of the bill."""


class NetworkConfig(Strict):
    """The region's private network."""

    cidr: Cidr
    """The whole address space, private, /16 to /20; disjoint from every other region's."""
    zones: Annotated[Zones, Field(min_length=1, max_length=MAX_ZONES)]
    """Failure domains by the cloud's own names. Their order is part of the address plan: append, never reorder."""


class SystemNodes(NodeCount):
    """The CPU nodes that carry the cluster's own pods."""

    cpus: Annotated[int, _whole(2, 64)] = 4
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


class NodePoolConfig(Strict):
    """Nodes of one shape that scale together: with GPUs (``accelerator``) or without (``cpus``)."""

    name: Name
    accelerator: Accelerator | None = None
    """GPU kind; left out for a CPU pool."""
    accelerators_per_node: Annotated[int, _whole(0, 16)] = 0
    cpus: Annotated[int, _whole(1, 192)] | None = None
    """vCPUs of each node of a CPU pool. A GPU pool's follow from the machine that carries its GPUs."""
    nodes: NodeCount
    capacity: Annotated[tuple[CapacityConfig, ...], Field(min_length=1)]
    """How machines are bought, in the order in which it is tried."""
    zones: Zones = ()
    """Some of the network's zones; left out: all of them."""
    disk_gib: Annotated[int, _whole(50, 16384)] = 200
    """Root disk of each node in GiB. GPU images and model caches fill the 20 GiB that clouds give by default."""


class StorageConfig(Strict):
    """The region's buckets."""

    noncurrent_version_days: Annotated[int, _whole(1, 3650)] = 30
    """Days that a replaced or deleted object can still be recovered, and therefore still exists."""


class RetentionConfig(Strict):
    """How long records of what happened are kept."""

    log_days: Annotated[int, _whole(1, 3653)] = 365
    """Days that logs are kept; a cloud with fixed steps rounds up. At most ten years; never for ever."""


class EncryptionConfig(Strict):
    """The region's customer-managed keys."""

    rotation_days: Annotated[int, _whole(90, 365)] = 90
    """Days between rotations of each key."""


class ModelConfig(Strict):
    """One served model."""

    name: Name
    version: Annotated[int, _whole(1)]
    digest: Digest | None = None
    """SHA-256 of the exported model's manifest; null until the model has been exported, and then not deployable."""
    node_pool: Name
    """Name of the pool that serves it."""
    accelerators: Annotated[int, _whole(0, 16)] = 1
    """GPUs of each replica; 0 on a CPU pool."""
    cpus: Annotated[int, _whole(1, 192)] = 2
    memory_gib: Annotated[int, _whole(1, 4096)] = 8
    replicas: NodeCount


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
    tags: Annotated[Strings, Field(json_schema_extra={"required": list(validation.REQUIRED_TAGS)})]
    """Tags of every taggable resource; ``owner`` and ``cost-center`` must be among them."""
    adopt: Annotated[Strings, Field(default_factory=lambda: _frozen({}))]
    """Objects that exist already and are taken over in the next run: logical resource name to the cloud's id."""
    teardown: Annotated[bool, Field(strict=True)] = False
    """Take the locks off stateful resources, so that the next ``destroy`` can remove them."""

    def unpinned(self) -> list[str]:
        """The models that have no digest yet, as ``models.<name>``."""
        return [f"models.{model.name}" for model in self.models if model.digest is None]

    @model_validator(mode="after")
    def _rules(self) -> Self:
        found = validation.problems(self)
        if found:
            raise ConfigError(found)
        return self
