"""Regular expressions of AWS's API models, which are written for Java, in Python."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby

_CATEGORY = re.compile(r"\\p\{(\w+)\}")
# A class such as ``[\w-_]``: Java reads the dash as itself, Python as a range.
_DASH_AFTER_CLASS = re.compile(r"(\\[wds])-(?=[^\]])")
# The models write everything beyond the basic plane as a range of surrogate pairs.
_SURROGATES = r"\uD800\uDC00-\uDBFF\uDFFF"
_BEYOND_BASIC_PLANE = r"\U00010000-\U0010FFFF"


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern for ``fullmatch``: AWS matches whole values, with or without anchors."""
    pattern = pattern.replace(_SURROGATES, _BEYOND_BASIC_PLANE)
    pattern = _DASH_AFTER_CLASS.sub(r"\1\\-", pattern)
    return re.compile(_CATEGORY.sub(lambda found: _ranges(found[1]), pattern), re.ASCII)


@cache
def _ranges(category: str) -> str:
    """The characters of a Unicode category (``L``, ``Zs``) as the inside of a character class."""
    return "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in _runs(category))


def _runs(category: str) -> Iterator[tuple[int, int]]:
    points = (point for point in range(sys.maxunicode + 1) if unicodedata.category(chr(point)).startswith(category))
    for _, run in groupby(enumerate(points), key=lambda pair: pair[1] - pair[0]):
        members = [point for _, point in run]
        yield members[0], members[-1]
