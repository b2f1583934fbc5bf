"""Write a version's digest into the text of a stack file and change nothing else in it."""

from __future__ import annotations

import copy
from typing import Any

import yaml

from lepton_infra.delivery.pin.scalars import Splice, replaced
from lepton_infra.errors import LeptonError
from lepton_infra.stack import yaml_lines
from lepton_infra.stack.layout import REGION

Place = tuple[int, int]
"""Where a version stands: which of ``models``, which of its ``versions``, counted from 0."""

_MODELS = ("config", REGION, "models")


def models(value: Any) -> Any:
    """The section ``models:`` of a parsed stack file, valid or not; None if there is none."""
    for key in _MODELS:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def edited(text: str, place: Place, digest: str) -> str:
    """``text`` with ``digest`` for the version at ``place``, in the style in which the version is written.

    A digest that is there is replaced, between its quotes if it has any and after its anchor. Otherwise it follows the
    version's number: in the same braces, or on a line of its own.

    Raises:
        LeptonError: if anything else in the text would change with it, as where two versions share an anchor.
        YamlError: if the text is not YAML.
    """
    model, version = place
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    entry = _inner(root, (*_MODELS, model, "versions", version))
    found = _inner(entry, ("digest",))
    splice = _added(text, entry, digest) if found is None else replaced(text, found, digest)
    if splice is None:
        raise _unsafe()
    start, end, words = splice
    result = text[:start] + words + text[end:]
    _confirm(text, result, place, digest)
    return result


def _added(text: str, entry: yaml.Node | None, digest: str) -> Splice:
    number = _inner(entry, ("version",))
    if not isinstance(entry, yaml.MappingNode) or number is None:
        raise _unsafe()
    after = number.end_mark.index
    if entry.flow_style:
        return after, after, f", digest: {digest}"
    line_end = text.find("\n", after)
    if line_end < 0:
        line_end = len(text)
    line_break = "\n"
    if text[:line_end].endswith("\r"):
        line_end, line_break = line_end - 1, "\r\n"
    indent = " " * entry.value[0][0].start_mark.column
    return line_end, line_end, f"{line_break}{indent}digest: {digest}"


def _inner(node: yaml.Node | None, path: tuple[str | int, ...]) -> yaml.Node | None:
    for step in path:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
        else:
            return None
    return node


def _confirm(before: str, after: str, place: Place, digest: str) -> None:
    expected = copy.deepcopy(yaml_lines.parse(before).value)
    models(expected)[place[0]]["versions"][place[1]]["digest"] = digest
    try:
        written = yaml_lines.parse(after).value
    except yaml_lines.YamlError:
        raise _unsafe() from None
    if written != expected:
        raise _unsafe()


def _unsafe() -> LeptonError:
    return LeptonError("is laid out in a way that cannot be edited safely; write the digest there by hand")
