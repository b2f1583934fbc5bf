"""``lepton sim -- pulumi …``: one Pulumi command on the embedded clouds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from lepton_infra import project as projects
from lepton_infra import recovery
from lepton_infra.engine import Engine, Say
from lepton_infra.engine.sources import find as find_engine
from lepton_infra.project import Project
from lepton_infra.refusal import Refused
from lepton_infra.sim import foreground, interruption
from lepton_infra.sim.command_line import CONFIG_FILE, FOLDER, STACK, CommandLine
from lepton_infra.sim.folder import Folder
from lepton_infra.sim.language_host import language_host
from lepton_infra.simulator import faults
from lepton_infra.simulator.packages import PACKAGES
from lepton_infra.simulator.server import Attached, PortInUse, attached
from lepton_infra.simulator.store import StoreDamaged

_RUN_THE_PROGRAM = frozenset({"up", "preview", "refresh", "destroy"})
"""Commands that start the language host, and so take ``--client``."""

_CHANGE_STATE = frozenset({"up", "refresh", "destroy", "import"})
_READ_THE_STACK_FILE = _RUN_THE_PROGRAM | {"import", "watch", "logs", "config", "config get"}

_NOT_HERE = {
    "new": "make the project first",
    "login": "the state of simulated runs is in .lepton/sim; use plain `pulumi login` for a real backend",
    "logout": "the state of simulated runs is in .lepton/sim",
    "stack init": "a simulated stack is made by its first `up` or `preview`",
    "stack new": "a simulated stack is made by its first `up` or `preview`",
    "stack rename": "rename the stack file",
    "stack change-secrets-provider": "simulated stacks have a passphrase of their own",
    "config set": "edit the stack file; a simulated run works on a copy of it",
    "config set-all": "edit the stack file; a simulated run works on a copy of it",
    "config rm": "edit the stack file; a simulated run works on a copy of it",
    "config rm-all": "edit the stack file; a simulated run works on a copy of it",
    "config cp": "edit the stack file; a simulated run works on a copy of it",
    "config refresh": "edit the stack file; a simulated run works on a copy of it",
}


@dataclass(frozen=True, kw_only=True)
class Clouds:
    """How the embedded clouds behave in one run.

    ``store`` None is the project's own. ``faults`` are one fault each, in YAML, beside those of ``fault_file``.
    ``first_port`` 0 takes free ports; otherwise the packages' providers listen on it and the ports that follow.
    """

    store: Path | None = None
    fault_file: Path | None = None
    faults: Sequence[str] = ()
    latency_scale: float = 0.0
    first_port: int = 0

    def all_faults(self) -> faults.Faults:
        """What goes wrong."""
        if self.fault_file is not None and self.faults:
            raise Refused("faults come from a file or from options, not both: write the options' faults into the file.")
        return faults.load(self.fault_file) if self.fault_file is not None else faults.parse(self.faults)

    def ports(self) -> dict[str, int]:
        """The port of each package."""
        return {package: self.first_port + index if self.first_port else 0 for index, package in enumerate(PACKAGES)}


def parse(words: Sequence[str]) -> CommandLine:
    """What follows ``lepton sim --``.

    Raises:
        Refused: if it is no Pulumi command, or one that has no place here.
    """
    if not words or words[0] != "pulumi":
        rest = " ".join(words) or "up"
        raise Refused(f"what to run must begin with `pulumi`: lepton sim -- pulumi {rest}")
    line = CommandLine(words=tuple(words[1:]))
    if line.command() in _NOT_HERE:
        raise Refused(f"`pulumi {line.command()}` has no place in a simulated run: {_NOT_HERE[line.command()]}.")
    return line


def run(words: Sequence[str], clouds: Clouds, say: Say) -> int:
    """Run a Pulumi command to its end; returns its exit code.

    Raises:
        Refused: if it cannot be started; nothing has been changed then.
    """
    line = parse(words)
    project = projects.find(Path(line.value(FOLDER) or ".").resolve())
    stack = _stack(line, project)
    source = _stack_file(line, project, stack)
    engine = find_engine()
    folder = Folder.of(project)
    with ExitStack() as resources:
        providers = _attach(resources, clouds, clouds.store or folder.store)
        session = _Session(
            engine=engine, folder=folder, project=project, providers=providers, say=say, caller=Path.cwd()
        )
        if line.command() in _RUN_THE_PROGRAM and not _has_language_host(engine):
            session.client = resources.enter_context(language_host(project.main))
        if stack is not None and source is not None:
            session.prepare(stack, source)
            if line.command() in _CHANGE_STATE:
                session.settle(stack)
            session.tell_lost(stack)
        return session.foreground(line, stack)


def _attach(resources: ExitStack, clouds: Clouds, store: Path) -> Attached:
    try:
        return resources.enter_context(
            attached(store, faults=clouds.all_faults(), latency_scale=clouds.latency_scale, ports=clouds.ports())
        )
    except (StoreDamaged, faults.FaultsInvalid, PortInUse) as error:
        raise Refused(str(error)) from error


def _stack(line: CommandLine, project: Project) -> str | None:
    """The stack a command is about: named, or the only one there is."""
    named = line.value(STACK) or os.environ.get("PULUMI_STACK")
    if named:
        return named.rsplit("/", 1)[-1]
    stacks = project.stacks()
    if len(stacks) == 1:
        return stacks[0]
    if line.command() in _READ_THE_STACK_FILE:
        raise Refused(f"which stack? Add `-s NAME`; there are: {', '.join(stacks) or 'none'}.")
    return None


def _stack_file(line: CommandLine, project: Project, stack: str | None) -> Path | None:
    """The user's own file of the stack; None for commands that need none."""
    if stack is None or line.command() not in _READ_THE_STACK_FILE:
        return None
    named = line.value(CONFIG_FILE)
    if named is None:
        return project.stack_file(stack)
    if not Path(named).exists():
        raise Refused(f"there is no stack file {named}.")
    return Path(named)


