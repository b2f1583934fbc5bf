"""Obligations of an audited graph: by its stack file, or by the law of a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from lepton_infra import lock
from lepton_infra.compliance.law import law, merging
from lepton_infra.compliance.law.applicable import applied
from lepton_infra.compliance.law.obligations import Obligations, Waiver, entailed
from lepton_infra.compliance.law.section import ComplianceConfig
from lepton_infra.config.region import RegionConfig
from lepton_infra.errors import ConfigError, LeptonError
from lepton_infra.lock import Pins
from lepton_infra.project import Project
from lepton_infra.stack import file, law_check


def of_stack(project: Project, stack: str, today: date, *, embedded: bool) -> Obligations:
    """The obligations of a stack of ``project``. ``embedded`` is whether it is on the embedded clouds.

    Raises:
        LeptonError: if there is no such stack, or its file or the lock file is wrong.
    """
    region = file.read(project.stack_file(stack))
    found = law_check.obligations(region, today)
    return on_embedded_clouds(found, region, lock.locked(project.root)) if embedded else found


def of_place(residency: str | None, frameworks: Sequence[str], today: date) -> Obligations:
    """The obligations of any program in a place, with frameworks beside those of the place.

    Raises:
        LeptonError: if there is no such place or framework.
    """
    known = law.load()
    if residency is None or residency not in known.residencies:
        given = f"unknown residency {residency!r}:" if residency else "whose law applies?"
        raise LeptonError(
            f"{given} Name a stack, or give --residency with one of: {', '.join(sorted(known.residencies))}."
        )
    always = known.residencies[residency].frameworks
    section = ComplianceConfig(extra_frameworks=tuple(dict.fromkeys(id for id in frameworks if id not in always)))
    try:
        return merging.obligations(section, applied(section, residency, known), today=today)
    except ConfigError as error:
        raise LeptonError(f"--framework: {error}") from error


def on_embedded_clouds(obligations: Obligations, region: RegionConfig[Any], pinned: Pins) -> Obligations:
    """Obligations with waivers for unpinned images and models: embedded clouds run them, a real one never does.

    ``stack.load`` refuses them there, so nothing is let pass by this.
    """
    images = [key for key in pinned.unpinned() if key.startswith("images.")]
    waivers = [_unpinned("SUP-01", "*", ", ".join(images))] if images else []
    waivers += [
        _unpinned(
            "SUP-04",
            f"{region.name}-serving-{model.name}-v{version.version}-deployment",
            f"models.{model.name}.{version.version}",
        )
        for model in region.models
        for version in model.versions
        if version.digest is None
    ]
    passphrase = entailed(
        "SEC-02", "*", "On embedded clouds only: their state has a passphrase of its own and no secret of anybody's"
    )
    return replace(obligations, waivers=(*obligations.waivers, *waivers, passphrase))


def _unpinned(control: str, resource: str, keys: str) -> Waiver:
    reason = f"On embedded clouds only: no digest is pinned yet of {keys}, so a real cloud is refused"
    return entailed(control, resource, reason)
