"""The registry of every property by which data can come to be at a place: ``registry.yaml``, typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from lepton_infra.compliance.facts import Role
from lepton_infra.compliance.graph import paths


@dataclass(frozen=True, kw_only=True)
class Entry:
    """How one property tells of a place; the words are explained in the file.

    ``path`` is empty where the kind itself tells. ``inward`` is data that comes from there, so that only a place
    that is known counts.
    """

    path: str
    role: Role
    read: str = "location"
    values: tuple[Any, ...] = ()
    default: Any = None
    inward: bool = False

    @property
    def property(self) -> str:
        """The input that the path begins with."""
        return paths.root(self.path)


@cache
def _table() -> Any:
    return yaml.safe_load(files(__package__).joinpath("registry.yaml").read_text(encoding="utf-8"))


@cache
def places() -> Mapping[str, tuple[Entry, ...]]:
    """The entries by kind of resource; those of ``*`` are for all kinds."""
    return {
        kind: tuple(_entry(path, entry) for path, entry in paths.items()) for kind, paths in _table()["places"].items()
    }


def _entry(path: str, entry: Mapping[str, Any]) -> Entry:
    return Entry(
        path=path.partition("#")[0],
        role=Role(entry["role"]),
        read=entry.get("read", "location"),
        values=tuple(entry.get("values", entry.get("geo", ()))),
        default=entry.get("default"),
        inward=entry.get("inward", False),
    )


def is_classified(kind: str, path: str) -> bool:
    """Whether somebody has decided what a property of a kind is: a place, on the way to one, or none for a reason."""
    known = {entry.path for entry in (*places().get(kind, ()), *places()["*"])}
    if (
        path == "location"
        or path in known
        or any(each.startswith((f"{path}.", f"{path}[", f"{path}{{")) for each in known)
    ):
        return True
    return any(
        any(pattern in (path, path.rpartition(".")[2]) or _matches(path, pattern) for pattern in reasons)
        for reasons in (_table()["not-a-place"].get(kind, {}), _table()["not-a-place"]["*"])
    )


def _matches(path: str, pattern: str) -> bool:
    """As in a shell, but that brackets are brackets."""
    return fnmatchcase(path, pattern.replace("[", "[[]"))


@cache
def is_part(kind: str) -> bool:
    """Whether a kind is read with what it stands in."""
    return any(fnmatchcase(kind, pattern) for pattern in _table()["parts"])


@cache
def configures(kind: str) -> bool:
    """Whether no data is in resources of a kind and none passes through."""
    return any(fnmatchcase(kind, pattern) for pattern in _table()["configures"])
