"""Whose law an audit applies."""

from __future__ import annotations

from pathlib import Path

import pytest

from lepton_infra import lock, project
from lepton_infra.audit.command import obligations_of
from lepton_infra.audit.obligations import on_embedded_clouds
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.errors import LeptonError
from lepton_infra.lock import Pins
from lepton_infra.stack import file
from tests.kit.rules import TODAY, obligations

PROJECT = project.find(Path(__file__).parents[2])
DIGEST = "sha256:" + 64 * "a"


@pytest.mark.parametrize("embedded", [False, True])
def test_a_stack_brings_its_own_law(embedded: bool) -> None:
    found = obligations_of(PROJECT, "eu-west", None, (), TODAY, embedded=embedded)
    assert "gdpr" in found.frameworks
    assert found.home == "westeurope"
    assert found.today == TODAY
    waived = [each for each in found.waivers if "On embedded clouds only" in each.reason]
    assert [(each.control, each.derived) for each in waived] == [("SUP-01", True), ("SEC-02", True)] * embedded


def test_only_what_has_no_digest_is_waived_on_embedded_clouds() -> None:
    exported = file.read(PROJECT.stack_file("eu-west"))
    locked = lock.locked(PROJECT.root)
    (version,) = exported.models[0].versions
    model = exported.models[0].model_copy(update={"versions": (version.model_copy(update={"digest": None}),)})
    region = exported.model_copy(update={"models": (model,)})
    read = {key: pin.model_copy(update={"digest": DIGEST}) for key, pin in locked.images.items()}
    pinned = Pins.model_copy(locked, update={"images": read})

    images, models, state = on_embedded_clouds(obligations(), region, locked).waivers
    assert "images.rclone" in images.reason
    assert (models.resource, "models.cifar10" in models.reason) == ("eu-west-serving-cifar10-v1-deployment", True)
    assert on_embedded_clouds(obligations(), exported, locked).waivers == (images, state)
    assert on_embedded_clouds(obligations(), region, pinned).waivers == (models, state)
    assert on_embedded_clouds(obligations(), exported, pinned).waivers == (state,)


def test_a_program_that_is_not_ours_is_held_against_its_place() -> None:
    found = obligations_of(None, None, "eu", (), TODAY, embedded=False)
    assert found.home is None
    countries = found.keeps(DataClass.PERSONAL).countries
    assert countries is not None
    assert "DE" in countries
    assert "US" not in countries


def test_frameworks_are_added_to_those_of_a_place_once_each() -> None:
    found = obligations_of(None, None, "eu", ("hipaa", "gdpr", "hipaa"), TODAY, embedded=False)
    assert found.frameworks == ("gdpr", "eu_ai_act", "hipaa")
    assert found.retention[DataClass.AUDIT_LOG].least == 2192


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
    with pytest.raises(LeptonError, match=message):
        obligations_of(PROJECT if stack else None, stack, residency, frameworks, TODAY, embedded=False)
