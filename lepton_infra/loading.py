"""The selected stack's config, lock file and cloud: what the program in ``__main__.py`` starts from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pulumi
import yaml
from pydantic import ValidationError

from lepton_infra import clouds, pins, stack_file
from lepton_infra.config import RegionConfig
from lepton_infra.parsing import parse
from lepton_infra.pins import LOCK_FILE, Pins
from lepton_infra.refusal import Refused
from lepton_infra.region import RegionArgs
from lepton_infra.settings import ConfigError

SIMULATED = "LEPTON_SIMULATED"
"""Environment variable that ``lepton sim`` sets to 1 for the program. Read here and nowhere else."""


def load(config: pulumi.Config) -> RegionArgs:
    """Read the region of the selected stack: the one reader of ``pulumi.Config``.

    Who builds regions without a stack file of ours makes ``RegionArgs`` directly.

    Raises:
        pulumi.RunError: if anything is wrong. The engine shows the message, which is that of ``lepton check``, and no
            traceback.
    """
    folder = project_folder()
    try:
        region = _region(config, folder)
        pinned = read_pins(folder)
        _refuse_unpinned(unpinned(region, pinned))
    except Refused as refused:
        raise pulumi.RunError(str(refused)) from refused
    return RegionArgs(config=region, cloud=clouds.load(region.cloud.name), pins=pinned)


def project_folder() -> Path:
    """The folder of ``Pulumi.yaml``: this one or the nearest above; this one where there is none."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "Pulumi.yaml").is_file()), here)


def read_pins(folder: Path) -> Pins:
    """The project's lock file.

    Raises:
        Refused: if it is missing or is no lock file.
    """
    path = folder / LOCK_FILE
    try:
        return pins.read(path)
    except FileNotFoundError as error:
        raise Refused(f"{path} does not exist; take it from the repository, or write it with: lepton pin") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Refused(f"{path} cannot be read: {error}") from error
    except ValidationError as error:
        wrong = "\n".join(f"{path}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise Refused(wrong) from error


def unpinned(region: RegionConfig[Any], pinned: Pins) -> list[str]:
    """What a region would run of which nobody has read the digest yet, by key."""
    return pinned.unpinned() + [f"models.{model.name}" for model in region.models if model.digest is None]


def _region(config: pulumi.Config, folder: Path) -> RegionConfig[Any]:
    stack = pulumi.get_stack()
    try:
        region = parse(config.require_object("region"))
    except (ConfigError, pulumi.ConfigMissingError, pulumi.ConfigTypeError) as error:
        path = stack_file.stacks(folder).get(stack)
        if path is not None:
            stack_file.read(path)
        raise Refused(str(error)) from error
    if region.name != stack:
        raise Refused(f"{config.name}:region.name: is not the stack's name (given {region.name}; allowed: {stack})")
    return region


def _refuse_unpinned(keys: list[str]) -> None:
    if not keys:
        return
    if os.environ.get(SIMULATED) == "1":
        pulumi.log.warn(f"Not pinned yet, and refused by a real cloud: {', '.join(keys)}. Remedy: lepton pin.")
        return
    raise Refused(
        f"not pinned by digest, so what would run is not known: {', '.join(keys)}. "
        "Remedy: lepton pin fills the lock file from the registries, and exporting a model gives its digest"
    )
