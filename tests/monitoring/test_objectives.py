"""What follows from the models: constants, and the share of answers that are late."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepton_infra.config.models import ModelConfig, VersionConfig
from lepton_infra.platform.monitoring import objectives, rules
from lepton_infra.platform.monitoring.objectives import BOUNDS_US, bucket, groups, stable, written
from tests.kit.monitoring import canaried, model


def constants(of: ModelConfig, *, measured: bool = False) -> dict[tuple[str, ...], str]:
    """Value by name and labels' values."""
    found, _ = groups(of, measured=measured)
    return {(rule["record"], *rule.get("labels", {}).values()): rule["expr"] for rule in found["rules"]}


def test_objectives_become_series() -> None:
    found = constants(model("cifar10", availability=99.95, latency_ms=250))
    assert found == {
        ("lepton:objective_error_budget:ratio", "cifar10"): "vector(0.0005)",
        ("lepton:objective_slow_budget:ratio", "cifar10"): "vector(0.01)",
        ("lepton:objective_latency:seconds", "cifar10"): "vector(0.25)",
    }


def test_a_gateway_is_wanted_where_there_is_one() -> None:
    def recorded(gateway: bool) -> set[str]:
        return {
            rule["record"] for group in rules.groups(gateway=gateway) for rule in group["rules"] if "record" in rule
        }

    assert recorded(True) - recorded(False) == {"lepton:gateway_wanted:info"}


def test_a_pool_whose_exporter_is_scraped_is_named() -> None:
    name = ("lepton:exporter_wanted:info", "l4", "cifar10")
    assert constants(model(), measured=True)[name] == "vector(1)"
    assert name not in constants(model(), measured=False)


def test_versions_side_by_side_have_roles() -> None:
    found = constants(canaried())
    assert ("lepton:version_role:info", "cifar10", "1", "stable") in found
    assert ("lepton:version_role:info", "cifar10", "2", "canary") in found
    assert not [key for key in constants(model()) if key[0] == "lepton:version_role:info"]


@pytest.mark.parametrize(
    ("weights", "first"), [({1: 90, 2: 10}, 1), ({1: 10, 2: 90}, 2), ({2: 50, 1: 50}, 1), ({3: 0, 4: 100, 5: 0}, 4)]
)
def test_the_stable_version_is_the_one_that_answers_most(weights: dict[int, int], first: int) -> None:
    versions = [VersionConfig(version=version, weight=weight) for version, weight in weights.items()]
    assert stable(model("cifar10", *versions)) == first


@given(st.floats(min_value=1, max_value=BOUNDS_US[-1]))
def test_a_latency_is_within_its_bucket(latency: float) -> None:
    below, above, share = bucket(latency)
    low = below or 0.0
    assert low < latency <= above
    assert (low, above) in set(pairwise([0.0, *BOUNDS_US]))
    assert 0 < share <= 1
    assert low + share * (above - low) == pytest.approx(latency)


@given(st.floats(min_value=BOUNDS_US[-1], exclude_min=True, max_value=1e12))
def test_above_the_last_bound_only_that_bound_is_known(latency: float) -> None:
    assert bucket(latency) == (None, BOUNDS_US[-1], 1.0)


@pytest.mark.parametrize("bound", BOUNDS_US)
def test_a_bound_is_found_however_prometheus_writes_it_and_no_other_is(bound: float) -> None:
    pattern = re.compile(written(bound))
    others = [other for other in BOUNDS_US if other != bound]
    assert all(pattern.fullmatch(text) for text in forms(bound))
    assert not [text for other in others for text in forms(other) if pattern.fullmatch(text)]


def forms(bound: float) -> list[str]:
    """As the server writes it, and as Prometheus 3 does: with ``.0`` where it would look like a whole number."""
    text = f"{bound:.6g}"
    return [text, text if "." in text or "e" in text else f"{text}.0"]


def test_every_window_that_the_alerts_look_at_is_recorded() -> None:
    names = {rule["record"] for group in groups(model(), measured=False) for rule in group["rules"]}
    assert {name for name in names if name.startswith("lepton:model_slow")} == {
        f"lepton:model_slow:ratio_rate{window}" for window in objectives.WINDOWS
    }
