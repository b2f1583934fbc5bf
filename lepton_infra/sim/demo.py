"""``lepton demo``: bring one region up on the embedded clouds, and show what there is then."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from lepton_infra import pins, recovery, stack_file, summary
from lepton_infra import project as projects
from lepton_infra.engine import Say
from lepton_infra.project import Project
from lepton_infra.sim.folder import Folder
from lepton_infra.sim.run import Clouds, run

_KINDS_SHOWN = 4


def demo(stack: str, say: Say) -> int:
    """Run ``pulumi up`` and print the summary; returns the exit code of ``up``.

    Raises:
        Refused: as ``run`` does.
    """
    project = projects.find(Path.cwd())
    region = stack_file.read(project.stack_file(stack))
    code = run(("pulumi", "up", "-s", stack, "--yes", "--skip-preview"), Clouds(), say)
    if code != 0:
        return code
    folder = Folder.of(project)
    show(recovery.read_checkpoint(folder.checkpoint(project, stack)), stack, Console(highlight=False))
    unpinned = pins.locked(project.root).unpinned() + region.unpinned()
    _tell_rest(project, folder, stack, unpinned, Console(highlight=False, soft_wrap=True))
    return code


def show(deployment: Mapping[str, Any], stack: str, console: Console) -> None:
    """Print the tables of a deployed region."""
    layers = summary.layers(deployment)
    table = Table(title=f"{stack} on the embedded cloud", title_justify="left")
    table.add_column("layer")
    table.add_column("resources", justify="right")
    table.add_column("mostly")
    for layer in layers:
        kinds = [f"{count} {kind}" for kind, count in layer.kinds.items()]
        more = [f"{len(kinds) - _KINDS_SHOWN} other kinds"] if len(kinds) > _KINDS_SHOWN else []
        table.add_row(layer.name, str(layer.resources), ", ".join(kinds[:_KINDS_SHOWN] + more))
    table.add_section()
    table.add_row("all", str(sum(layer.resources for layer in layers)), "components and providers not counted")
    console.print(table)
    for pool in summary.pools(deployment):
        console.print(f"pool [bold]{pool.name}[/]: {pool.machine_type}, at most {pool.gpus} GPUs")
    for key, value in summary.exports(deployment).items():
        named = value.items() if isinstance(value, dict) else [("", value)]
        for name, line in named:
            console.print(
                f"{key.removesuffix('s')} [bold]{name}[/]: {line}" if name else f"{key}: {line}", soft_wrap=True
            )


def _tell_rest(project: Project, folder: Folder, stack: str, unpinned: list[str], console: Console) -> None:
    if unpinned:
        console.print(f"[yellow]no digest yet, refused by a real cloud:[/] {', '.join(unpinned)}")
    console.print(f"state: {folder.checkpoint(project, stack).relative_to(project.root)}")
    console.print(f"what the cloud holds: {folder.store.relative_to(project.root)}")
    console.print("\nNext, on the same cloud:")
    for command, what in (
        (f"up -s {stack}", "nothing changes"),
        (f"preview -s {stack} --diff", f"after an edit of Pulumi.{stack}.yaml"),
        (f"destroy -s {stack}", "refused: what holds data is protected"),
    ):
        console.print(f"  .venv/bin/lepton sim -- pulumi {command}  [dim]# {what}[/]")
    console.print("  make clean  [dim]# forget this cloud[/]")
