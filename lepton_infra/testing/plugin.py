"""Pytest plugin of lepton_infra. Every pytest run of an environment loads it, so it imports nothing else.

``golden(graph, "eu-west")`` compares a graph with ``goldens/eu-west.json`` beside the test; ``pytest --update-goldens``
writes it instead. ``complies(graph)`` holds it against the law of its stack file, ``complies(graph, residency="eu")``
against that of a place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from lepton_infra.testing.graph import Graph


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that renews golden files."""
    parser.getgroup("lepton").addoption(
        "--update-goldens", action="store_true", help="write what the tests declare over their golden files"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Graph, str], None]:
    """Compare a graph with a golden file beside the test, by name."""
    from lepton_infra.testing import goldens

    def compare(graph: Graph, name: str) -> None:
        path = request.path.parent / "goldens" / f"{name}.json"
        if request.config.getoption("--update-goldens"):
            goldens.write(path, graph)
        if found := goldens.difference(path, graph):
            pytest.fail(f"{found}\nrenew with: pytest --update-goldens", pytrace=False)

    return compare


@pytest.fixture
def complies() -> Callable[..., None]:
    """Fail the test with every rule that a graph breaks: ``complies(graph, residency="eu", frameworks=["hipaa"])``.

    Without ``residency`` the file of the graph's stack says what applies, in the project that pytest runs in. Today's
    law counts, so a basis or a waiver that runs out fails the test on the next day.
    """
    from lepton_infra.errors import LeptonError
    from lepton_infra.testing import compliance

    def check(graph: Graph, *, residency: str | None = None, frameworks: Sequence[str] = ()) -> None:
        try:
            obligations = compliance.obligations_of(graph, Path.cwd(), residency, frameworks, date.today())
        except LeptonError as refused:
            pytest.fail(str(refused), pytrace=False)
        if found := compliance.violations(graph, obligations):
            pytest.fail("\n".join(found), pytrace=False)

    return check
