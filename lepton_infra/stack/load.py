"""The selected stack's config, lock file and cloud: what the program in ``__main__.py`` starts from."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pulumi

from lepton_infra import clouds, lock, project
from lepton_infra.config.region import RegionConfig
from lepton_infra.errors import ConfigError, LeptonError
from lepton_infra.project import Project
from lepton_infra.region import RegionArgs
from lepton_infra.stack import file, law_check, layout
from lepton_infra.stack.parse import parse


def load(config: pulumi.Config) -> RegionArgs:
    """Read the region of the selected stack: the one reader of ``pulumi.Config``.

    Who builds regions without a stack file of ours makes ``RegionArgs`` directly.

    Raises:
        pulumi.RunError: if anything is wrong. The engine shows the message, which is that of ``lepton check``, and no
            traceback.
    """
    try:
        here = project.find(Path.cwd())
        region = _region(config, here)
        pinned = lock.locked(here.root)
        _pass_or_refuse(pinned.unpinned() + region.unpinned())
    except LeptonError as refused:
        raise pulumi.RunError(str(refused)) from refused
    return RegionArgs(config=region, cloud=clouds.load(region.cloud.name), pins=pinned)


def _region(config: pulumi.Config, here: Project) -> RegionConfig[Any]:
    """The region as the engine hands it over. The file is read only to tell at which line something is wrong."""
    stack = pulumi.get_stack()
    try:
        region = parse(config.require_object("region"))
        law_check.judge(region, date.today())
        _refuse_default_providers()
    except (ConfigError, pulumi.ConfigMissingError, pulumi.ConfigTypeError) as error:
        if stack in here.stacks():
            file.read(here.stack_file(stack))
        raise LeptonError(str(error)) from error
    if region.name != stack:
        raise LeptonError(f"{config.name}:region.name: is not the stack's name (given {region.name}; allowed: {stack})")
    return region


def _refuse_default_providers() -> None:
    problems = list(layout.default_providers(pulumi.Config("pulumi").get_object("disable-default-providers")))
    if problems:
        raise ConfigError(problems)


def _pass_or_refuse(unpinned: list[str]) -> None:
    """What nobody has read the digest of may run on embedded clouds, with a warning, and nowhere else."""
    if not unpinned:
        return
    keys = ", ".join(unpinned)
    if os.environ.get(lock.SIMULATED) != "1":
        raise LeptonError(
            f"not pinned by digest, so it is not known what would run: {keys}. "
            "Remedy: `lepton pin` reads images and charts from their registries; exporting a model gives its digest."
        )
    pulumi.log.warn(f"Not pinned by digest yet, and refused by a real cloud: {keys}. Remedy: lepton pin.")