def _has_language_host(engine: Engine) -> bool:
    return engine.has_language_host() or shutil.which("pulumi-language-python") is not None


@dataclass(kw_only=True)
class _Session:
    """The engine with the clouds attached. ``caller`` is the folder that paths on the command line start from."""

    engine: Engine
    folder: Folder
    project: Project
    providers: Attached
    say: Say
    caller: Path
    client: str | None = None

    def environment(self, stack: str | None) -> dict[str, str]:
        selected = {} if stack is None else {"PULUMI_STACK": stack}
        return {**self.folder.environment(), **selected, "PULUMI_DEBUG_PROVIDERS": self.providers.debug_providers}

    def prepare(self, stack: str, source: Path) -> None:
        """Make the stack on its first use, and the working copy of its file."""
        if not self.folder.checkpoint(self.project, stack).exists():
            self.folder.working_copy(stack).unlink(missing_ok=True)
            init = CommandLine(words=("stack", "init", stack, "--secrets-provider", "passphrase"))
            self._quietly(init, stack, folder=self.folder.stacks)
        self.folder.copy_stack_file(source, stack)

    def settle(self, stack: str) -> None:
        """Release a dead run's lock and give its unfinished operations their outcome."""
        locks = map(interruption.read_lock, self.folder.locks(self.project, stack))
        for done in interruption.release(lock for lock in locks if lock is not None):
            self.say(done)
        deployment = recovery.read_checkpoint(self.folder.checkpoint(self.project, stack))
        pending = recovery.pending(deployment)
        if not pending:
            return
        made = interruption.made(pending, recovery.known_ids(deployment), self.providers.store.all())
        for operation in pending:
            self.say(f"interrupted while {operation.kind} {operation.name}: {_outcome(operation, made)}")
        absent = {operation.urn for operation in pending} - made.keys()
        exported = json.loads(self._quietly(CommandLine(words=("stack", "export")), stack))
        exported["deployment"] = recovery.settled(exported["deployment"], made, absent)
        self._quietly(CommandLine(words=("stack", "import")), stack, json.dumps(exported))
        self._quietly(CommandLine(words=("refresh", "--yes", "--skip-preview")), stack)

    def tell_lost(self, stack: str) -> None:
        """Name the objects in the clouds that the state does not know, as lines of an ``adopt`` map."""
        deployment = recovery.read_checkpoint(self.folder.checkpoint(self.project, stack))
        unsettled = {operation.urn for operation in recovery.pending(deployment)}
        cloud = [resource for resource in self.providers.store.all() if resource.urn not in unsettled]
        lost = interruption.lost(recovery.known_ids(deployment), cloud, f"urn:pulumi:{stack}::{self.project.name}::")
        if lost:
            self.say(
                "in the clouds but not in the state; to take them over, add to the stack file under lepton:region:"
            )
            self.say("\n".join(["  adopt:", *(f"    {name}: {id}" for name, id in lost.items())]))

    def foreground(self, line: CommandLine, stack: str | None) -> int:
        """Run the command itself, on the user's terminal."""
        command = [str(self.engine.command.resolve()), *self._complete(line, stack).words]
        return foreground.run(command, self.environment(stack), self.caller)

    def _complete(self, line: CommandLine, stack: str | None) -> CommandLine:
        if line.command() == "stack rm":
            return line.adding("--preserve-config")
        if stack is not None and line.command() in _READ_THE_STACK_FILE:
            line = line.without(CONFIG_FILE[0]).adding(CONFIG_FILE[0], str(self.folder.working_copy(stack)))
        return line.adding(f"--client={self.client}") if self.client and line.command() in _RUN_THE_PROGRAM else line

    def _quietly(self, line: CommandLine, stack: str, given: str = "", folder: Path | None = None) -> str:
        """Run a command of our own and return what it prints."""
        words = self._complete(line, stack).words
        done = subprocess.run(
            [str(self.engine.command.resolve()), "--non-interactive", *words],
            env=self.environment(stack),
            cwd=folder or self.project.root,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Refused(f"`pulumi {line.command()}` fails:\n{done.stdout}{done.stderr}".rstrip())
        return done.stdout


def _outcome(operation: recovery.Pending, made: Mapping[str, str]) -> str:
    if operation.kind != recovery.CREATING:
        return "its state is read again"
    return f"the cloud made it, as {made[operation.urn]}" if operation.urn in made else "the cloud did not make it"
