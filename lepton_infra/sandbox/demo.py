"""``lepton demo``: bring regions up on the embedded clouds, and show their resources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from lepton_infra import lock
from lepton_infra import project as projects
from lepton_infra.config.region import RegionConfig
from lepton_infra.console import Say
from lepton_infra.delivery.publish import EXPORTS, pinned
from lepton_infra.engine import recovery
from lepton_infra.engine.sources import find as find_engine
from lepton_infra.errors import LeptonError
from lepton_infra.project import Project
from lepton_infra.sandbox import fleet, models, summary
from lepton_infra.simulator.folder import Folder
from lepton_infra.stack import file

_LINES_SHOWN = 25


def demo(stacks: Sequence[str], say: Say, options: Sequence[str] = ()) -> int:
    """Bring up ``stacks`` at once, all of the project when none is named, and print their resources.
    ``options`` are those of ``lepton sim``.

    Returns 0 if every one came up and could fetch its models as far as they are exported, else 1.

    Raises:
        LeptonError: if there is no engine, or a stack has no file or a wrong one.
    """
    project = projects.find(Path.cwd())
    names = list(dict.fromkeys(stacks)) or project.stacks()
    if not names:
        raise LeptonError(f"there is no stack file in {project.root}; describe a region in Pulumi.<stack>.yaml.")
    regions = {name: file.read(project.stack_file(name)) for name in names}
    find_engine()
    console = Console(highlight=False)
    updates = fleet.up(project, {name: region.cloud.name for name, region in regions.items()}, console, options)
    failed = [update for update in updates.values() if update.process.returncode != 0]
    for update in failed:
        _tell_failed(update, say)
    folder = Folder.of(project)
    deployments = {
        name: recovery.read_checkpoint(folder.checkpoint(project, name))
        for name, update in updates.items()
        if update not in failed
    }
    served: list[bool] = []
    if deployments:
        show(deployments, console)
        served = [_serve(project, folder, name, regions[name], deployments[name], say) for name in deployments]
        unpinned = {*lock.locked(project.root).unpinned(), *(key for name in names for key in regions[name].unpinned())}
        _tell_rest(project, folder, next(iter(deployments)), unpinned, Console(highlight=False, soft_wrap=True))
    return 1 if failed or not all(served) else 0


def _serve(
    project: Project, folder: Folder, stack: str, region: RegionConfig[Any], deployment: Mapping[str, Any], say: Say
) -> bool:
    """Publish a region's models and fetch them as its pods do; whether nothing went wrong."""
    lines, problem = models.serve(folder, stack, deployment, pinned(region), project.root / EXPORTS)
    for line in lines:
        print(f"{stack}: {line}")
    if problem is not None:
        say(f"error: {stack}: {problem}")
    return problem is None


def show(deployments: Mapping[str, Mapping[str, Any]], console: Console) -> None:
    """Print what deployed regions consist of, side by side, and what they serve."""
    layers = {stack: {layer.name: layer for layer in summary.layers(found)} for stack, found in deployments.items()}
    table = Table(title=f"{', '.join(deployments)} on the embedded clouds", title_justify="left")
    table.add_column("layer")
    for stack in deployments:
        table.add_column(stack)
    for name in summary.LAYERS:
        table.add_row(name, *(_cell(layers[stack].get(name)) for stack in deployments))
    table.add_section()
    table.add_row("all", *(str(sum(layer.resources for layer in layers[stack].values())) for stack in deployments))
    console.print(table)
    for stack, deployment in deployments.items():
        for pool in summary.pools(deployment):
            console.print(f"{stack}: pool [bold]{pool.name}[/]: {pool.machine_type}, at most {pool.gpus} GPUs")
        for key, value in summary.exports(deployment).items():
            named = value.items() if isinstance(value, dict) else [("", value)]
            for name, line in named:
                told = f"{key.removesuffix('s')} [bold]{name}[/]: {line}" if name else f"{key}: {line}"
                console.print(f"{stack}: {told}", soft_wrap=True)


def _cell(layer: summary.Layer | None) -> str:
    """How many resources a layer has, and which it has most of."""
    if layer is None:
        return "0"
    kind, count = next(iter(layer.kinds.items()))
    return f"{layer.resources} ({count} {kind})"


def _tell_failed(update: fleet.Update, say: Say) -> None:
    lines = update.printed.read_text(encoding="utf-8", errors="replace").splitlines()
    say(f"{update.stack} did not come up; the last lines of {update.printed}:")
    for line in lines[-_LINES_SHOWN:]:
        say(f"  {line}")


def counted(keys: Iterable[str]) -> str:
    """Counts of keys by their first part: ``1 chart, 2 images`` of ``images.a``, ``charts.b`` and ``images.c``."""
    kinds = Counter(key.partition(".")[0] for key in keys)
    return ", ".join(
        f"{count} {kind.removesuffix('s') if count == 1 else kind}" for kind, count in sorted(kinds.items())
    )


def _tell_rest(project: Project, folder: Folder, stack: str, unpinned: set[str], console: Console) -> None:
    if unpinned:
        console.print(f"[yellow]no digest yet, refused by a real cloud:[/] {counted(unpinned)}")
        console.print("  .venv/bin/lepton pin --list  [dim]# names them[/]")
    console.print(f"state: {folder.checkpoint(project, stack).parent.relative_to(project.root)}")
    console.print(f"what the clouds hold: {folder.store.relative_to(project.root)}")
    console.print("\nNext, on the same clouds:")
    for command, what in (
        (f"up -s {stack}", "nothing changes"),
        (f"preview -s {stack} --diff", f"after an edit of Pulumi.{stack}.yaml"),
        (f"destroy -s {stack}", "refused: what holds data is protected"),
    ):
        console.print(f"  .venv/bin/lepton sim -- pulumi {command}  [dim]# {what}[/]")
    console.print("  make clean  [dim]# forget these clouds[/]")
