"""Golden files of facts: ``tests/compliance/goldens/<stack>.yaml``, every fact that the rules read of an own stack.

A change of the library that changes a fact shows up in review as lines of these files. ``make goldens`` renews them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from difflib import unified_diff
from enum import Enum
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import yaml

from lepton_infra import clouds, project
from lepton_infra.compliance.facts import Facts, Place
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen
from lepton_infra.testing.compliance import neutral
from lepton_infra.testing.stacks import stack_graph

FOLDER = Path(__file__).with_name("goldens")
PROJECT = project.find(Path(__file__))

Named = tuple[str, Any]
"""The name of a resource, and one of its facts as plain values."""


@cache
def declared(stack: str, *, preview: bool = False) -> Graph:
    """Resource graph of an own stack, as it is made or as a preview knows it beforehand."""
    return neutral(stack_graph(PROJECT, stack, preview=preview))


def render(made: Graph, preview: Graph) -> str:
    """The golden file of a stack: by kind of fact, groups of resources with the same facts, sorted by name.

    A fact that a preview does not know, or knows otherwise, is there as ``made`` and as ``preview`` has it.
    """
    after, before = clouds.facts(made), clouds.facts(preview)
    kinds = [each.name for each in fields(Facts)]
    found = {kind: _paired(_named(after, kind, made), _named(before, kind, preview)) for kind in kinds}
    return yaml.safe_dump({kind: _grouped(facts) for kind, facts in found.items()}, sort_keys=False, width=120)


def difference(stack: str) -> str:
    """Difference between a stack's facts and its golden file, line by line; empty if there is none."""
    path = FOLDER / f"{stack}.yaml"
    expected = path.read_text(encoding="utf-8") if path.exists() else ""
    found = render(declared(stack), declared(stack, preview=True))
    return "\n".join(unified_diff(expected.splitlines(), found.splitlines(), str(path), "read", lineterm="", n=9))


def main() -> None:
    """Write the golden files of all own stacks."""
    FOLDER.mkdir(exist_ok=True)
    for stack in PROJECT.stacks():
        text = render(declared(stack), declared(stack, preview=True))
        (FOLDER / f"{stack}.yaml").write_text(text, encoding="utf-8")


def _named(facts: Facts, kind: str, graph: Graph) -> list[Named]:
    found = [(_resource(fact).name, _plain(fact, graph)) for fact in getattr(facts, kind)]
    return sorted(found, key=repr)


def _resource(fact: Any) -> Resource:
    if isinstance(fact, Resource):
        return fact
    found: Resource = fact.location.resource if isinstance(fact, Place) else fact.resource
    return found


def _plain(value: Any, graph: Graph) -> Any:
    """Plain values of a fact, with names instead of URNs. A field that does not apply, which is None, is left out."""
    if isinstance(value, Seen):
        return _plain(value.value, graph)
    if isinstance(value, Resource):
        return {"type": value.type}
    if is_dataclass(value):
        given = {each.name: getattr(value, each.name) for each in fields(value) if each.name != "resource"}
        return {name: _plain(one, graph) for name, one in given.items() if one is not None}
    if isinstance(value, frozenset):
        return sorted(_plain(item, graph) for item in value)
    if isinstance(value, tuple):
        return [_plain(item, graph) for item in value]
    if value is UNKNOWN or isinstance(value, Enum):
        return "unknown" if value is UNKNOWN else str(value)
    return graph.by_urn[value].name if value in graph.by_urn else value


def _paired(made: list[Named], preview: list[Named]) -> Iterator[Named]:
    for name in sorted({name for name, _ in (*made, *preview)}):
        both = ([fact for other, fact in facts if other == name] for facts in (made, preview))
        yield from ((name, _both(after, before)) for after, before in zip_longest(*both, fillvalue="absent"))


def _both(made: Any, preview: Any) -> Any:
    if isinstance(made, dict) and isinstance(preview, dict) and made.keys() == preview.keys():
        return {key: _both(value, preview[key]) for key, value in made.items()}
    if isinstance(made, list) and isinstance(preview, list) and len(made) == len(preview):
        return [_both(*items) for items in zip(made, preview, strict=True)]
    return made if made == preview else {"made": made, "preview": preview}


def _grouped(facts: Iterator[Named]) -> list[Mapping[str, Any]]:
    groups: dict[str, tuple[list[str], Mapping[str, Any]]] = {}
    for name, fact in facts:
        names, _ = groups.setdefault(repr(fact), ([], fact))
        if name not in names:
            names.append(name)
    return [{"resources": names, **fact} for names, fact in groups.values()]
