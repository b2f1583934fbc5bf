"""Google Cloud labels, converted from the region's tags."""

from __future__ import annotations

import re
from collections.abc import Mapping

LONGEST = 63
"""Maximum length of a key or a value ("Requirements for labels", Resource Manager documentation)."""


def labels(tags: Mapping[str, str]) -> dict[str, str]:
    """The region's tags as labels: lowercase letters, digits, ``_`` and ``-``; anything else becomes ``-``.

    A key begins with a letter: the stack file demands that of tags, so it is kept here. Two tags may become one label
    (``lepton:stack`` and a user's ``lepton-stack``); the later one in ``tags``, which is ours, is used.
    """
    return {_text(key): _text(value) for key, value in tags.items()}


def _text(value: str) -> str:
    return re.sub(r"[^a-z0-9_-]", "-", value.lower())[:LONGEST]
