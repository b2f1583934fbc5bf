"""NVIDIA's device plugin, which announces the GPUs of a node, whole or in parts.

Values are those of its chart: https://github.com/NVIDIA/k8s-device-plugin/tree/v0.20.0/deployments/helm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import yaml

from lepton_infra.layers.cluster import ChartImage, ChartRelease
from lepton_infra.layers.node_pool import GPU_TAINT_KEY, NodePoolOutputs, Owner, plugin_config
from lepton_infra.platform.gpu.placing import NAMESPACE, placing

NAME = "nvidia-device-plugin"
SELECTOR = {"app.kubernetes.io/name": NAME}
"""Labels of its pods."""

WHOLE = "whole"
"""The configuration of nodes whose label names none: their GPUs are not taken in turns."""


def chart(pools: Iterable[NodePoolOutputs]) -> ChartRelease | None:
    """The device plugin's chart for the pools that leave it to the region; None if there are none."""
    owned = _owned(pools)
    if not owned:
        return None
    return ChartRelease(
        name=NAME,
        namespace=NAMESPACE,
        pin=NAME,
        images=[ChartImage(key=NAME)],
        values={**placing(owned), **_sharing(owned)},
    )


def reads_its_node(pools: Iterable[NodePoolOutputs]) -> bool:
    """True if the plugin asks the API for its node's label: it does as soon as there is a choice of configurations."""
    return "config" in _sharing(_owned(pools))


def _owned(pools: Iterable[NodePoolOutputs]) -> list[NodePoolOutputs]:
    return [pool for pool in pools if pool.gpu_software.device_plugin is Owner.REGION]


def _sharing(pools: Sequence[NodePoolOutputs]) -> dict[str, Any]:
    """How GPUs are announced, nothing where all are whole.

    Instances are announced as ``nvidia.com/gpu``, as whole GPUs are (strategy ``single``: all of a node are alike, as
    they are in a pool), so that a model asks for the same on either. On nodes that are not cut it changes nothing.
    """
    values: dict[str, Any] = {}
    if any(pool.sharing is not None and pool.sharing.mig for pool in pools):
        values["migStrategy"] = "single"
    turns = {
        name: {"sharing": {"timeSlicing": _turns(pool.sharing.time_slices)}}
        for pool in pools
        if pool.sharing is not None and pool.sharing.time_slices and (name := plugin_config(pool.sharing))
    }
    if turns:
        configs = {WHOLE: {}, **turns}
        texts = {name: yaml.safe_dump({"version": "v1", **configs[name]}) for name in sorted(configs)}
        values["config"] = {"map": texts, "default": WHOLE}
    return values


def _turns(slices: int) -> dict[str, Any]:
    """Each GPU announced so often. A pod that asks for two turns is refused, for it would not get twice as much."""
    return {
        "failRequestsGreaterThanOne": True,
        "resources": [{"name": GPU_TAINT_KEY, "replicas": slices}],
    }
