"""Several stacks brought up at once, with one view of how far each is.

Each stack has a ``lepton sim`` of its own: engines, programs and providers share nothing but the store of the embedded
clouds, which is safe between processes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.table import Table

from lepton_infra.project import Project
from lepton_infra.sandbox.event_log import DEBUG_COMMANDS, FLAG, EventLog
from lepton_infra.sandbox.progress import Progress
from lepton_infra.sandbox.summary import LAYERS
from lepton_infra.simulator.folder import Folder
from lepton_infra.simulator.store import Store

_LOOK_SECONDS = 0.2


@dataclass(kw_only=True)
class Update:
    """One stack's ``up``: its process, the engine's events so far, and the file with its output."""

    stack: str
    cloud: str
    process: subprocess.Popen[bytes]
    log: EventLog
    printed: Path
    progress: Progress = field(default_factory=Progress)

    def look(self) -> bool:
        """Take what is new; whether it still runs."""
        running = self.process.poll() is None
        for event in self.log.fresh():
            self.progress.take(event)
        return running


def up(project: Project, clouds: Mapping[str, str], console: Console, options: Sequence[str] = ()) -> dict[str, Update]:
    """Run ``pulumi up`` of several stacks at once; ``clouds`` maps each stack to its cloud's name, for people.
    ``options`` are those of ``lepton sim``.

    Ends when all have ended. Ctrl-C reaches every engine from the terminal itself, which then finishes what it began.
    """
    folder = Folder.of(project)
    with closing(Store(folder.store)):
        # Made by one before many open it.
        logs = folder.path / "logs"
        logs.mkdir(exist_ok=True)
    with ExitStack() as open_files:
        updates = [_start(open_files, project, logs, stack, cloud, options) for stack, cloud in clouds.items()]
        with Live(view(updates), console=console, auto_refresh=False) as live:
            while _any_runs(updates):
                live.update(view(updates), refresh=True)
                try:
                    time.sleep(_LOOK_SECONDS)
                except KeyboardInterrupt:
                    continue
            live.update(view(updates), refresh=True)
        if not console.is_terminal:
            console.line()
    return {update.stack: update for update in updates}


def _any_runs(updates: Sequence[Update]) -> bool:
    return any([update.look() for update in updates])


def _start(
    open_files: ExitStack, project: Project, logs: Path, stack: str, cloud: str, options: Sequence[str]
) -> Update:
    events, printed = logs / f"{stack}.events.json", logs / f"{stack}.txt"
    events.unlink(missing_ok=True)
    words = ("pulumi", "up", "-s", stack, "--yes", "--skip-preview", "--non-interactive", FLAG, str(events))
    process = subprocess.Popen(
        [sys.executable, "-m", "lepton_infra", "sim", *options, "--", *words],
        cwd=project.root,
        env={**os.environ, **DEBUG_COMMANDS},
        stdin=subprocess.DEVNULL,
        stdout=open_files.enter_context(printed.open("wb")),
        stderr=subprocess.STDOUT,
    )
    return Update(stack=stack, cloud=cloud, process=process, log=EventLog(path=events), printed=printed)


def view(updates: Sequence[Update]) -> Table:
    """All stacks side by side: what is done in each layer, and what is under way."""
    table = Table(title="regions on the embedded clouds", title_justify="left")
    table.add_column("made so far")
    for update in updates:
        table.add_column(f"{update.stack} ({update.cloud})", min_width=18)
    for layer in LAYERS:
        table.add_row(layer, *(str(update.progress.done[layer] or "") for update in updates))
    table.add_section()
    table.add_row("all", *(str(sum(update.progress.done.values())) for update in updates))
    table.add_row("now", *map(_now, updates))
    return table


def _now(update: Update) -> str:
    code = update.process.returncode
    if code is not None:
        return "[green]up[/]" if code == 0 else f"[red]failed[/] ({code})"
    names = [urn.rpartition("::")[2].removeprefix(f"{update.stack}-") for urn in update.progress.under_way]
    if not names:
        return "starting" if not update.progress.done else ""
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
