"""Which properties carry data to a place: ``registry.yaml``, read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from lepton_infra.compliance.facts import Role

SETTING = "setting"
"""The registry's word for a home of what holds no data."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One property of a type, or with an empty ``path`` the type itself; see the head of ``registry.yaml``.

    ``role`` is None of what is no place, and ``reason`` says why. ``fixed`` tells that the place does not stand in the
    value but is ``at``, None where nobody can tell. ``unless`` is a property that says it better.
    """

    path: str
    role: Role | None = None
    holds_data: bool = True
    default: str | None = None
    refers: tuple[str, ...] = ()
    fixed: bool = False
    at: str | None = None
    unless: str | None = None
    reason: str = ""


@cache
def entries() -> Mapping[str, tuple[Entry, ...]]:
    """The registry by type."""
    return {
        type: tuple(_entry(path, value) for path, value in (properties or {}).items())
        for type, properties in _registry()["types"].items()
    }


@cache
def known(type: str) -> bool:
    """Whether a type is in the registry, by name or pattern."""
    return type in entries() or any(fnmatchcase(type, pattern) for pattern in _registry()["patterns"])


@cache
def _registry() -> Mapping[str, Any]:
    text = files(__package__).joinpath("registry.yaml").read_text(encoding="utf-8")
    read: Mapping[str, Any] = yaml.safe_load(text)
    return read


def _entry(path: str, value: str | Mapping[str, Any]) -> Entry:
    given: Mapping[str, Any] = {"role": value} if isinstance(value, str) else value
    if "not-a-place" in given:
        return Entry(path=path, reason=given["not-a-place"])
    role = given["role"]
    return Entry(
        path=path,
        role=Role.HOME if role == SETTING else Role(role),
        holds_data=role != SETTING,
        default=given.get("default"),
        refers=tuple(given.get("refers", ())),
        fixed="at" in given,
        at=given.get("at"),
        unless=given.get("unless"),
    )
