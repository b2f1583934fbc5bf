"""The engine on the embedded clouds, as the benchmarks drive it: a project's copy, a state and a store of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.state import Recorded, resources
from lepton_infra.compliance.graph.from_state import plain
from lepton_infra.engine.sources import find as find_engine
from lepton_infra.project import find as find_project
from lepton_infra.simulator.folder import Folder
from lepton_infra.simulator.server import attached

ROOT = Path(__file__).parent.parent
BARE = Path(__file__).parent / "bare"


@dataclass(frozen=True, kw_only=True)
class Took:
    """Wall seconds of one engine command and the process that runs the program, and peak MiB of the latter."""

    seconds: float
    mib: float
    output: str


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A program in ``folder`` with a fresh ``stack``; ``environment`` points the engine at the embedded clouds.

    ``store`` is what these clouds hold.
    """

    folder: Path
    store: Path
    stack: str
    config: Path
    environment: Mapping[str, str]

    def run(self, *words: str) -> Took:
        """Run a command that starts the program, such as ``preview`` or ``up --yes``.

        Raises:
            SystemExit: if the command fails, with what it printed: a figure of a failed run means nothing.
        """
        command = [str(find_engine().command), *words, "--stack", self.stack, "--config-file", str(self.config)]
        host = [sys.executable, "-m", "benchmarks.preview", str(self.folder), "--", *command, "--non-interactive"]
        start = time.perf_counter()
        done = subprocess.run(host, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - start
        if done.returncode != 0:
            raise SystemExit(f"`pulumi {' '.join(words)}` fails:\n{done.stdout}{done.stderr}")
        return Took(seconds=seconds, mib=float(done.stderr.splitlines()[-1]), output=done.stdout)

    def recorded(self) -> list[Recorded]:
        """The resources of the state."""
        command = [str(find_engine().command), "stack", "export", "--stack", self.stack, "--show-secrets"]
        done = subprocess.run(command, env=self.environment, cwd=self.folder, capture_output=True, check=True)
        return resources(json.loads(done.stdout))


@contextmanager
def stage(folder: Path, stack: str, place: Path, *, store: Path | None = None) -> Iterator[Stage]:
    """Attach clouds and make an empty stack for the program in ``folder``; all that is written goes below ``place``.

    The clouds are empty unless ``store`` holds something: the bare program names by id what the region has built.
    """
    project = find_project(folder)
    place.mkdir(parents=True)
    home = Folder.of(project, place)
    store = store or home.store
    with attached(store) as clouds:
        environment = {**home.environment(), **clouds.environment, "PYTHONPATH": str(ROOT)}
        init = [str(find_engine().command), "stack", "init", stack, "--secrets-provider", "passphrase"]
        subprocess.run(init, env=environment, cwd=home.stacks, capture_output=True, check=True)
        config = home.copy_stack_file(project.stack_file(stack), stack)
        yield Stage(folder=folder, store=store, stack=stack, config=config, environment=environment)


def bare_program(recorded: list[Recorded], place: Path) -> Path:
    """Write a program that registers the custom resources of ``recorded`` and nothing else; returns its folder."""
    shutil.copytree(BARE, place)
    (place / "Pulumi.yaml").write_text("name: lepton\nruntime: python\n", encoding="utf-8")
    (place / "Pulumi.bare.yaml").write_text("config: {}\n", encoding="utf-8")
    entries: list[Mapping[str, Any]] = [
        {"urn": one.urn, "type": one.type, "name": one.name, "provider": one.provider, "inputs": plain(one.inputs)}
        for one in recorded
        if one.custom
    ]
    (place / "resources.json").write_text(json.dumps(entries), encoding="utf-8")
    return place
