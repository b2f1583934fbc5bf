"""The stacks of the repository as the rules read them, and single resources."""

from __future__ import annotations

import copy
import re
from functools import cache
from pathlib import Path
from typing import Any

from lepton_infra import project
from lepton_infra.compliance.graph.graph import Graph, Resource
from lepton_infra.testing.compliance import neutral
from lepton_infra.testing.stacks import stack_graph

ROOT = Path(__file__).parents[2]
PROJECT = project.find(ROOT)


@cache
def stack(name: str, *, preview: bool = False) -> Graph:
    return neutral(stack_graph(PROJECT, name, preview=preview))


def resource(type: str, name: str = "it", inputs: dict[str, Any] | None = None, **more: Any) -> Resource:
    return Resource(urn=f"urn:pulumi:test::shop::{type}::{name}", type=type, name=name, inputs=inputs or {}, **more)


def object_(kind: str, name: str = "it", inputs: dict[str, Any] | None = None, **more: Any) -> Resource:
    """An object in a cluster, in the namespace ``shop`` unless its inputs say another."""
    inputs = dict(inputs or {})
    inputs["metadata"] = {"name": name, "namespace": "shop", **inputs.get("metadata", {})}
    return resource(f"kubernetes:{kind}", name, inputs, **more)


GONE = object()
"""In ``changed``: the property is left out."""


def changed(graph: Graph, name: str, path: str, value: object) -> Graph:
    """The graph with one property of one resource changed."""
    return Graph(
        resources=tuple(_changed(each, path, value) if each.name == name else each for each in graph), stack=graph.stack
    )


def _changed(resource: Resource, path: str, value: object) -> Resource:
    inputs = copy.deepcopy(dict(resource.inputs))
    *above, last = [int(index) if index else key for key, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path)]
    inner: Any = inputs
    for step in above:
        inner = inner.setdefault(step, {}) if isinstance(inner, dict) else inner[step]
    if value is GONE:
        del inner[last]
    else:
        inner[last] = value
    return Resource(
        **{**{field: getattr(resource, field) for field in Resource.__dataclass_fields__}, "inputs": inputs}
    )
