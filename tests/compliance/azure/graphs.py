"""Graphs as a program that is not ours might declare them, and one property of a graph changed."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lepton_infra.clouds.azure import facts
from lepton_infra.clouds.azure.facts.declared import Azure
from lepton_infra.clouds.azure.facts.places import places
from lepton_infra.compliance.facts import Facts, Place, Role
from lepton_infra.compliance.graph.graph import Graph, Resource

PAIRS = {"westeurope": "northeurope", "northeurope": "westeurope"}
GROUP = "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/app"
UNSET = object()


def made(
    kind: str, name: str, /, id: str | None = None, urns: Mapping[str, str] | None = None, **inputs: Any
) -> Resource:
    """A resource that stands, with an id if it is given one. ``urns`` names what each input was made of."""
    return Resource(
        urn=urn(name),
        type=f"azure-native:{kind}",
        name=name,
        inputs=inputs,
        id=f"{GROUP}/providers/{id}" if id else None,
        property_urns={property: frozenset({urn(of)}) for property, of in (urns or {}).items()},
    )


def urn(name: str) -> str:
    return f"urn:pulumi:test::app::{name}"


def account(name: str = "store0001", **inputs: Any) -> Resource:
    """A plain storage account in West Europe, with nothing said but what must be."""
    given = {"accountName": name, "location": "West Europe", "sku": {"name": "Standard_LRS"}, "kind": "StorageV2"}
    return made("storage:StorageAccount", name, id=f"Microsoft.Storage/storageAccounts/{name}", **{**given, **inputs})


def read(*resources: Resource) -> Facts:
    return facts.read(Graph(resources=resources))


def found(role: Role, *resources: Resource, pairs: Mapping[str, str] = PAIRS) -> list[Any]:
    """The locations of one role."""
    return [place.location.value for place in all_places(Graph(resources=resources), pairs) if place.role is role]


def all_places(graph: Graph, pairs: Mapping[str, str] = PAIRS) -> list[Place]:
    return list(places(Azure(graph), pairs))


def changed(graph: Graph, name: str, path: str, value: Any) -> Graph:
    """A graph with one property of one resource changed, or taken away."""
    (before,) = [
        each for each in graph if each.name == name and each.custom and not each.type.endswith("ResourceGroup")
    ]
    inputs: Any = copy.deepcopy(dict(before.inputs))
    steps: list[Any] = [int(index) if index else step for step, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path)]
    holder = inputs
    for step in steps[:-1]:
        holder = holder.setdefault(step, {}) if isinstance(holder, dict) else holder[step]
    if value is UNSET:
        holder.pop(steps[-1])
    else:
        holder[steps[-1]] = value
    after = replace(before, inputs=inputs)
    return replace(graph, resources=tuple(after if each is before else each for each in graph))


def without(graph: Graph, name: str) -> Graph:
    """A graph without one resource."""
    kept = tuple(each for each in graph if each.name != name)
    assert len(kept) < len(graph.resources)
    return replace(graph, resources=kept)
