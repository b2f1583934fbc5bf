"""Sizes and times that follow from a model's size: what must hold of any."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.fields import NodeCount
from lepton_infra.platform.serving import sizing
from tests.kit.serving import model, version

MIB = st.integers(1, 1024 * 1024)
MOST = 1024 * 1024


@given(mib=MIB)
def test_the_disk_holds_the_files_with_a_tenth_to_spare_and_little_more(mib: int) -> None:
    gib = sizing.disk_gib(version(1, size_mib=mib))
    assert gib * 1024 >= mib * 1.1 + 1024
    assert (gib - 2) * 1024 < mib * 1.1


@given(mib=MIB)
def test_files_that_come_at_the_slowest_rate_come_in_time(mib: int) -> None:
    of_size = version(1, size_mib=mib)
    assert sizing.transfer_seconds(of_size) * sizing.FETCH_MIB_PER_SECOND >= mib
    assert sizing.fetch_seconds(of_size) == sizing.RIGHTS_SECONDS + sizing.transfer_seconds(of_size)
    # A cache that has nothing yet fetches, and then hands on.
    assert sizing.cache_seconds(of_size) > 2 * sizing.transfer_seconds(of_size)


@given(mib=MIB, accelerators=st.integers(0, 8))
def test_a_server_has_time_to_load_and_to_warm_up_in_whole_probes(mib: int, accelerators: int) -> None:
    seconds = sizing.startup_seconds(model(accelerators=accelerators), version(1, size_mib=mib))
    warming = sizing.KERNELS_SECONDS if accelerators else sizing.WARM_UP_SECONDS
    assert seconds % sizing.PROBE_SECONDS == 0
    assert 0 <= seconds - warming - mib / sizing.LOAD_MIB_PER_SECOND < sizing.PROBE_SECONDS


@given(mib=MIB, cached=st.sampled_from([None, 50]), most=st.integers(1, 40))
def test_no_deadline_is_shorter_than_what_is_within_it(mib: int, cached: int | None, most: int) -> None:
    one = version(1, size_mib=mib)
    served = model(versions=[one], cache_gib=cached, replicas=NodeCount(min=1, max=most))
    within = sizing.fetch_seconds(one) + sizing.startup_seconds(served, one)
    within += sizing.cache_seconds(one) if cached else 0
    assert sizing.progress_seconds(served, one) > sizing.NODE_SECONDS + within
    assert sizing.rollout_seconds(served, one) == most * sizing.progress_seconds(served, one)


@given(one=MIB, other=MIB)
def test_a_larger_model_never_gets_less(one: int, other: int) -> None:
    small, large = (version(1, size_mib=mib) for mib in sorted((one, other)))
    for of_version in (sizing.disk_gib, sizing.transfer_seconds, sizing.cache_seconds, sizing.fetch_seconds):
        assert of_version(small) <= of_version(large)
    assert sizing.progress_seconds(model(), small) <= sizing.progress_seconds(model(), large)


@given(seconds=st.integers(1, 3600))
def test_a_pod_that_stops_answers_all_that_it_may_have_been_sent_and_then_is_not_killed_at_once(seconds: int) -> None:
    assert sizing.drain_seconds(seconds) == sizing.SPREAD_SECONDS + seconds
    assert sizing.grace_seconds(seconds) > sizing.drain_seconds(seconds)


def test_the_deadline_of_the_largest_fits_what_the_script_takes() -> None:
    assert sizing.fetch_seconds(version(1, size_mib=MOST)) < 10**6
    assert sizing.cache_seconds(version(1, size_mib=MOST)) < 10**6
