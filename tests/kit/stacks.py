"""Region configs for tests: one by hand, and any valid one."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from lepton_infra.config.region import Residency

ACCOUNT = "111122223333"

STANDS_IN = {Residency.US: "us-east-1", Residency.EU: "eu-central-1", Residency.IN: "ap-south-1"}
"""A region of the example's cloud within each residency."""

LOGS_AT_LEAST = {Residency.US: 1, Residency.EU: 183, Residency.IN: 365}
"""Days that the law of each residency keeps logs at least."""


def region(**changes: Any) -> dict[str, Any]:
    """A small valid region, as a stack file would have it; ``changes`` replace whole sections."""
    return {
        "name": "us-east",
        "residency": "us",
        "cloud": {
            "name": "aws",
            "account": ACCOUNT,
            "region": "us-east-1",
            "administrators": [f"arn:aws:iam::{ACCOUNT}:role/platform-engineers"],
        },
        "network": {"cidr": "10.16.0.0/16", "zones": ["us-east-1a", "us-east-1b"]},
        "cluster": {"version": "1.35", "system_nodes": {"min": 2, "max": 3}},
        "node_pools": [pool("l4")],
        "models": [model("cifar10", "l4")],
        "tags": {"owner": "ai-platform", "cost-center": "inference"},
        **changes,
    }


def pool(name: str, **changes: Any) -> dict[str, Any]:
    gpu = {"name": name, "accelerator": "l4", "accelerators_per_node": 1}
    return {**gpu, "nodes": {"min": 0, "max": 4}, "capacity": [{"kind": "on-demand"}], **changes}


def cpu_pool(name: str, **changes: Any) -> dict[str, Any]:
    return {"name": name, "cpus": 8, "nodes": {"min": 0, "max": 4}, "capacity": [{"kind": "on-demand"}], **changes}


def model(name: str, on: str, **changes: Any) -> dict[str, Any]:
    return {"name": name, "versions": [{"version": 1}], "node_pool": on, "replicas": {"min": 1, "max": 2}, **changes}


names = st.from_regex(r"[a-z][a-z0-9-]{0,18}[a-z0-9]", fullmatch=True).filter(lambda name: name != "system")
tag_values = st.from_regex(r"[A-Za-z0-9 ._:/=+@-]{1,63}", fullmatch=True)
orders = st.lists(st.sampled_from(["spot", "on-demand"]), min_size=1, unique=True).map(
    lambda kinds: [{"kind": kind} for kind in kinds]
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def counts(draw: st.DrawFn, least: int = 0, most: int = 50) -> dict[str, int]:
    high = draw(st.integers(max(1, least), most))
    return {"min": draw(st.integers(least, high)), "max": high}


@st.composite
def networks(draw: st.DrawFn) -> str:
    prefix = draw(st.integers(16, 20))
    block = draw(st.integers(0, 2 ** (prefix - 8) - 1))
    address = (10 << 24) + (block << (32 - prefix))
    return f"{'.'.join(str(address >> shift & 255) for shift in (24, 16, 8, 0))}/{prefix}"


@st.composite
def regions(draw: st.DrawFn) -> dict[str, Any]:
    """Any valid region on the cloud of the example: pools with and without GPUs, models that fit them."""
    residency = draw(st.sampled_from(Residency))
    cloud = {**region()["cloud"], "region": STANDS_IN[residency]}
    zones = [f"{STANDS_IN[residency]}{letter}" for letter in draw(st.permutations("abcdef"))[: draw(st.integers(2, 6))]]
    pools: list[dict[str, Any]] = []
    models: list[dict[str, Any]] = []
    for name in draw(st.lists(names, min_size=1, max_size=4, unique=True)):
        nodes, capacity = draw(counts()), draw(orders)
        if draw(st.booleans()):
            per_node = draw(st.sampled_from([1, 4, 8]))
            pools.append(pool(name, accelerators_per_node=per_node, nodes=nodes, capacity=capacity))
            replicas = draw(counts(least=1, most=nodes["max"]))
            models.append(
                model(f"m{len(models)}", name, accelerators=draw(st.integers(1, per_node)), replicas=replicas)
            )
        else:
            pools.append(cpu_pool(name, nodes=nodes, capacity=capacity, zones=zones[:1]))
            models.append(model(f"m{len(models)}", name, accelerators=0, replicas=draw(counts(least=1))))
    tags = {key: draw(tag_values) for key in ("owner", "cost-center", *draw(st.sets(names, max_size=3)))}
    return region(
        name=draw(names),
        residency=str(residency),
        cloud=cloud,
        network={"cidr": draw(networks()), "zones": zones},
        cluster={"version": "1.35", "system_nodes": draw(counts(least=1))},
        node_pools=pools,
        models=models,
        tags=tags,
        retention={"log_days": draw(st.integers(LOGS_AT_LEAST[residency], 3653))},
        encryption={"rotation_days": draw(st.integers(90, 365))},
        teardown=draw(st.booleans()),
    )
