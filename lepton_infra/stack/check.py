"""``lepton check``: stack files against everything that can be known without the engine or a cloud."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from lepton_infra import lock
from lepton_infra.config.region import RegionConfig
from lepton_infra.config.rules.network import parsed
from lepton_infra.errors import LeptonError, Problem
from lepton_infra.project import Project
from lepton_infra.stack import file as stack_file
from lepton_infra.stack.file import StackFile, StackFileError, StackProblem


@dataclass(frozen=True, kw_only=True)
class Report:
    """One line for each valid file, all ``problems`` of the others, and what a real cloud would refuse as yet."""

    sound: Sequence[str]
    problems: Sequence[str]
    warnings: Sequence[str]


def check(project: Project, stacks: Sequence[str], *, today: date | None = None) -> Report:
    """Check the files of some stacks, or of all when none is named, and then that their networks are disjoint.

    They must be lawful ``today``: the day of the call where none is given.

    Raises:
        LeptonError: if a stack has no file, or the project no stacks.
    """
    names = stacks or project.stacks()
    if not names:
        raise LeptonError(f"there is no stack file in {project.root}; describe a region in Pulumi.<stack>.yaml.")
    sound, problems = _opened([project.stack_file(name) for name in names], today)
    overlapping = list(overlaps(sound))
    touched = {problem.file for problem in overlapping}
    lock_problems, unpinned = _lock(project)
    return Report(
        sound=[f"{file.path.name}: {summary(file)}" for file in sound if file.path.name not in touched],
        problems=[*map(str, [*problems, *overlapping]), *lock_problems],
        warnings=[
            *unpinned,
            *(warning for file in sound for warning in (*_unexported(file), *_aging(file))),
        ],
    )


def overlaps(files: Sequence[StackFile]) -> Iterator[StackProblem]:
    """Regions whose address spaces meet: they could never be connected to one another."""
    for earlier, later in combinations(files, 2):
        one, other = earlier.region.network.cidr, later.region.network.cidr
        networks = parsed(one), parsed(other)
        if networks[0] and networks[1] and networks[0].overlaps(networks[1]):
            message = f"overlaps {one}, the network of {earlier.path.name}; every region has its own addresses"
            yield later.problem(Problem(path=("network", "cidr"), given=other, message=message))


def summary(file: StackFile) -> str:
    """A region on one line, with the frameworks that it keeps."""
    region = file.region
    pools = [pool for pool in region.node_pools if pool.accelerator]
    gpus = [f"{pool.nodes.max * pool.accelerators_per_node} {pool.accelerator}" for pool in pools]
    return (
        f"ok: {region.cloud.name}, residency {region.residency} ({', '.join(file.verdict.obligations.frameworks)}), "
        f"zones {' '.join(region.network.zones)}, network {region.network.cidr}, "
        f"GPUs at most: {', '.join(gpus) or 'none'}{_unheard(region)}"
    )


def _opened(paths: Sequence[Path], today: date | None) -> tuple[list[StackFile], list[StackProblem]]:
    sound: list[StackFile] = []
    problems: list[StackProblem] = []
    for path in paths:
        try:
            sound.append(stack_file.open_file(path, today=today))
        except StackFileError as error:
            problems += error.problems
    return sound, problems


def _lock(project: Project) -> tuple[list[str], list[str]]:
    try:
        unpinned = lock.locked(project.root).unpinned()
    except LeptonError as refused:
        return [str(refused)], []
    return [], [
        f"{lock.LOCK_FILE}: {_counted(unpinned)} not pinned: lepton pin (--list shows them)"
    ] if unpinned else []


def _counted(keys: Sequence[str]) -> str:
    """How many of each kind: ``35 images and 3 charts``."""
    numbers = Counter(key.partition(".")[0] for key in keys)
    return " and ".join(
        f"{number} {kind if number > 1 else kind.removesuffix('s')}" for kind, number in numbers.items()
    )


def _unexported(file: StackFile) -> Iterator[str]:
    for index, model in enumerate(file.region.models):
        for place, version in enumerate(model.versions):
            if version.digest is None:
                message = "has no digest yet; exporting the model gives it"
                yield str(file.problem(Problem(path=("models", index, "versions", place), message=message)))


def _aging(file: StackFile) -> Iterator[str]:
    warning = file.verdict.warning()
    if warning is not None:
        yield str(file.problem(Problem(path=("compliance",), message=warning)))


def _unheard(region: RegionConfig[Any]) -> str:
    """A note that incident contacts are named and alerts cannot reach them by mail."""
    unheard = region.compliance.contacts.named() and region.monitoring.mail is None
    return "; alerts reach no contact, for monitoring.mail names no relay" if unheard else ""
