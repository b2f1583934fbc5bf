"""Regions on any cloud, made of what the cloud says of itself, and what they declare."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pulumi
from hypothesis import strategies as st

from lepton_infra import clouds, lock
from lepton_infra.clouds import Cloud
from lepton_infra.config.region import Residency
from lepton_infra.layers.component import Component
from lepton_infra.layers.context import Context
from lepton_infra.region import Region, RegionArgs
from lepton_infra.stack.parse import parse
from lepton_infra.testing import Declared, Graph, declared
from tests.kit import stacks as on_aws

ROOT = Path(__file__).parents[2]
PINS = lock.locked(ROOT)
CONFIG = {"pulumi:disable-default-providers": ["*"]}
NAME = "test"

Raw = dict[str, Any]
LOG_DAYS = 730
"""The longest that every cloud keeps logs."""

LAYERS = ("network", "storage", "registry", "cluster", "oversight", "node_pool", "identity")


def region(cloud: str, **changes: Any) -> Raw:
    """A small region with a GPU pool, a CPU pool and a model on each; ``changes`` replace whole sections."""
    facts = clouds.load(cloud)
    return {
        "name": NAME,
        "residency": facts.residency,
        "cloud": deepcopy(dict(facts.example)),
        "network": {"cidr": "10.16.0.0/16", "zones": list(facts.zones)},
        "cluster": {"version": "1.35", "system_nodes": {"min": 3, "max": 6}},
        "node_pools": [gpu_pool(cloud), cpu_pool()],
        "models": [
            {"name": "cifar10", "versions": [{"version": 1}], "node_pool": "gpu", "replicas": {"min": 2, "max": 4}},
            {
                "name": "tiny",
                "versions": [{"version": 1}],
                "node_pool": "cpu",
                "accelerators": 0,
                "replicas": {"min": 1, "max": 2},
            },
        ],
        "tags": {"owner": "ai-platform", "cost-center": "inference"},
        **changes,
    }


def gpu_pool(cloud: str, **changes: Any) -> Raw:
    accelerator, per_node = clouds.load(cloud).gpu
    return {
        "name": "gpu",
        "accelerator": accelerator.value,
        "accelerators_per_node": per_node,
        "nodes": {"min": 1, "max": 8},
        "capacity": [{"kind": "spot"}, {"kind": "on-demand"}],
        **changes,
    }


def cpu_pool(**changes: Any) -> Raw:
    return {
        "name": "cpu",
        "cpus": 8,
        "nodes": {"min": 1, "max": 4},
        "capacity": [{"kind": "on-demand"}],
        **changes,
    }


def exchanged(raw: Raw, cloud: str) -> Raw:
    """The same region on another cloud: its facts are replaced by those of the cloud's example, its intent stays.

    Its section on compliance stays with the residency: it names the laws of the one, which another does not have.
    """
    facts = clouds.load(cloud)
    if raw["residency"] != facts.residency:
        raw = {key: value for key, value in raw.items() if key != "compliance"}
    accelerator, per_node = facts.gpu
    gpus = {"accelerator": accelerator.value, "accelerators_per_node": per_node}
    pools = [{**pool, **(gpus if "accelerator" in pool else {})} for pool in raw["node_pools"]]
    network = {**raw["network"], "zones": list(facts.zones)}
    example = deepcopy(dict(facts.example))
    return {**raw, "cloud": example, "residency": facts.residency, "network": network, "node_pools": pools}


def declare(raw: Raw, *, preview: bool = False) -> Graph:
    """What a region declares on strict mocks; the same text is declared once."""
    return _declare(json.dumps(raw), preview)


@cache
def _declare(raw: str, preview: bool) -> Graph:
    config = parse(json.loads(raw))
    args = RegionArgs(config=config, cloud=clouds.load(config.cloud.name), pins=PINS)
    return declared(lambda: Region(config.name, args), stack=config.name, config=CONFIG, preview=preview)


@dataclass(frozen=True, kw_only=True)
class Built:
    """The components of one region by layer, with the ``Args`` that each was given."""

    components: dict[str, list[Component[Any]]] = field(default_factory=lambda: {layer: [] for layer in LAYERS})
    args: dict[str, list[Any]] = field(default_factory=lambda: {layer: [] for layer in LAYERS})


def built(cloud: str) -> Built:
    """A region's components as ``Region`` made them."""
    kept = Built()

    def keeping(layer: str, make: Callable[..., Component[Any]]) -> Callable[..., Component[Any]]:
        def keep(name: str, args: Any, context: Context, settings: Any, opts: pulumi.ResourceOptions) -> Component[Any]:
            component = make(name, args, context, settings, opts)
            kept.components[layer].append(component)
            kept.args[layer].append(args)
            return component

        return keep

    there: Cloud[Any, Any, Any, Any] = clouds.load(cloud)
    watched: dict[str, Any] = {layer: keeping(layer, getattr(there, layer)) for layer in LAYERS}
    args = RegionArgs(config=parse(region(cloud)), cloud=replace(there, **watched), pins=PINS)
    declared(lambda: Region(NAME, args), stack=NAME, config=CONFIG)
    return kept


