"""``lepton sim -- pulumi …``: one Pulumi command on the embedded clouds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import yaml

from lepton_infra import project as projects
from lepton_infra.console import Say
from lepton_infra.engine import Engine
from lepton_infra.engine.go_build import Unavailable
from lepton_infra.engine.sources import find as find_engine
from lepton_infra.errors import LeptonError
from lepton_infra.project import Project
from lepton_infra.sandbox import policies
from lepton_infra.sandbox.command_line import CONFIG_FILE, FOLDER, POLICY_PACK, STACK, CommandLine
from lepton_infra.sandbox.language_host import language_host
from lepton_infra.sandbox.session import CHANGE_STATE, READ_THE_STACK_FILE, RUN_THE_PROGRAM, Session
from lepton_infra.simulator import faults
from lepton_infra.simulator.control_plane import program
from lepton_infra.simulator.folder import Folder
from lepton_infra.simulator.packages import PACKAGES
from lepton_infra.simulator.private.nodes import standing
from lepton_infra.simulator.server import Attached, PortInUse, RealClusters, attached
from lepton_infra.simulator.store import StoreDamaged

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
    """Options of the embedded clouds in one run.

    ``folder`` keeps what they hold together with the state that knows of it; None is the project's own. Faults come
    from ``fault_file`` or from ``fault_options``, one each, in YAML.
    With ``real_clusters`` Kubernetes clusters are real control planes, and ``wait_scale`` multiplies the time limits
    for their objects (1 is as the real provider does).
    ``first_port`` 0 takes free ports; otherwise the packages' providers listen on it and the ports that follow.
    """

    folder: Path | None = None
    fault_file: Path | None = None
    fault_options: Sequence[str] = ()
    latency_scale: float = 0.0
    first_port: int = 0
    real_clusters: bool = False
    wait_scale: float = 1.0

    def faults_to_inject(self) -> faults.Faults:
        """Faults to inject."""
        if self.fault_file is not None and self.fault_options:
            raise LeptonError(
                "faults come from a file or from options, not both: write the options' faults into the file."
            )
        return faults.load(self.fault_file) if self.fault_file is not None else faults.parse(self.fault_options)

    def ports(self) -> dict[str, int]:
        """The port of each package."""
        return {package: self.first_port + index if self.first_port else 0 for index, package in enumerate(PACKAGES)}


def parse(words: Sequence[str]) -> CommandLine:
    """Parse the words that follow ``lepton sim --``.

    Raises:
        LeptonError: if it is no Pulumi command, or one that has no place here.
    """
    if not words or words[0] != "pulumi":
        rest = " ".join(words) or "up"
        raise LeptonError(f"what to run must begin with `pulumi`: lepton sim -- pulumi {rest}")
    line = CommandLine(words=tuple(words[1:]))
    if line.command() in _NOT_HERE:
        raise LeptonError(f"`pulumi {line.command()}` has no place in a simulated run: {_NOT_HERE[line.command()]}.")
    return line


def run(words: Sequence[str], clouds: Clouds, say: Say) -> int:
    """Run a Pulumi command to its end; returns its exit code.

    Raises:
        LeptonError: if it cannot be started; nothing has been changed then.
    """
    line = parse(words)
    project = projects.find(Path(line.value(FOLDER) or ".").resolve())
    stack = _stack(line, project)
    source = _stack_file(line, project, stack)
    engine = find_engine()
    folder = Folder.of(project, clouds.folder and clouds.folder.resolve())
    clusters = _clusters(clouds, folder, source) if clouds.real_clusters else None
    with ExitStack() as resources:
        injected, providers = _attach(resources, clouds, folder.store, clusters)
        session = Session(
            engine=engine, folder=folder, project=project, providers=providers, say=say, caller=Path.cwd()
        )
        if line.command() in RUN_THE_PROGRAM and not _has_language_host(engine):
            session.client = resources.enter_context(language_host(project.main))
            if line.value(POLICY_PACK) is not None:
                session.plugins = policies.runner(folder.plugins)
        if stack is not None and source is not None:
            session.prepare(stack, source)
            session.take_up(stack, line)
        code = session.foreground(line, stack)
        if line.command() in CHANGE_STATE:
            for fault in injected.idle():
                say(f"the fault {fault}")
        return code


def _clusters(clouds: Clouds, folder: Folder, source: Path | None) -> RealClusters:
    """Real control planes, with the one that stands already on a private site.

    Raises:
        LeptonError: if the program for them has not been built.
    """
    try:
        program.find()
    except Unavailable as unavailable:
        raise LeptonError(f"there is no Kubernetes control plane: {unavailable}") from None
    content = (yaml.safe_load(source.read_text(encoding="utf-8")) if source else None) or {}
    region = (content.get("config") or {}).get("lepton:region") or {}
    return RealClusters(folder=folder.clusters, wait_scale=clouds.wait_scale, standing=standing(region))


def _attach(
    resources: ExitStack, clouds: Clouds, store: Path, clusters: RealClusters | None
) -> tuple[faults.Faults, Attached]:
    try:
        injected = clouds.faults_to_inject()
        providers = attached(
            store,
            faults=injected,
            latency_scale=clouds.latency_scale,
            ports=clouds.ports(),
            clusters=clusters,
        )
        return injected, resources.enter_context(providers)
    except (StoreDamaged, faults.FaultsInvalid, PortInUse) as error:
        raise LeptonError(str(error)) from error


def _stack(line: CommandLine, project: Project) -> str | None:
    """The stack a command is about: named, or the only one there is."""
    named = line.value(STACK) or os.environ.get("PULUMI_STACK")
    if named:
        return named.rsplit("/", 1)[-1]
    stacks = project.stacks()
    if len(stacks) == 1:
        return stacks[0]
    if line.command() in READ_THE_STACK_FILE:
        raise LeptonError(f"which stack? Add `-s NAME`; there are: {', '.join(stacks) or 'none'}.")
    return None


def _stack_file(line: CommandLine, project: Project, stack: str | None) -> Path | None:
    """The user's own file of the stack; None for commands that need none."""
    if stack is None or line.command() not in READ_THE_STACK_FILE:
        return None
    named = line.value(CONFIG_FILE)
    if named is None:
        return project.stack_file(stack)
    if not Path(named).exists():
        raise LeptonError(f"there is no stack file {named}.")
    return Path(named)


def _has_language_host(engine: Engine) -> bool:
    return engine.has_language_host() or shutil.which("pulumi-language-python") is not None
