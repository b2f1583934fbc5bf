"""Pytest plugin of lepton_infra: golden files. Every pytest run of an environment loads it, so it imports nothing else.

``golden(graph, "eu-west")`` compares a graph with ``goldens/eu-west.json`` beside the test; ``pytest --update-goldens``
writes it instead.
"""

from __future__ import annotations

from collections.abc import Callable
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
