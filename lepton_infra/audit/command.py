"""``lepton audit``: evaluate the rules over a stack's state or preview."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rich.console import Console

from lepton_infra import project
from lepton_infra.audit import outcomes, refuses, report
from lepton_infra.audit.obligations import of_place, of_stack
from lepton_infra.audit.sources import graph_of
from lepton_infra.compliance.law.obligations import Obligations
from lepton_infra.errors import LeptonError
from lepton_infra.project import Project

_WIDE = 180
"""Columns of a table that is not written to a terminal."""


def audit(
    stack: str | None,
    *,
    state: str | None,
    preview: str | None,
    residency: str | None,
    frameworks: Sequence[str],
    as_json: bool,
    today: date,
) -> int:
    """Print the outcome of every control. Returns 1 if one failed that is more than advice.

    Raises:
        LeptonError: if there is nothing to audit, or no law to audit it against.
    """
    here = project.find(Path.cwd()) if stack is not None else None
    obligations = obligations_of(here, stack, residency, frameworks, today, embedded=state is None and preview is None)
    graph = graph_of(here, stack, state, preview)
    results = outcomes(graph, obligations)
    if as_json:
        print(report.rendered(results, graph.stack, obligations.frameworks))
    else:
        console = Console(width=None if sys.stdout.isatty() else _WIDE)
        if any(result.findings or result.waived for result in results):
            console.print(report.table(results, obligations.frameworks))
        print(f"{graph.stack}: {report.summary(results)}; frameworks: {', '.join(obligations.frameworks)}")
    return 1 if any(map(refuses, results)) else 0


def obligations_of(
    here: Project | None,
    stack: str | None,
    residency: str | None,
    frameworks: Sequence[str],
    today: date,
    *,
    embedded: bool,
) -> Obligations:
    """Obligations of a stack of the project, or without one of any program in a place.

    Raises:
        LeptonError: if there is no such stack, place or framework, or both a stack and a place are given.
    """
    if here is None or stack is None:
        return of_place(residency, frameworks, today)
    if residency or frameworks:
        raise LeptonError(
            f"the file of {stack} says which law applies; leave out --residency and --framework, or the stack."
        )
    return of_stack(here, stack, today, embedded=embedded)
