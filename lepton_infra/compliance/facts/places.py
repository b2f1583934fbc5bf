"""Loader of ``places.yaml``: properties of a cloud's resource types that give the location of data.

All clouds' files have one schema:

* ``types``: type, or ``*`` for all of them, then property path (``compliance.graph.paths``; ``""`` is the type itself)
  to an :class:`Entry`: its fields as a mapping, or its role alone. ``path#word`` is one more entry for the same path.
* ``everywhere``: patterns of types that are at no one location.
* ``configures``: patterns of types that only configure. No data is in them and none passes through.
* ``parts``: patterns of types that are read with the resource that they are a part of.

A path without a role is no place, and its ``reason`` says why. Such a path may be a pattern, or a property's own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from lepton_infra.compliance.facts.stores import Role
from lepton_infra.compliance.graph import paths

ANY = "*"
"""The type whose entries are for all types."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One property of a type.

    ``role`` is why something is at the place. ``read`` is how the value tells the place, a word that the cloud's own
    file explains; ``values`` are those that it is about, ``default`` what the cloud takes where none is given and
    ``refers`` the types that the value names. ``inward`` is data that comes from there, so that only a place that is
    known counts. ``unless`` is a property that says it better. ``holds_data`` is false of what only configures.
    """

    path: str
    role: Role | None = None
    read: str = "location"
    values: tuple[Any, ...] = ()
    default: Any = None
    refers: tuple[str, ...] = ()
    inward: bool = False
    unless: str | None = None
    holds_data: bool = True
    reason: str = ""

    @property
    def property(self) -> str:
        """Top-level input of the path."""
        return paths.root(self.path)

    def classifies(self, path: str) -> bool:
        """True if it classifies a property: that property itself, one above it, or one below what is no place."""
        if not self.path:
            return False
        own, given = _plain(self.path), _plain(path)
        if own == given or own.startswith(f"{given}."):
            return True
        pattern = self.path.replace("[", "[[]")
        return self.role is None and (
            given.startswith(f"{own}.") or self.path == path.rpartition(".")[2] or fnmatchcase(path, pattern)
        )


@dataclass(frozen=True, kw_only=True)
class Registry:
    """One cloud's ``places.yaml``."""

    types: Mapping[str, tuple[Entry, ...]]
    everywhere: tuple[str, ...]
    configuring: tuple[str, ...]
    parts: tuple[str, ...]

    def places(self, type: str) -> tuple[Entry, ...]:
        """The entries of a type that are places, those for all types first."""
        found = (*self.types.get(ANY, ()), *self.types.get(type, ()))
        return tuple(entry for entry in found if entry.role is not None)

    def is_classified(self, type: str, path: str) -> bool:
        """True if an entry classifies a property: a place, on the way to one, or none for a reason."""
        return any(entry.classifies(path) for entry in (*self.types.get(type, ()), *self.types.get(ANY, ())))

    def is_everywhere(self, type: str) -> bool:
        """True if a type is a global service, at no one location."""
        return _matches(type, self.everywhere)

    def configures(self, type: str) -> bool:
        """True if a type only configures: no data is in its resources and none passes through."""
        return _matches(type, self.configuring)

    def is_part(self, type: str) -> bool:
        """True if a type is read with the resource that it is a part of."""
        return _matches(type, self.parts)

    def knows(self, type: str) -> bool:
        """True if the file has the type, by name or pattern."""
        return type in self.types or self.configures(type) or self.is_part(type)


@cache
def load(package: str) -> Registry:
    """The registry of the package of a cloud's facts."""
    data = yaml.safe_load(files(package).joinpath("places.yaml").read_text(encoding="utf-8"))
    return Registry(
        types={
            type: tuple(_entry(path, given) for path, given in (properties or {}).items())
            for type, properties in data["types"].items()
        },
        everywhere=tuple(data.get("everywhere", ())),
        configuring=tuple(data.get("configures", ())),
        parts=tuple(data.get("parts", ())),
    )


def _entry(path: str, given: str | Mapping[str, Any]) -> Entry:
    fields: dict[str, Any] = {"role": given} if isinstance(given, str) else dict(given)
    if "role" in fields:
        fields["role"] = Role(fields["role"])
    for name in ("values", "refers"):
        fields[name] = tuple(fields.get(name, ()))
    return Entry(path=path.partition("#")[0], **fields)


def _matches(type: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(type, pattern) for pattern in patterns)


def _plain(path: str) -> str:
    return path.replace("[]", "").replace("{}", "")
