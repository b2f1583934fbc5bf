"""Rules of autoscaling: metrics and targets, and at least one replica where no interceptor buffers requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lepton_infra.config.models import ModelConfig, ScalingMetric
from lepton_infra.config.region import NodePoolConfig, RegionConfig
from lepton_infra.config.rules.lists import Path, count
from lepton_infra.config.rules.values import Gateway, Models, Pools
from lepton_infra.errors import Problem
from lepton_infra.fields import NodeCount
from lepton_infra.layers.node_pool import Owner

_PERCENT = frozenset({ScalingMetric.CPU, ScalingMetric.GPU})


def replicas(models: Models) -> Iterator[Problem]:
    """There is always a replica, unless a proxy holds requests until a server has started."""
    for index, model in enumerate(models):
        for path, nodes in _counts(("models", index), model):
            yield from count(path, nodes)
            if nodes.min == 0 and not model.scaling.buffer_requests:
                message = (
                    "would answer the first requests with errors, because nothing holds them until a replica is ready; "
                    "set the model's scaling.buffer_requests: true, or keep one"
                )
                yield Problem(path=(*path, "min"), given=0, message=message, allowed="1 or more")


def buffered_requests(models: Models) -> Iterator[Problem]:
    """A proxy that holds requests is before one version, which gets its requests from the gateway."""
    for index, model in enumerate(models):
        if not model.scaling.buffer_requests:
            continue
        path = ("models", index)
        if len(model.versions) > 1:
            numbers = ", ".join(str(version.version) for version in model.versions)
            message = (
                "are several, and the proxy that holds requests (scaling.buffer_requests) sends them to one: weights "
                "and shadows would be lost; serve one version, or take buffer_requests out"
            )
            yield Problem(path=(*path, "versions"), given=numbers, message=message, allowed="one version")


def buffered_requests_have_a_gateway(models: Models, gateway: Gateway) -> Iterator[Problem]:
    """Only the gateway sends requests to the proxy."""
    for index, model in enumerate(models):
        if model.scaling.buffer_requests and gateway is None:
            message = (
                "has nothing to hold: without the section gateway no request passes the proxy; add it, or remove this"
            )
            yield Problem(
                path=("models", index, "scaling", "buffer_requests"), given=True, message=message, allowed="false"
            )


def targets(models: Models) -> Iterator[Problem]:
    """A target in percent is one."""
    for index, model in enumerate(models):
        scaling = model.scaling
        if scaling.metric in _PERCENT and scaling.target > 100:
            message = f"is percent of the {scaling.metric}, of which there are 100"
            path = ("models", index, "scaling", "target")
            yield Problem(path=path, given=scaling.target, message=message, allowed="1 to 100")


def gpus_are_measured(models: Models, pools: Pools) -> Iterator[Problem]:
    """A model that scales by GPU use has GPUs of its own: the use of a shared one is that of all its models."""
    by_name = {pool.name: pool for pool in pools}
    for index, model in enumerate(models):
        pool = by_name.get(model.node_pool)
        if model.scaling.metric is not ScalingMetric.GPU or pool is None:
            continue
        path = ("models", index, "scaling", "metric")
        if model.accelerators == 0 or pool.accelerator is None:
            message = "follows GPUs, and the model has none"
            yield Problem(path=path, given=model.scaling.metric, message=message, allowed="cpu, queue")
        elif pool.sharing is not None:
            message = f"follows GPUs, and those of pool {pool.name} are shared: their use is not this model's alone"
            yield Problem(path=path, given=model.scaling.metric, message=message, allowed="cpu, queue")


def gpus_are_measured_by_the_region(
    region: RegionConfig[Any], exporter: Callable[[NodePoolConfig], Owner]
) -> Iterator[Problem]:
    """A model that scales by GPU use is on a pool with the region's own ``exporter``, which its monitoring reads."""
    pools = {pool.name: pool for pool in region.node_pools if pool.accelerator is not None}
    for index, model in enumerate(region.models):
        pool = pools.get(model.node_pool)
        if model.scaling.metric is ScalingMetric.GPU and pool is not None and exporter(pool) is not Owner.REGION:
            message = f"follows GPUs, and those of pool {pool.name} are measured by the {exporter(pool)}'s exporter, "
            message += "which the region's monitoring does not read"
            path = ("models", index, "scaling", "metric")
            yield Problem(path=path, given=model.scaling.metric, message=message, allowed="cpu, queue")


def _counts(path: Path, model: ModelConfig) -> Iterator[tuple[Path, NodeCount]]:
    """The model's replicas, and those of versions that have their own."""
    yield (*path, "replicas"), model.replicas
    for index, version in enumerate(model.versions):
        if version.replicas is not None:
            yield (*path, "versions", index, "replicas"), version.replicas
