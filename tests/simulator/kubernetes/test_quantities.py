from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.simulator.kubernetes.quantities import parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("0.5", Decimal("0.5")),
        ("500m", Decimal("0.5")),
        ("2Ki", 2048),
        ("1Gi", 1024**3),
        ("3G", 3 * 10**9),
        ("1e3", 1000),
        ("1E3", 1000),
        ("1E", 10**18),
        ("+2", 2),
        ("-1", -1),
        ("100n", Decimal("1e-7")),
    ],
)
def test_a_quantity_is_a_number(text: str, value: int | Decimal) -> None:
    assert parse(text) == value


@pytest.mark.parametrize("text", ["", "Gi", "1GB", "1 Gi", "one", "1.2.3", "1gi", "0x10", "1Gi1"])
def test_what_is_no_quantity(text: str) -> None:
    assert parse(text) is None


@given(st.integers(0, 10**6), st.sampled_from(["Ki", "Mi", "Gi", "Ti"]))
def test_binary_suffixes_are_powers_of_1024(count: int, suffix: str) -> None:
    power = ["Ki", "Mi", "Gi", "Ti"].index(suffix) + 1

    assert parse(f"{count}{suffix}") == count * 1024**power


@given(st.integers(0, 10**9))
def test_a_thousand_milli_are_one(count: int) -> None:
    assert parse(f"{count * 1000}m") == parse(str(count)) == parse(count)
