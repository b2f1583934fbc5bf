from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.engine.signatures import OUTPUT_VALUE, RESOURCE_REFERENCE, SIGNATURE
from lepton_infra.simulator.behaviour import UNKNOWN, Secret
from lepton_infra.simulator.properties import (
    conceal,
    conceal_like,
    from_wire,
    has_secret,
    has_unknown,
    known,
    reveal,
    to_wire,
)

KEYS = st.text(min_size=1, max_size=8).filter(lambda key: key != SIGNATURE)
LEAVES = st.one_of(
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer()),
    st.text(max_size=20),
    st.just(UNKNOWN),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3), inner.filter(bool).map(Secret)
    ),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_what_goes_over_the_wire_comes_back(properties: dict[str, Any]) -> None:
    assert from_wire(Struct.FromString(to_wire(properties).SerializeToString())) == properties


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_revealed_values_hold_no_secret_and_concealing_brings_them_back(properties: dict[str, Any]) -> None:
    plain = reveal(properties)

    assert not has_secret(plain)
    assert has_secret(conceal_like(plain, properties)) == has_secret(properties)
    assert reveal(conceal_like(plain, properties)) == plain


def test_output_values_and_resource_references_are_taken_for_what_they_stand_for() -> None:
    wire = to_wire(
        {
            "plain": {SIGNATURE: OUTPUT_VALUE, "value": 5},
            "secret": {SIGNATURE: OUTPUT_VALUE, "value": "s", "secret": True},
            "unknown": {SIGNATURE: OUTPUT_VALUE},
            "reference": {SIGNATURE: RESOURCE_REFERENCE, "urn": "urn:x", "id": "vpc-1"},
            "nothing": None,
        }
    )

    assert from_wire(wire) == {"plain": 5, "secret": Secret("s"), "unknown": UNKNOWN, "reference": "vpc-1"}


def test_known_leaves_out_what_is_not() -> None:
    value = {"a": UNKNOWN, "b": [1, UNKNOWN], "c": {"d": UNKNOWN, "e": 2}}

    assert has_unknown(value)
    assert known(value) == {"b": [1], "c": {"e": 2}}


@pytest.mark.parametrize(
    ("outputs", "secret", "expected"),
    [
        ({"password": "hunter2!!"}, {"password": Secret("hunter2!!")}, {"password": Secret("hunter2!!")}),
        ({"url": "db://u:hunter2!!@h"}, {"password": Secret("hunter2!!")}, {"url": Secret("db://u:hunter2!!@h")}),
        ({"name": "short"}, {"password": Secret("short")}, {"name": "short"}),
        ({"a": {"b": "x", "c": "y"}}, {"a": {"b": Secret("x")}}, {"a": {"b": Secret("x"), "c": "y"}}),
        ({"a": ["x", "y"]}, {"a": [Secret("x"), "y"]}, {"a": [Secret("x"), "y"]}),
        ({"a": ["x", "y", "z"]}, {"a": [Secret("x"), "y"]}, {"a": Secret(["x", "y", "z"])}),
        ({"a": {"b": 1}}, {"a": Secret({"b": 1})}, {"a": Secret({"b": 1})}),
    ],
)
def test_an_output_that_echoes_a_secret_is_secret(
    outputs: dict[str, Any], secret: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert conceal(outputs, secret) == expected


def test_a_foreign_object_is_no_property_value() -> None:
    with pytest.raises(TypeError, match="object is not a property value"):
        to_wire({"a": object()})
