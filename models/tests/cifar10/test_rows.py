"""Parts as text: what is written can be read back, whatever a picture's name is."""

from __future__ import annotations

import csv
import io
import json
import os
from typing import Any

import pytest

from models.cifar10.score_files import COLUMNS, Format, read, written

NAMES = {
    "carriage return": b"a\rb.png",
    "both ends of a line": b"a\r\nb.png",
    "a line feed": b"a\nb.png",
    "a line feed at the end": b"a.png\n",
    "quotes and a comma": b"\"a\",'b'.png",
    "a backslash": rb"a\xff\udcff.png",
    "no UTF-8": b"a\xff\xed\xb0\x80.png",
    "other ends of lines": "a\u2028b\x0b\x85.png".encode(),
}


def row(name: str) -> dict[str, Any]:
    given = {"object": name, "size": 7, "class": "cat", "probability": 0.5, "model": "sha256:1"}
    return {column: given.get(column) for column in COLUMNS}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("format", Format)
def test_every_name_is_read_back(name: bytes, format: Format) -> None:
    given = [row(os.fsdecode(name)), row("plain.png")]

    found = list(read(written(given, format), format))

    assert [os.fsencode(each["object"]) for each in found] == [name, b"plain.png"]
    assert [each["class"] for each in found] == ["cat", "cat"]


def test_json_lines_are_utf_8_whatever_a_name_is() -> None:
    text = written([row(os.fsdecode(b"\xc3\xa9\xff.png"))], Format.jsonl)
    assert text.startswith(b'{"object": "\xc3\xa9\\udcff.png", ')
    assert os.fsencode(json.loads(text)["object"]) == b"\xc3\xa9\xff.png"


def test_csv_has_the_name_itself_and_the_line_ends_of_csv() -> None:
    text = written([row(os.fsdecode(b"a\xff\r.png"))], Format.csv)
    assert text == (b'object,etag,size,class,probability,model,error\r\n"a\xff\r.png",,7,cat,0.5,sha256:1,\r\n')
    (found,) = csv.DictReader(io.StringIO(text.decode("latin-1"), newline=""))
    assert found["object"] == "a\xff\r.png"
