"""The engine with the clouds attached: prepares a stack, takes up where a killed run stopped, runs commands."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lepton_infra.console import Say
from lepton_infra.engine import Engine, recovery
from lepton_infra.errors import LeptonError
from lepton_infra.project import Project
from lepton_infra.sandbox import foreground, interruption
from lepton_infra.sandbox.command_line import CONFIG_FILE, CommandLine
from lepton_infra.simulator.folder import Folder
from lepton_infra.simulator.server import Attached

RUN_THE_PROGRAM = frozenset({"up", "preview", "refresh", "destroy"})
"""Commands that start the language host, and so take ``--client``."""

READ_THE_STACK_FILE = RUN_THE_PROGRAM | {"import", "watch", "logs", "config", "config get"}
"""Commands that take ``--config-file``."""

CHANGE_STATE = frozenset({"up", "refresh", "destroy", "import"})
"""Commands that ask something of the clouds."""


@dataclass(kw_only=True)
class Session:
    """The engine with the clouds attached. ``caller`` is the folder that paths on the command line start from,
    ``plugins`` one with plugins that the engine lacks."""

    engine: Engine
    folder: Folder
    project: Project
    providers: Attached
    say: Say
    caller: Path
    client: str | None = None
    plugins: Path | None = None

    def environment(self, stack: str | None) -> dict[str, str]:
        selected = {} if stack is None else {"PULUMI_STACK": stack}
        inherited = self.folder.environment()
        if self.plugins is not None:
            inherited["PATH"] = os.pathsep.join((str(self.plugins), inherited.get("PATH", os.defpath)))
        return {**inherited, **selected, "PULUMI_DEBUG_PROVIDERS": self.providers.debug_providers}

    def prepare(self, stack: str, source: Path) -> None:
        """Make the stack on its first use, and the working copy of its file."""
        if not self.folder.checkpoint(self.project, stack).exists():
            self.folder.working_copy(stack).unlink(missing_ok=True)
            init = CommandLine(words=("stack", "init", stack, "--secrets-provider", "passphrase"))
            self._quietly(init, stack, folder=self.folder.stacks)
        self.folder.copy_stack_file(source, stack)

    def take_up(self, stack: str, line: CommandLine) -> None:
        """Before a command that changes the state, settle what a killed run left; before others, tell of it."""
        if line.command() in CHANGE_STATE:
            self._release(stack)
            self._settle(stack)
        elif pending := recovery.pending(self._deployment(stack)):
            self.say(
                f"{len(pending)} operations of an interrupted run are open; the next `up` or `refresh` settles them"
            )
        if line.command() in RUN_THE_PROGRAM:
            self._tell_lost(stack)

    def _release(self, stack: str) -> None:
        locks = map(interruption.read_lock, self.folder.locks(self.project, stack))
        for done in interruption.release(lock for lock in locks if lock is not None):
            self.say(done)

    def _settle(self, stack: str) -> None:
        deployment = self._deployment(stack)
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

    def _tell_lost(self, stack: str) -> None:
        """Name the objects in the clouds that the state does not know, as lines of an ``adopt`` map."""
        deployment = self._deployment(stack)
        unsettled = {operation.urn for operation in recovery.pending(deployment)}
        cloud = [resource for resource in self.providers.store.all() if resource.urn not in unsettled]
        lost = interruption.lost(recovery.known_ids(deployment), cloud, f"urn:pulumi:{stack}::{self.project.name}::")
        if lost:
            lines = [f"    {name}: {id}" for name, id in lost.items()]
            self.say(
                "in the clouds but not in the state; to take them over, add to the stack file under lepton:region:"
            )
            self.say("\n".join(["  adopt:", *lines]))

    def _deployment(self, stack: str) -> Mapping[str, Any]:
        return recovery.read_checkpoint(self.folder.checkpoint(self.project, stack))

    def foreground(self, line: CommandLine, stack: str | None) -> int:
        """Run the command itself, on the user's terminal."""
        command = [str(self.engine.command.resolve()), *self._complete(line, stack).words]
        return foreground.run(command, self.environment(stack), self.caller)

    def _complete(self, line: CommandLine, stack: str | None) -> CommandLine:
        if line.command() == "stack rm":
            return line.adding("--preserve-config")
        if stack is not None and line.command() in READ_THE_STACK_FILE:
            line = line.without(CONFIG_FILE[0]).adding(CONFIG_FILE[0], str(self.folder.working_copy(stack)))
        return line.adding(f"--client={self.client}") if self.client and line.command() in RUN_THE_PROGRAM else line

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
            raise LeptonError(f"`pulumi {line.command()}` fails:\n{done.stdout}{done.stderr}".rstrip())
        return done.stdout


def _outcome(operation: recovery.Pending, made: Mapping[str, str]) -> str:
    if operation.kind != recovery.CREATING:
        return "its state is read again"
    return f"the cloud made it, as {made[operation.urn]}" if operation.urn in made else "the cloud did not make it"
