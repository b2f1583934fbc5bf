"""One control plane for all tests here, and a namespace for each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from lepton_infra.engine.go_build import Unavailable
from lepton_infra.simulator.control_plane import nodes, process, program, stages
from lepton_infra.simulator.control_plane.api import Api
from lepton_infra.simulator.control_plane.process import ControlPlane
from tests.cluster.waiting import MANAGER, until


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.cluster)


@pytest.fixture(scope="session")
def built() -> Path:
    try:
        return program.find()
    except Unavailable as unavailable:
        pytest.skip(f"no Kubernetes control plane: {unavailable}")


@pytest.fixture(scope="session")
def control_plane(built: Path) -> Iterator[ControlPlane]:
    with (
        TemporaryDirectory(prefix="lepton-") as data,
        process.start(Path(data), node_grace_seconds=4, eviction_seconds=1) as plane,
    ):
        yield plane


@pytest.fixture
def data() -> Iterator[Path]:
    """A folder for a control plane of a test's own. Not pytest's, for that would stay, with 100 MB in it."""
    with TemporaryDirectory(prefix="lepton-") as folder:
        yield Path(folder)


@pytest.fixture
def api(control_plane: ControlPlane) -> Iterator[Api]:
    """A client; nodes and changed stages of the test before are gone."""
    client = control_plane.client()
    yield client
    nodes.reconcile(client, [])
    stages.pods_start_after(client, 0)


@pytest.fixture
def namespace(api: Api) -> Iterator[str]:
    """A fresh namespace in which pods can be made."""
    name = f"test-{os.urandom(4).hex()}"
    api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, MANAGER)
    until(lambda: api.list("v1/ServiceAccount", name), "the service account of a new namespace")
    yield name
    api.delete("v1/Namespace", name)
