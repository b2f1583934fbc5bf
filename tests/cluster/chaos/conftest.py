"""A control plane of its own for these tests: they need kinds that others must not find there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from lepton_infra.simulator.control_plane import nodes, process
from lepton_infra.simulator.control_plane.api import Api
from lepton_infra.simulator.control_plane.process import ControlPlane
from tests.cluster.chaos.model_objects import namespace
from tests.cluster.chaos.outcome import FILE_VARIABLE, Outcome
from tests.cluster.chaos.prerequisites import furnish
from tests.cluster.waiting import until

_OUTCOMES = pytest.StashKey[list[Outcome]]()
_NUMBERS = count(1)


@pytest.fixture(scope="package")
def control_plane(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    # A node that lives is heard every five seconds, also on a busy machine.
    with process.start(tmp_path_factory.mktemp("chaos"), node_grace_seconds=10, eviction_seconds=1) as plane:
        furnish(plane.client())
        yield plane


@pytest.fixture
def name(api: Api) -> Iterator[str]:
    """The name of a model that nobody else has. Afterwards its namespace goes, and all nodes and pods are gone."""
    own = f"model-{next(_NUMBERS)}"
    yield own
    if namespace(own) in {each["metadata"]["name"] for each in api.list("v1/Namespace")}:
        api.delete("v1/Namespace", namespace(own))
    nodes.reconcile(api, [])
    until(lambda: not api.list("v1/Pod"), "all pods to go")


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[Outcome], Outcome]:
    """Keeps the figures of a scenario for the end of the run and, if there is one, for the file."""
    kept = request.config.stash.setdefault(_OUTCOMES, [])
    file = os.environ.get(FILE_VARIABLE)

    def keep(outcome: Outcome) -> Outcome:
        kept.append(outcome)
        if file:
            outcome.add_to(Path(file))
        return outcome

    return keep


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if outcomes := terminalreporter.config.stash.get(_OUTCOMES, []):
        terminalreporter.section("what was lost")
        for outcome in outcomes:
            terminalreporter.line(f"{outcome.scenario}: {outcome}")
