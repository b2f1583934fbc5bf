"""Whose law an audit applies."""

from __future__ import annotations

from pathlib import Path

import pytest

from lepton_infra import project
from lepton_infra.auditing.obligations import obligations_of
from lepton_infra.compliance.data_class import DataClass
from lepton_infra.refusal import Refused
from tests.auditing.fixtures import TODAY

PROJECT = project.find(Path(__file__).parents[2])


def test_a_stack_brings_its_own_law() -> None:
    found = obligations_of(PROJECT, "eu-west", None, (), TODAY)
    assert "gdpr" in found.frameworks
    assert found.home == "westeurope"
    assert found.today == TODAY


def test_a_program_that_is_not_ours_is_held_against_its_place() -> None:
    found = obligations_of(None, None, "eu", (), TODAY)
    assert found.home is None
    countries = found.keeps(DataClass.PERSONAL).countries
    assert countries is not None
    assert "DE" in countries
    assert "US" not in countries


@pytest.mark.parametrize(
    ("stack", "residency", "frameworks", "message"),
    [
        (None, None, (), r"whose law applies\? Name a stack, or give --residency with one of: eu, in, us"),
        (None, "mars", (), "unknown residency 'mars'"),
        (None, "eu", ("hammurabi",), "--framework: .*hammurabi"),
        ("eu-west", "eu", (), "leave out --residency and --framework, or the stack"),
        ("eu-west", None, ("gdpr",), "leave out --residency and --framework, or the stack"),
        ("eu-wset", None, (), "did you mean eu-west"),
    ],
)
def test_what_is_not_to_be_told_is_refused(
    stack: str | None, residency: str | None, frameworks: tuple[str, ...], message: str
) -> None:
    with pytest.raises(Refused, match=message):
        obligations_of(PROJECT, stack, residency, frameworks, TODAY)
