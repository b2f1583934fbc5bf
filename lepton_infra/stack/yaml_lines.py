"""YAML with the line of every key: what an error about a file needs, and a plain load forgets.

Scalars are read by YAML 1.2's core rules, as Pulumi's engine does, so ``no`` and ``2025-01-01`` are text. Only
plain data is taken: no tags of other types, and no key twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

Path = tuple[str | int, ...]


class YamlError(Exception):
    """The text is not plain YAML data; ``line`` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Repetition:
    """A key that its mapping has already, on line ``first``."""

    path: Path
    line: int
    first: int


@dataclass
class Document:
    """A parsed text: its ``value``, and by path the line and, of scalars, the text as it was written."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    texts: dict[Path, str] = field(default_factory=dict)
    repetitions: list[Repetition] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of a key or entry; where it is missing, that of what it would be in."""
        return next((self.lines[path[:size]] for size in range(len(path), 0, -1) if path[:size] in self.lines), 1)


def parse(text: str) -> Document:
    """Read one YAML document.

    Raises:
        YamlError: if it is not well formed, holds more than plain data, or contains itself.
    """
    try:
        root = yaml.compose(text, Loader=_Loader)
        document = Document()
        document.value = None if root is None else _value(root, (), document, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(mark.line + 1 if mark else 1, _explained(error)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlError(line, f"holds the character U+{error.character:04X}, which YAML does not allow") from error
    except RecursionError as error:
        raise YamlError(1, "is nested too deeply") from error
    return document


def _explained(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "is not YAML"
    if "'\\t'" in problem:
        return "is not YAML: a tab cannot indent; use spaces"
    return f"is not YAML: {error.context}, {problem}" if error.context else f"is not YAML: {problem}"


def _value(node: yaml.Node, path: Path, document: Document, around: tuple[yaml.Node, ...]) -> Any:
    if node in around:
        raise YamlError(node.start_mark.line + 1, "holds an alias of what it is in")
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, document, (*around, node))
    if isinstance(node, yaml.SequenceNode):
        for index, entry in enumerate(node.value):
            document.lines[(*path, index)] = entry.start_mark.line + 1
        inside = (*around, node)
        return [_value(entry, (*path, index), document, inside) for index, entry in enumerate(node.value)]
    if node.tag not in _SCALARS:
        raise YamlError(node.start_mark.line + 1, f"has the tag {node.tag}, which is not plain data; remove it")
    document.texts[path] = node.value
    try:
        return _SCALARS[node.tag](node.value)
    except ValueError as error:
        raise YamlError(node.start_mark.line + 1, f"{node.value!r} is not of type {node.tag}") from error


def _mapping(node: yaml.MappingNode, path: Path, document: Document, around: tuple[yaml.Node, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, entry in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise YamlError(line, "has a key that is not text")
        inner = (*path, key.value)
        if key.value in values:
            document.repetitions.append(Repetition(inner, line, document.lines[inner]))
            continue
        document.lines[inner] = line
        values[key.value] = _value(entry, inner, document, around)
    return values


_SCALARS: Mapping[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:null": lambda text: None,
    "tag:yaml.org,2002:bool": lambda text: text.lower() == "true",
    "tag:yaml.org,2002:int": lambda text: int(text, 0 if text.lstrip("+-")[:2] in {"0o", "0x"} else 10),
    "tag:yaml.org,2002:float": lambda text: float(re.sub(r"\.(inf|nan)$", r"\1", text.lower())),
}

_CORE = (
    ("null", r"~|null|Null|NULL|", ("~", "n", "N", "")),
    ("bool", r"true|True|TRUE|false|False|FALSE", tuple("tTfF")),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+", tuple("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", tuple("-+.0123456789")),
    ("float", r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", tuple("-+.")),
)
"""The core schema of YAML 1.2, section 10.3.2: tag, form, first characters.

Except that 010 is no whole number: the engine would take it for eight.
"""


class _Loader(yaml.SafeLoader):
    """PyYAML's parser with the core schema in place of YAML 1.1's."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012  (the library's own class attribute)


for _tag, _form, _first in _CORE:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_form})$"), list(_first))
