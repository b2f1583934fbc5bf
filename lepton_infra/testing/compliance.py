"""Compliance rules over a recorded graph: its translation, and the findings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from lepton_infra import project
from lepton_infra.audit import articles, outcomes, refuses
from lepton_infra.audit.obligations import of_place, of_stack
from lepton_infra.compliance.graph import graph as neutral_graph
from lepton_infra.compliance.graph.from_state import STACK
from lepton_infra.compliance.law.obligations import Obligations
from lepton_infra.simulator.behaviour import UNKNOWN
from lepton_infra.testing.graph import Declared, Graph


def neutral(graph: Graph) -> neutral_graph.Graph:
    """The recorded graph as the rules read it. Secrets are in plain, what a cloud would compute is UNKNOWN."""
    stack = graph.resources[0].urn.split("::")[0].rpartition(":")[2] if graph.resources else ""
    return neutral_graph.Graph(resources=tuple(map(_resource, graph)), stack=stack)


def violations(graph: Graph, obligations: Obligations) -> list[str]:
    """All that the rules find which is more than advice, each with its control and articles; waived ones are not."""
    return [
        f"{result.rule.id} {finding} ({articles(result.rule, obligations.frameworks)})"
        for result in outcomes(neutral(graph), obligations)
        if refuses(result)
        for finding in result.findings
    ]


def obligations_of(
    graph: Graph, folder: Path, residency: str | None, frameworks: Sequence[str], today: date
) -> Obligations:
    """Obligations of a graph: by the file of its stack in the project of ``folder``, or by the law of ``residency``.

    Raises:
        LeptonError: if there is no such stack, place or framework.
    """
    if residency is not None or frameworks:
        return of_place(residency, frameworks, today)
    return of_stack(project.find(folder), neutral(graph).stack, today, embedded=True)


def _resource(declared: Declared) -> neutral_graph.Resource:
    return neutral_graph.Resource(
        urn=declared.urn,
        type=declared.type,
        name=declared.name,
        inputs=_plain(declared.inputs),
        outputs=_plain(declared.outputs) if declared.custom else {},
        id=declared.id or None,
        custom=declared.custom,
        parent=declared.parent if declared.parent and f"::{STACK}::" not in declared.parent else None,
        provider=declared.provider,
        protect=declared.protect,
        retain_on_delete=declared.retain_on_delete,
        depends_on=declared.needs,
        property_urns=declared.property_dependencies,
    )


def _plain(value: Any) -> Any:
    if value is UNKNOWN:
        return neutral_graph.UNKNOWN
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
