"""Change values in the text of the lock file and nothing else: comments and order stay as people wrote them."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from lepton_infra.delivery.pin.scalars import Splice, plain, replaced
from lepton_infra.errors import LeptonError

Key = tuple[str, str, str]
"""Section, entry and field, such as ``("images", "rclone", "digest")``."""


def edited(text: str, changes: Mapping[Key, str]) -> str:
    """``text`` with the new values, after the anchors that values have. A field that an entry does not have yet goes
    before its first one.

    Raises:
        LeptonError: if the text would not hold exactly these values afterwards, as with anchors shared by two entries.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    line_break = "\r\n" if "\r\n" in text else "\n"
    splices: list[Splice] = []
    for (section, entry, field), value in changes.items():
        fields = _member(_member(root, section), entry)
        found = _find(fields, field)
        splice = replaced(text, found, value) if found else _added(fields, f"{field}: {plain(value)}{line_break}")
        if splice is None:
            raise _unsafe()
        splices.append(splice)
    result = text
    for start, end, scalar in sorted(splices, reverse=True):
        result = result[:start] + scalar + result[end:]
    _confirm(text, result, changes)
    return result


def _added(fields: yaml.MappingNode, line: str) -> Splice:
    first = fields.value[0][0].start_mark
    return first.index, first.index, line + " " * first.column


def _member(node: yaml.Node | None, key: str) -> yaml.MappingNode:
    found = _find(node, key)
    if not isinstance(found, yaml.MappingNode):
        raise _unsafe()
    return found


def _find(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _confirm(before: str, after: str, changes: Mapping[Key, str]) -> None:
    expected = yaml.safe_load(before)
    for (section, entry, field), value in changes.items():
        expected[section][entry][field] = value
    try:
        written = yaml.safe_load(after)
    except yaml.YAMLError:
        written = None
    if written != expected:
        raise _unsafe()


def _unsafe() -> LeptonError:
    return LeptonError("the lock file is laid out in a way that cannot be edited safely; write every entry as a block.")
