"""Scores as text: one picture is one row, in JSON lines or in CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

COLUMNS = ("object", "etag", "size", "class", "probability", "model", "error")
"""Path of the picture and which content it had; class and probability, or the error; digest of the model."""

Row = dict[str, Any]

_NO_TEXT = {"jsonl": "backslashreplace", "csv": "surrogateescape"}
"""What becomes of the bytes in a file's name that are no UTF-8, which Python has as lone surrogates: in JSON an escape
of the surrogate, so that the part stays UTF-8; CSV has no escapes, so there they are the bytes again."""


class Format(StrEnum):
    """File format of a part; its value ends the part's name."""

    jsonl = "jsonl"
    csv = "csv"


def written(rows: Sequence[Row], format: Format) -> bytes:
    """Rows as the content of a part."""
    text = io.StringIO()
    if format is Format.csv:
        # Of the characters that end lines csv quotes those of its own line end. The reader wants both quoted.
        writer = csv.DictWriter(text, fieldnames=COLUMNS, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        text.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    return text.getvalue().encode(errors=_NO_TEXT[format])


def read(content: bytes, format: Format) -> Iterator[Row]:
    """The rows of a part; those of CSV have texts only, empty where there is nothing.

    Raises:
        ValueError: if it is not in that format.
        csv.Error: likewise.
    """
    # Lines end with a line feed and nothing else: a name may hold what others take for the end of a line.
    lines = io.StringIO(content.decode(errors="surrogateescape"), newline="\n")
    yield from csv.DictReader(lines) if format is Format.csv else map(json.loads, lines)


def errors(rows: Iterable[Row]) -> int:
    """Number of images that could not be scored."""
    return sum(bool(row["error"]) for row in rows)
