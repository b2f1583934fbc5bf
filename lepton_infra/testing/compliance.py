"""What a test declared, as the rules of compliance read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lepton_infra.compliance.graph import UNKNOWN, Graph, Resource
from lepton_infra.simulator.behaviour import Unknown
from lepton_infra.testing import graph as recorded


def neutral(graph: recorded.Graph, *, stack: str = "") -> Graph:
    """The recorder's graph as the neutral one. What the embedded clouds left unknown is unknown there too."""
    return Graph(resources=tuple(map(_resource, graph)), stack=stack)


def _resource(each: recorded.Declared) -> Resource:
    return Resource(
        urn=each.urn,
        type=each.type,
        name=each.name,
        inputs=_plain(each.inputs),
        outputs=_plain(each.outputs),
        id=each.id,
        custom=each.custom,
        parent=each.parent,
        provider=each.provider,
        protect=each.protect,
        retain_on_delete=each.retain_on_delete,
        depends_on=each.needs,
        property_urns=each.property_dependencies,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
