from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.simulator.behaviour import UNKNOWN
from lepton_infra.simulator.changes import Change, changes

DOCUMENTS = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(
        st.one_of(st.booleans(), st.integers(0, 3), st.text("xy", max_size=2)),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("de"), inner, max_size=2)),
        max_leaves=5,
    ),
)


@pytest.mark.parametrize(
    ("old", "new", "path", "kind"),
    [
        ({"a": 1}, {"a": 2}, "a", "update"),
        ({"a": 1}, {"a": "1"}, "a", "update"),
        ({"a": 1}, {"a": True}, "a", "update"),
        ({"a": 1}, {"a": UNKNOWN}, "a", "update"),
        ({}, {"a": [1]}, "a", "add"),
        ({"a": 1}, {"a": None}, "a", "delete"),
        ({"a": [1]}, {"a": [1, 2]}, "a[1]", "add"),
        ({"a": {"b": [{"c": 1}]}}, {"a": {"b": [{"c": 2}]}}, "a.b[0].c", "update"),
        ({"tags": {"x:y": "1"}}, {"tags": {}}, 'tags["x:y"]', "delete"),
    ],
)
def test_a_change_is_told_with_its_path(old: dict[str, Any], new: dict[str, Any], path: str, kind: Any) -> None:
    assert changes(old, new) == [Change(path=path, kind=kind, replaces=False)]


@given(DOCUMENTS)
def test_the_same_has_no_changes(document: dict[str, Any]) -> None:
    assert changes(document, dict(document)) == []


@given(DOCUMENTS, DOCUMENTS)
def test_different_documents_have_changes(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert bool(changes(old, new)) == (_kinds(old) != _kinds(new))


def _kinds(value: Any) -> Any:
    match value:
        case dict():
            return {key: _kinds(item) for key, item in value.items()}
        case list():
            return [_kinds(item) for item in value]
        case _:
            return (type(value), value)


@pytest.mark.parametrize(
    ("immutable", "replaces"),
    [
        ("vpcConfig.subnetIds", True),
        ("vpcConfig", True),
        ("vpcConfig.securityGroupIds", False),
        ("vpc", False),
        ("name", False),
    ],
)
def test_immutable_paths_replace(immutable: str, replaces: bool) -> None:
    found = changes({"vpcConfig": {"subnetIds": ["a"]}}, {"vpcConfig": {"subnetIds": ["b"]}}, [immutable])

    assert found == [Change(path="vpcConfig.subnetIds[0]", kind="update", replaces=replaces)]


def test_an_added_object_replaces_if_it_holds_something_immutable() -> None:
    assert changes({}, {"kms": {"key": "k"}}, ["kms.key"])[0].replaces
