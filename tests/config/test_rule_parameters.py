"""Rules name what they read by the types of their parameters: a name that is no path fails at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import pytest

from lepton_infra.config import rules
from lepton_infra.config.rules.values import At, NetworkCidr, PartialSection, Rule, Values, parameters
from lepton_infra.errors import Problem


def by_a_wrong_path(zones: Annotated[tuple[str, ...], At(("network", "zonse"))]) -> Iterator[Problem]:
    yield Problem(path=(), message=str(zones))


def by_no_path(zones: tuple[str, ...]) -> Iterator[Problem]:
    yield Problem(path=(), message=str(zones))


def by_the_address(cidr: NetworkCidr) -> Iterator[Problem]:
    yield Problem(path=("network", "cidr"), given=cidr, message="is seen")


def test_a_misspelt_path_is_refused_with_the_keys_of_its_section() -> None:
    with pytest.raises(TypeError, match=r"network\.zonse is no path of RegionConfig; allowed: cidr, zones"):
        parameters(by_a_wrong_path)


def test_a_parameter_without_a_path_is_refused() -> None:
    with pytest.raises(TypeError, match="by_no_path: zones has no path"):
        parameters(by_no_path)


def test_a_rule_whose_value_is_invalid_is_not_called() -> None:
    valid = PartialSection({"network": PartialSection({"cidr": "10.0.0.0/16"})})

    assert Values(valid).arguments(by_the_address) == {"cidr": "10.0.0.0/16"}
    assert Values(PartialSection({"network": PartialSection({})})).arguments(by_the_address) is None


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: f"{rule.__module__.rpartition('.')[2]}.{rule.__name__}")
def test_every_rule_reads_at_least_one_value(rule: Rule) -> None:
    assert parameters(rule)
