"""Served models: where they run, and that they fit there."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from lepton_infra.config.models import ModelConfig
from lepton_infra.config.region import NodePoolConfig
from lepton_infra.config.rules.lists import Path, repeated, span
from lepton_infra.config.rules.values import Models, Pools
from lepton_infra.errors import Problem
from lepton_infra.layers.gpus import replica_capacity


def names_differ(models: Models) -> Iterator[Problem]:
    """No two models have one name."""
    return repeated((((*path, "name"), model.name) for path, model in _models(models)), "repeats a model's name")


def pools_exist(models: Models, pools: Pools) -> Iterator[Problem]:
    """A model is served by a pool of this region."""
    names = [pool.name for pool in pools]
    for path, model in _models(models):
        if model.node_pool not in names:
            near = get_close_matches(model.node_pool, names, n=1)
            message = "is not a node pool of this region" + (f"; did you mean {near[0]}?" if near else "")
            yield Problem(path=(*path, "node_pool"), given=model.node_pool, message=message, allowed=", ".join(names))


def fit_one_node(models: Models, pools: Pools) -> Iterator[Problem]:
    """A replica runs on one node, and on a GPU node only with a GPU."""
    for path, model, pool in _placed(models, pools):
        at, wanted, per_node = (*path, "accelerators"), model.accelerators, pool.parts_per_node()
        if pool.accelerator is None and wanted > 0:
            message = f"are GPUs, and node pool {pool.name} has none; write 0 or choose a GPU pool"
            yield Problem(path=at, given=wanted, message=message, allowed="0")
        elif pool.accelerator is not None and wanted == 0:
            message = f"would hold a GPU node of pool {pool.name} without using its GPUs; choose a CPU pool"
            yield Problem(path=at, given=wanted, message=message, allowed=span(1, per_node))
        elif wanted > per_node:
            message = f"do not fit on one node of pool {pool.name}"
            yield Problem(path=at, given=wanted, message=message, allowed=span(1, per_node))
        if pool.cpus is not None and model.cpus >= pool.cpus:
            message = f"do not fit on one node of pool {pool.name}, which has {pool.cpus} and keeps some for itself"
            yield Problem(path=(*path, "cpus"), given=model.cpus, message=message, allowed=f"1 to {pool.cpus - 1}")


def fit_the_pool(models: Models, pools: Pools) -> Iterator[Problem]:
    """All versions of all models of a GPU pool can be at their most replicas at once."""
    used: dict[str, int] = {}
    for path, model, pool in _placed(models, pools):
        parts, wanted, of_model = pool.parts_per_node(), model.accelerators, 0
        if not 0 < wanted <= parts:
            continue
        for at, versions, most_replicas in _counted(path, model):
            left = (pool.nodes.max * parts - used.get(pool.name, 0)) // wanted
            most = max(0, min(replica_capacity(pool.nodes.max, parts, wanted) - of_model, left) // versions)
            if most_replicas > most:
                unit = "GPUs" if pool.sharing is None else "parts of GPUs"
                each = "each replica" if versions == 1 else f"each replica of each of {versions} versions"
                message = (
                    f"does not fit in pool {pool.name}: {pool.nodes.max} nodes of {parts} {unit}, {wanted} for {each}, "
                    "other models first; raise the pool's nodes.max or lower this"
                )
                yield Problem(path=at, given=most_replicas, message=message, allowed=f"at most {most}")
            of_model += most_replicas * versions
            used[pool.name] = used.get(pool.name, 0) + most_replicas * versions * wanted


def _counted(path: Path, model: ModelConfig) -> Iterator[tuple[Path, int, int]]:
    """Where a number of replicas stands, for how many versions, and how many they are at most."""
    alike = [version for version in model.versions if version.replicas is None]
    if alike:
        yield (*path, "replicas", "max"), len(alike), model.replicas.max
    for index, version in enumerate(model.versions):
        if version.replicas is not None:
            yield (*path, "versions", index, "replicas", "max"), 1, version.replicas.max


def _models(models: Models) -> Iterator[tuple[Path, ModelConfig]]:
    for index, model in enumerate(models):
        yield ("models", index), model


def _placed(models: Models, pools: Pools) -> Iterator[tuple[Path, ModelConfig, NodePoolConfig]]:
    """The models whose pool exists and has a known shape, with it; the first where two pools have one name."""
    shaped = [pool for pool in pools if (pool.accelerator is None) == (pool.accelerators_per_node == 0)]
    by_name = {pool.name: pool for pool in reversed(shaped)}
    for path, model in _models(models):
        if model.node_pool in by_name:
            yield path, model, by_name[model.node_pool]
