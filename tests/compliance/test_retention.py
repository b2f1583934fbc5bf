"""Numbers of days on offer: minima round up, maxima round down."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepton_infra import clouds
from lepton_infra.compliance.law.retention import at_least, at_most, within

OFFERS = {name: clouds.settings(name).log_days_offered for name in clouds.names()}

offers = st.sampled_from(list(OFFERS.values()))
days = st.integers(1, 5000)
bounds = st.none() | days


@pytest.mark.parametrize("cloud", OFFERS)
def test_what_a_cloud_offers_ascends(cloud: str) -> None:
    assert list(OFFERS[cloud]) == sorted(set(OFFERS[cloud]))


@given(days, offers)
def test_a_minimum_rounds_up_and_no_further(least: int, offered: Sequence[int]) -> None:
    chosen = at_least(least, offered)

    assert chosen == min((each for each in offered if each >= least), default=None)


@given(days, offers)
def test_a_maximum_rounds_down_and_no_further(most: int, offered: Sequence[int]) -> None:
    chosen = at_most(most, offered)

    assert chosen == max((each for each in offered if each <= most), default=None)


@given(bounds, bounds, offers)
def test_what_is_within_keeps_both_bounds_and_leaves_nothing_out(
    least: int | None, most: int | None, offered: Sequence[int]
) -> None:
    chosen = within(least, most, offered)

    kept = [each for each in offered if (least is None or each >= least) and (most is None or each <= most)]
    assert list(chosen) == kept


@given(days, offers)
def test_rounding_twice_is_rounding_once(asked: int, offered: Sequence[int]) -> None:
    up, down = at_least(asked, offered), at_most(asked, offered)

    assert up is None or at_least(up, offered) == up
    assert down is None or at_most(down, offered) == down


@pytest.mark.parametrize(
    ("cloud", "least", "chosen"), [("aws", 183, 365), ("azure", 183, 270), ("gcp", 183, 183), ("private", 183, 183)]
)
def test_six_months_on_each_cloud(cloud: str, least: int, chosen: int) -> None:
    assert at_least(least, OFFERS[cloud]) == chosen


def test_an_interval_can_be_empty_on_one_cloud_and_not_on_another() -> None:
    assert not within(370, 390, OFFERS["aws"])
    assert not within(2192, None, OFFERS["azure"])
    assert list(within(2192, 2557, OFFERS["aws"])) == [2192, 2557]
    assert len(within(370, 390, OFFERS["gcp"])) == 21
