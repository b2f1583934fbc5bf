"""Values at paths and patterns, and conclusions from values of which some are unknown."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.compliance.graph import paths
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource, Unknown
from lepton_infra.compliance.graph.three_valued import every, every_seen, some, some_seen

DATA = {"a": {"b": [{"c": 1}, {"c": None}, UNKNOWN]}, "m": {"x": {"k": "v"}, "y": {}}, "one": {"c": 2}}


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("a.b[].c", [("a.b[0].c", 1), ("a.b[2]", UNKNOWN)]),
        ("a.b[0].c", [("a.b[0].c", 1)]),
        ("m{}.k", [("m.x.k", "v")]),
        ("one[].c", [("one.c", 2)]),
        ("nothing.at.all", []),
    ],
)
def test_a_pattern_finds_each_value_under_its_own_path(pattern: str, found: list[tuple[str, Any]]) -> None:
    assert list(paths.at(DATA, pattern)) == found


def test_a_path_begins_with_its_property() -> None:
    assert [paths.root(path) for path in ("a.b", "a[].b", "a{}", "")] == ["a", "a", "a", ""]


def test_below_what_is_unknown_all_is() -> None:
    assert paths.member(DATA, "a", "b", 2, "c") is UNKNOWN
    assert paths.member(DATA, "a", "b", 9, default="none") == "none"
    with pytest.raises(LookupError):
        paths.below(DATA, "one", "c", "d")


def test_texts_are_values_and_unless_told_otherwise_keys() -> None:
    assert list(paths.texts({"k": ["v", 1]})) == ["k", "v"]
    assert list(paths.texts({"k": ["v", 1]}, keys=False)) == ["v"]


@pytest.mark.parametrize(
    ("values", "all_hold", "any_holds"),
    [
        ((), True, False),
        ((True, UNKNOWN), UNKNOWN, True),
        ((False, UNKNOWN), False, UNKNOWN),
        ((True, False), False, True),
    ],
)
def test_what_is_known_decides_where_it_can(
    values: tuple[bool | Unknown, ...], all_hold: bool | Unknown, any_holds: bool | Unknown
) -> None:
    assert (every(*values), some(*values)) == (all_hold, any_holds)


def test_the_deciding_value_keeps_its_property() -> None:
    resource = Resource(urn="urn", type="t", name="n", inputs={})
    seen = [resource.says(True, "a"), resource.says(UNKNOWN, "b"), resource.says(False, "c")]
    assert [every_seen(*seen).path, some_seen(*seen).path, every_seen(*seen[:2]).path] == ["c", "a", "b"]
