"""Shared GPUs: how, and by whom."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.config.rules.values import Models, Pools
from lepton_infra.errors import Problem
from lepton_infra.layers.gpus import MIG_PROFILES

THE_OWNER = "the region's owner"
"""Whose model is served that names no tenant."""


def one_way(pools: Pools) -> Iterator[Problem]:
    """A pool's GPUs are cut or taken in turns, not both, and a pool without GPUs shares none."""
    for index, pool in enumerate(pools):
        path = ("node_pools", index, "sharing")
        if pool.sharing is None:
            continue
        given = pool.sharing.model_dump(exclude_none=True)
        if pool.accelerator is None:
            message = "is for GPU pools; remove it, or name the accelerator"
            yield Problem(path=path, given=given, message=message)
        elif len(given) != 1:
            message = "shares in two ways: instances that are taken in turns are no longer apart; remove one"
            yield Problem(
                path=path,
                given=given,
                message=message if given else "says no way to share; name one, or remove it",
                allowed="mig or time_slices",
            )


def cut_as_it_can_be(pools: Pools) -> Iterator[Problem]:
    """GPUs are cut into instances that they can be cut into."""
    for index, pool in enumerate(pools):
        if pool.accelerator is None or pool.sharing is None or pool.sharing.mig is None:
            continue
        path, profiles = ("node_pools", index, "sharing", "mig"), MIG_PROFILES.get(pool.accelerator)
        if profiles is None:
            message = f"needs a GPU that can be cut into instances, and {pool.accelerator} cannot; take turns instead"
            allowed = f"time_slices; or an accelerator of {', '.join(MIG_PROFILES)}"
            yield Problem(path=path, given=pool.sharing.mig, message=message, allowed=allowed)
        elif pool.sharing.mig not in profiles:
            message = f"is no MIG profile of {pool.accelerator}"
            yield Problem(path=path, given=pool.sharing.mig, message=message, allowed=", ".join(profiles))


def one_part_each(models: Models, pools: Pools) -> Iterator[Problem]:
    """A replica on shared GPUs has one part of one.

    Two turns of one GPU give no more of it than one does, and a CUDA program sees one MIG instance at most ("CUDA
    Device Enumeration", NVIDIA MIG user guide).
    """
    shared = {pool.name: pool for pool in pools if pool.sharing is not None and pool.accelerator}
    for index, model in enumerate(models):
        if model.node_pool in shared and model.accelerators > 1:
            message = f"are parts of the shared GPUs of pool {model.node_pool}, of which a server can use one"
            path = ("models", index, "accelerators")
            remedy = f"{message}; write 1, or choose a pool whose GPUs are not shared"
            yield Problem(path=path, given=model.accelerators, message=remedy, allowed="1")


def turns_are_of_one_tenant(models: Models, pools: Pools) -> Iterator[Problem]:
    """Models that take turns on a GPU share its memory, so all are of one tenant."""
    turns = {pool.name for pool in pools if pool.sharing is not None and pool.sharing.time_slices}
    first: dict[str, str] = {}
    for index, model in enumerate(models):
        if model.node_pool not in turns:
            continue
        tenant = model.tenant or THE_OWNER
        before = first.setdefault(model.node_pool, tenant)
        if tenant != before:
            message = (
                f"would share GPU memory with {before}, whose models take turns on pool {model.node_pool} already; "
                "give it a pool of its own, or cut the GPUs into instances (mig)"
            )
            yield Problem(path=("models", index, "tenant"), given=tenant, message=message, allowed=before)
