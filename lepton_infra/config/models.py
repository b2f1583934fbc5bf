"""The section ``models:`` of a stack file: what is served, in which versions, on what, and how well."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from lepton_infra.fields import Name, NodeCount, Strict, whole
from lepton_infra.lock import Digest


class VersionConfig(Strict):
    """One version of a model, served beside the others under the same address."""

    version: Annotated[int, whole(1)]
    digest: Digest | None = None
    """SHA-256 of the exported version's manifest; null until it has been exported, and then not deployable."""
    weight: Annotated[int, whole(0, 100)] = 100
    """Percent of requests that it answers; those of all versions add up to 100. A version with 0 stays ready, so going
    back to it is one change of weights and waits for no pod."""
    shadow: Annotated[int, whole(0, 100)] = 0
    """Percent of requests that are copied to it and whose answers are dropped; only for a version of weight 0."""
    size_mib: Annotated[int, whole(1, 1024 * 1024)] = 1024
    """At most what its folder weighs, in MiB: sizes the pod's disk, the time to fetch it and the time to start. More
    does not fit, and its pods fail to fetch it."""
    replicas: NodeCount | None = None
    """Its own number of replicas; left out: the model's."""


class ScalingMetric(StrEnum):
    """Metric that the number of replicas follows."""

    CPU = "cpu"
    """Processor load in percent of what is requested; needs nothing but the cluster's own autoscaler."""
    QUEUE = "queue"
    """Requests in the server's batching queue, for each replica."""
    GPU = "gpu"
    """Use of the replicas' GPUs in percent, as the exporter on their nodes measures it."""


class ScalingConfig(Strict):
    """Autoscaling of a model's replicas."""

    metric: ScalingMetric = ScalingMetric.CPU
    target: Annotated[int, whole(1, 1000)] = 70
    """The value of the metric that is aimed at: percent, or requests waiting for each replica."""
    buffer_requests: Annotated[bool, Field(strict=True)] = False
    """Put a proxy before the model that holds requests while no replica is ready. Needed by ``replicas.min: 0``."""


class ObjectivesConfig(Strict):
    """Service level objectives of a model, from which its alerts follow."""

    availability: Annotated[float, Field(ge=90, le=99.999)] = 99.9
    """Percent of requests that are answered without a server error, over 30 days."""
    latency_ms: Annotated[int, whole(1, 600_000)] = 500
    """Milliseconds within which 99 percent of requests are answered."""


class ModelConfig(Strict):
    """One served model."""

    name: Name
    versions: tuple[VersionConfig, ...]
    """The versions that are served side by side, one to five."""
    tenant: Name | None = None
    """On whose behalf it is served; left out: the region's owner. Tenants never share a GPU by turns."""
    node_pool: Name
    """Name of the pool that serves it."""
    accelerators: Annotated[int, whole(0, 16)] = 1
    """GPUs of each replica (of a shared pool: parts of GPUs); 0 on a CPU pool."""
    cpus: Annotated[int, whole(1, 192)] = 2
    memory_gib: Annotated[int, whole(1, 4096)] = 8
    replicas: NodeCount
    """Replicas of each version that does not say its own."""
    scaling: ScalingConfig = ScalingConfig()
    cache_gib: Annotated[int, whole(1, 1024)] | None = None
    """Disk of a cache in the cluster, in GiB, that pods fetch versions from before they ask the bucket; left out: none.
    It must have room for the largest version."""
    objectives: ObjectivesConfig = ObjectivesConfig()

    def cached_mib(self) -> int:
        """MiB that its cache keeps: four fifths of its disk, for what is being read stays beyond that. A choice."""
        return (self.cache_gib or 0) * 1024 * 4 // 5

    def replicas_of(self, version: VersionConfig) -> NodeCount:
        """Number of replicas of a version."""
        return version.replicas or self.replicas
