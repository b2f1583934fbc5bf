"""The walk over the values of a resource's inputs, each held against a format and the cloud's API model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from lepton_infra.simulator.behaviour import Call, Failure, Unknown
from lepton_infra.simulator.core.paths import without_indices


class ApiModel(Protocol):
    """A vendor's description of requests, as seen from the properties of resource types (paths without indices)."""

    def is_map(self, type: str, path: str) -> bool:
        """True if a property is a map with free keys, which is judged as one value."""
        ...

    def reasons(self, type: str, path: str, value: Any) -> Iterable[str]:
        """Reasons to refuse one value; a container is judged by itself, without what it holds."""
        ...


def check(api: ApiModel, call: Call) -> list[Failure]:
    """Every value that the cloud would refuse for its own form, unknowns aside."""
    return [
        Failure(path=path, reason=reason)
        for path, value in nodes(api, call.type, call.inputs)
        for reason in api.reasons(call.type, without_indices(path), value)
    ]


def nodes(api: ApiModel, type: str, value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every known value under ``value`` with its path, containers included; the entries of a map stay with the map."""
    if path:
        yield path, value
    if isinstance(value, Mapping) and not (path and api.is_map(type, without_indices(path))):
        for name, inner in value.items():
            if inner is not None and not isinstance(inner, Unknown):
                yield from nodes(api, type, inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if inner is not None and not isinstance(inner, Unknown):
                yield from nodes(api, type, inner, f"{path}[{index}]")


def scalars(api: ApiModel, type: str, inputs: Mapping[str, Any]) -> set[str]:
    """The paths, without indices, of the values in ``inputs`` that are neither flags nor containers."""
    return {
        without_indices(path)
        for path, value in nodes(api, type, inputs)
        if not isinstance(value, bool | Mapping | list)
    }


def within(path: str, known: Iterable[str]) -> bool:
    """True if a path is one of those known, or lies below one."""
    return any(path == other or path.startswith(f"{other}.") for other in known)
