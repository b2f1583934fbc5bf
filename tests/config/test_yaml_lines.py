from __future__ import annotations

import math
from typing import Any

import pytest

from lepton_infra.stack import yaml_lines


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("2025-01-01", "2025-01-01"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ('"1.30"', "1.30"),
        ("!!str 1.30", "1.30"),
        ("1.30", 1.3),
        ("012", 12.0),
        ("0x1f", 31),
        ("0o17", 15),
        ("-.inf", -math.inf),
        ("1e3", 1000.0),
        ("True", True),
        ("false", False),
        ("~", None),
        ("", None),
    ],
)
def test_scalars_are_read_as_the_engine_reads_them(text: str, value: Any) -> None:
    assert yaml_lines.parse(f"key: {text}").value == {"key": value}


def test_every_key_and_entry_has_its_line() -> None:
    document = yaml_lines.parse("a:\n  b: 1\n\n  c:\n    - x\n    - d: 2\n")

    assert document.lines == {
        ("a",): 1,
        ("a", "b"): 2,
        ("a", "c"): 4,
        ("a", "c", 0): 5,
        ("a", "c", 1): 6,
        ("a", "c", 1, "d"): 6,
    }


def test_what_is_missing_is_where_it_would_be() -> None:
    document = yaml_lines.parse("a:\n  b: 1\nc: 2\n")

    assert document.line(("a", "z")) == 1
    assert document.line(("c",)) == 3
    assert document.line(("z",)) == 1


def test_a_number_keeps_the_text_that_was_written() -> None:
    assert yaml_lines.parse("a: [1.30]").texts == {("a", 0): "1.30"}


def test_an_alias_stands_for_its_anchor() -> None:
    assert yaml_lines.parse("a: &x [1]\nb: *x\n").value == {"a": [1], "b": [1]}


def test_a_key_written_twice_is_told_with_both_lines() -> None:
    (again,) = yaml_lines.parse("a:\n  b: 1\n  b: 2\n").repetitions

    assert (again.path, again.first, again.line) == (("a", "b"), 2, 3)