def made(graph: Graph) -> list[Declared]:
    """What the clouds and the cluster make."""
    return [resource for resource in graph if resource.custom and not resource.is_provider]


def layer_of(resource: Declared) -> str:
    """The layer that a resource is in, by its component's type: ``NodePool``; empty for what is in none."""
    types = resource.urn.split("::")[2].split("$")
    return types[1].rpartition(":")[2] if len(types) > 1 else ""


def urns(graph: Graph) -> set[str]:
    return {resource.urn for resource in graph}


def differences(before: Graph, after: Graph) -> set[str]:
    """URNs of what is new, gone or has other inputs."""
    one: Mapping[str, Any] = {resource.urn: resource.inputs for resource in before}
    other: Mapping[str, Any] = {resource.urn: resource.inputs for resource in after}
    return {urn for urn in one.keys() | other.keys() if one.get(urn) != other.get(urn)}


@st.composite
def stack_files(draw: st.DrawFn, cloud: str) -> Raw:
    """Any valid region on a cloud: pools with and without GPUs, models that fit them."""
    facts = clouds.load(cloud)
    per_node = facts.gpu[1]
    zones = list(draw(st.permutations(list(facts.zones))))
    pools: list[Raw] = []
    models: list[Raw] = []
    for name in draw(st.lists(on_aws.names, min_size=1, max_size=3, unique=True)):
        # With the system nodes no more than the smallest network has addresses for, on the cloud that gives nodes most.
        nodes = draw(on_aws.counts(most=7))
        # The one order that every cloud takes: what may be taken away before what stays.
        order = [*([{"kind": "spot"}] if draw(st.booleans()) else []), {"kind": "on-demand"}]
        of_model = {"name": f"m{len(models)}", "versions": [{"version": draw(st.integers(1, 999))}], "node_pool": name}
        if draw(st.booleans()):
            pools.append(gpu_pool(cloud, name=name, nodes=nodes, capacity=order))
            replicas = draw(on_aws.counts(least=1, most=nodes["max"]))
            models.append({**of_model, "accelerators": draw(st.integers(1, per_node)), "replicas": replicas})
        else:
            at = {"zones": zones[:1]} if draw(st.booleans()) else {}
            pools.append(cpu_pool(name=name, nodes=nodes, capacity=order, **at))
            models.append({**of_model, "accelerators": 0, "replicas": draw(on_aws.counts(least=1, most=20))})
    tags = {key: draw(on_aws.tag_values) for key in ("owner", "cost-center", *draw(st.sets(on_aws.names, max_size=3)))}
    return region(
        cloud,
        name=draw(on_aws.names),
        network={"cidr": draw(on_aws.networks()), "zones": zones},
        cluster={"version": "1.35", "system_nodes": draw(on_aws.counts(least=1, most=10))},
        node_pools=pools,
        models=models,
        tags=tags,
        retention={"log_days": draw(st.integers(on_aws.LOGS_AT_LEAST[Residency(facts.residency)], LOG_DAYS))},
        encryption={"rotation_days": draw(st.integers(90, 365))},
        teardown=draw(st.booleans()),
    )
