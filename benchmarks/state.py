"""A stack's exported state as records: what was created, with what inputs, after what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One resource of an exported state. ``waits_for`` are the URNs that had to exist before it."""

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    parent: str
    provider: str
    waits_for: frozenset[str]
    custom: bool


def resources(export: Mapping[str, Any]) -> list[Recorded]:
    """The live resources of ``pulumi stack export``, in the order of the state (dependencies first)."""
    return [_recorded(entry) for entry in export["deployment"].get("resources", []) if not entry.get("delete")]


def _recorded(entry: Mapping[str, Any]) -> Recorded:
    by_property: Mapping[str, Sequence[str] | None] = entry.get("propertyDependencies", {})
    provider = entry.get("provider", "").rpartition("::")[0]
    waits = {*entry.get("dependencies", []), *(urn for urns in by_property.values() for urn in urns or ())}
    if provider:
        waits.add(provider)
    return Recorded(
        urn=entry["urn"],
        type=entry["type"],
        name=entry["urn"].rpartition("::")[2],
        inputs=entry.get("inputs", {}),
        parent=entry.get("parent", ""),
        provider=provider,
        waits_for=frozenset(waits),
        custom=entry["custom"],
    )
