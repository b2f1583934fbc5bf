"""A model server writes nowhere what it is asked: the two switches by which it would are never set."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.testing import Graph
from tests.kit.serving import of, record

VERBOSE = ("TF_CPP_MIN_LOG_LEVEL", "TF_CPP_VMODULE", "TF_CPP_MAX_VLOG_LEVEL", "TF_CPP_MIN_VLOG_LEVEL")
"""Environment of TensorFlow's verbose messages, which name paths and sizes of requests (VLOG in http_server.cc)."""


@pytest.fixture(scope="module")
def recorded() -> Graph:
    return record()


@pytest.fixture(scope="module")
def servers(recorded: Graph) -> list[dict[str, Any]]:
    deployments = of(recorded, "apps/v1:Deployment").values()
    pods = [deployment["spec"]["template"]["spec"] for deployment in deployments]
    return [container for pod in pods for container in pod["containers"] if container["name"] == "server"]


def test_the_server_is_not_told_to_write_messages_in_detail(servers: list[dict[str, Any]]) -> None:
    assert servers
    for server in servers:
        assert not {entry["name"] for entry in server["env"]} & set(VERBOSE)
        assert not [argument for argument in server["args"] if argument.startswith(("--v", "--vmodule"))]


def test_no_file_names_a_log_of_requests(recorded: Graph) -> None:
    """Requests are logged only by ``logging_config`` of a model server's config (apis/model_server_config.proto)."""
    files = [text for each in of(recorded, "core/v1:ConfigMap").values() for text in each["data"].values()]
    assert files
    assert not [text for text in files if "logging_config" in text]
