"""First lines of docstrings: a noun phrase, or for a function a verb, in the field's own words.

A reader who looks for a thing greps for its name (an API object, a file, an algorithm), so the first line has it, and
begins with neither a question word nor a preposition that puts the name last.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
FOLDERS: Final = ("lepton_infra", "models/cifar10", "tools", "benchmarks")

FIRST_WORDS: Final = frozenset(
    [
        *("who", "whom", "whose", "what", "how", "where", "when", "whether", "why", "which", "that"),
        *("whatever", "whoever", "wherever", "of", "for", "to", "as", "at", "by", "from", "in", "on", "with"),
    ]
)
"""A first line that begins so asks a question or names its subject last."""

WORDS: Final = re.compile(
    r"\b(somebody|nobody|somewhere|whoever|whatever|wherever|told|stands|stood|the like|that there (is|are)|"
    r"what there is)\b",
    re.IGNORECASE,
)
"""Words that stand in for the noun one would grep for."""


def first_lines(source: str) -> Iterator[tuple[int, str, str]]:
    """Line, name and first line of the docstring of a module and of its public classes and functions."""
    tree = ast.parse(source)
    nodes: list[tuple[ast.AST, str]] = [(tree, "module")]
    while nodes:
        node, name = nodes.pop(0)
        text = ast.get_docstring(node)  # type: ignore[arg-type]
        if text:
            yield getattr(node, "lineno", 1), name, text.splitlines()[0]
        if isinstance(node, ast.Module | ast.ClassDef):
            nodes += [
                (child, child.name)
                for child in node.body
                if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
                and not child.name.startswith("_")
            ]


def objection(line: str) -> str | None:
    """The word of a first line that a reader would not grep for; None if there is none."""
    first = line.split()[0].strip("`,.:;").lower()
    if first in FIRST_WORDS:
        return first
    found = WORDS.search(line)
    return found.group() if found else None


def objections(path: Path) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number} {name}: {word!r} in {line!r}"
        for number, name, line in first_lines(path.read_text(encoding="utf-8"))
        if (word := objection(line))
    ]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("EventBridge rules and the SNS topic that notify the incident contacts.", None),
        ("Create the firewall rules; denied traffic is logged.", None),
        ("Who is told of what.", "who"),
        ("Of a region's config, the valid parts.", "of"),
        ("A look-out for what somebody opened.", "somebody"),
    ],
)
def test_objection(line: str, word: str | None) -> None:
    assert objection(line) == word


@pytest.mark.parametrize("folder", FOLDERS)
def test_first_lines_name_their_subject(folder: str) -> None:
    found = [line for path in sorted((ROOT / folder).rglob("*.py")) for line in objections(path)]

    assert not found, "\n".join(found)
