"""Reading resource ids: what they name, and what they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.behaviour import Scope, Stored

ID: Final = re.compile(r"/subscriptions/(?P<subscription>[^/]+)(/.*)?", re.IGNORECASE)
_PROVIDER: Final = "/providers/"


def arm_type(id: str) -> str:
    """ARM type of an id, in lowercase; empty for a subscription."""
    lowered = id.lower().rstrip("/")
    _, found, path = lowered.rpartition(_PROVIDER)
    if not found:
        return "microsoft.resources/resourcegroups" if "/resourcegroups/" in lowered else ""
    namespace, *rest = path.split("/")
    return "/".join([namespace, *rest[::2]])


def ancestors(id: str) -> Iterator[str]:
    """Ancestors of a resource, nearest first: its parents, then its group. An extension's parent is what it extends."""
    scope, _, path = id.rpartition(_PROVIDER)
    parts = path.split("/")
    for end in range(len(parts) - 2, 2, -2):
        yield f"{scope}{_PROVIDER}{'/'.join(parts[:end])}"
    if scope.count("/") > 2:
        yield scope


def within(id: str, scope: str) -> bool:
    """True if an id is that of ``scope`` or of something in it."""
    return f"{id.lower()}/".startswith(f"{scope.lower().rstrip('/')}/")


def find(scope: Scope, id: Any, *types: str) -> Stored | None:
    """The live resource of some types (none given: of any) with an id, which Azure reads in any case."""
    if not isinstance(id, str):
        return None
    for type in types:
        found = scope.find(type, id)
        if found is not None:
            return found
    return next((stored for stored in scope.all(*types) if stored.id.lower() == id.lower()), None)


def ids_in(value: Any, path: str = "", skip: frozenset[str] = frozenset()) -> Iterator[tuple[str, str]]:
    """Every resource id in a value, with its path. Properties named in ``skip`` may say anything."""
    if isinstance(value, str):
        if ID.fullmatch(value):
            yield path, value.rstrip("/")
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if ID.fullmatch(name):
                yield path, name
            if name not in skip:
                yield from ids_in(inner, f"{path}.{name}" if path else name, skip)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from ids_in(inner, f"{path}[{index}]", skip)
