"""Tags as Google Cloud takes them: labels of a narrower alphabet."""

from __future__ import annotations

import re
from collections.abc import Mapping

LONGEST = 63
"""Characters of a key or a value, at most ("Requirements for labels", Resource Manager documentation)."""


def labels(tags: Mapping[str, str]) -> dict[str, str]:
    """The region's tags as labels: lowercase letters, digits, ``_`` and ``-``; anything else becomes ``-``.

    A key begins with a letter: the stack file demands that of tags, so it is kept here. Two tags may become one label
    (``lepton:stack`` and a user's ``lepton-stack``); the later one in ``tags``, which is ours, stands.
    """
    return {_text(key): _text(value) for key, value in tags.items()}


def _text(value: str) -> str:
    return re.sub(r"[^a-z0-9_-]", "-", value.lower())[:LONGEST]
