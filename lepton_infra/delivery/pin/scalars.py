"""Put another value where YAML's text has one: an anchor and a tag before it stay, and so do its quotes."""

from __future__ import annotations

import json

import yaml

Splice = tuple[int, int, str]
"""From which character to which, and what goes there."""


def plain(value: str) -> str:
    """``value`` as YAML: in quotes only if it would be read as something else without."""
    return value if yaml.safe_load(value) == value else json.dumps(value)


def replaced(text: str, found: yaml.Node, value: str) -> Splice | None:
    """The splice that gives ``found`` in ``text`` another value, or None if it is no scalar.

    Callers read the result back: a value may be such that it cannot stand in the quotes that are there.
    """
    if not isinstance(found, yaml.ScalarNode):
        return None
    start, end = found.start_mark.index, found.end_mark.index
    tokens = yaml.scan(text[start:end], Loader=yaml.SafeLoader)
    written = next((token for token in tokens if isinstance(token, yaml.ScalarToken)), None)
    if written is None:
        # Nothing is written, as after an anchor alone.
        return end, end, f" {plain(value)}"
    quoted = written.style in {"'", '"'}
    words = f"{written.style}{value}{written.style}" if quoted else plain(value)
    return start + written.start_mark.index, start + written.end_mark.index, words
