"""Sources of an audited graph: a simulated stack, an exported state or a preview."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lepton_infra.compliance.graph import from_state
from lepton_infra.compliance.graph.from_state import NotReadable
from lepton_infra.compliance.graph.graph import Graph
from lepton_infra.console import name_of, read_json
from lepton_infra.engine import recovery
from lepton_infra.errors import LeptonError
from lepton_infra.project import Project
from lepton_infra.simulator.folder import Folder


def graph_of(project: Project | None, stack: str | None, state_file: str | None, preview_file: str | None) -> Graph:
    """Graph of a state or preview file. Without a file it is the stack's graph on the embedded clouds.

    Raises:
        LeptonError: if there is none, it cannot be read, it holds nothing or it is another stack's.
    """
    if state_file is not None and preview_file is not None:
        raise LeptonError("--state and --preview are two graphs; give one of them.")
    if state_file is not None:
        found = _read(state_file, from_state.deployed)
    elif preview_file is not None:
        found = _read(preview_file, from_state.previewed)
    elif project is not None and stack is not None:
        found = _simulated(project, stack)
    else:
        raise LeptonError("audit what? Name a stack, or a file with --state or --preview.")
    if not found.resources:
        raise LeptonError("there is nothing to audit: the graph has no resources.")
    if stack is not None and found.stack != stack:
        raise LeptonError(f"what was read is of the stack {found.stack!r}, not of {stack!r}.")
    return found


def _simulated(project: Project, stack: str) -> Graph:
    project.stack_file(stack)
    checkpoint = Folder(path=project.root / ".lepton" / "sim").checkpoint(project, stack)
    deployment = recovery.read_checkpoint(checkpoint)
    if not deployment.get("resources"):
        raise LeptonError(
            f"{stack} is not up on the embedded clouds: lepton sim -- pulumi up -s {stack}. "
            "Or name the state of a real one with --state, or a preview with --preview."
        )
    found = _parsed(str(checkpoint), {"deployment": deployment}, from_state.deployed)
    # The embedded clouds have a passphrase of their own, which says nothing of what will encrypt the real secrets.
    return replace(found, secrets_provider=None)


def _read(file: str, parse: Callable[[Any], Graph]) -> Graph:
    return _parsed(name_of(file), read_json(file), parse)


def _parsed(name: str, content: Any, parse: Callable[[Any], Graph]) -> Graph:
    try:
        return parse(content)
    except NotReadable as error:
        raise LeptonError(f"{name} {error}") from error
