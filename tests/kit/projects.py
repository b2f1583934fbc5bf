"""This project in a folder of its own, so that the checkout's own simulated clouds stay as they are."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from lepton_infra import lock
from tests.kit.regions import CONFIG, ROOT, Raw, exchanged
from tests.kit.sim import Sim

REGION = "lepton:region"


def placed(folder: Path, stack: str, cloud: str | None = None) -> Sim:
    """The project with one of its stacks as it is, or exchanged for ``cloud``."""
    for name in ("Pulumi.yaml", "__main__.py", lock.LOCK_FILE, f"Pulumi.{stack}.yaml"):
        shutil.copy(ROOT / name, folder)
    sim = Sim(root=folder, stack=stack, project="lepton")
    if cloud is not None:
        edit(sim, lambda region: exchanged(region, cloud))
    return sim


def region_in(folder: Path, stack: str) -> Raw:
    """The region as a stack's file has it."""
    found: Raw = yaml.safe_load((folder / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"][REGION]
    return found


def region_of(sim: Sim) -> Raw:
    """The region of a project."""
    return region_in(sim.root, sim.stack)


def edit(sim: Sim, change: Callable[[Raw], Raw]) -> None:
    """Change the region in the stack's file."""
    content = {"config": {**CONFIG, REGION: change(region_of(sim))}}
    path = sim.root / f"Pulumi.{sim.stack}.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Step:
    """What a preview would do to a resource, in the engine's words: ``same``, ``update``, ``replace``, ``delete`` …

    ``paths`` are the properties that differ, where the provider says so.
    """

    op: str
    urn: str
    paths: tuple[str, ...]


def previewed(sim: Sim) -> list[Step]:
    """The steps of ``pulumi preview``."""
    done = sim.pulumi("preview", "-s", sim.stack, "--json")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return [
        Step(op=step["op"], urn=step["urn"], paths=tuple(step.get("detailedDiff") or ()))
        for step in json.loads(done.stdout)["steps"]
    ]
