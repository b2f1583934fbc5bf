"""Monitoring's own objects, applied to a real API server with the operator's real definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest

from lepton_infra.config.monitoring import MonitoringConfig
from lepton_infra.simulator.control_plane import definitions
from lepton_infra.simulator.control_plane.api import Api, ApiRefused
from tests.cluster.waiting import MANAGER, until
from tests.kit.monitoring import CLUSTER, MAIL, arguments, record

NAMESPACE = "lepton-monitoring"
CUSTOM = "monitoring.coreos.com/v1"


@pytest.fixture(scope="module")
def objects() -> list[Mapping[str, Any]]:
    """What the layer makes besides its chart, the namespace first."""
    graph = record(lambda: arguments(config=MonitoringConfig(mail=MAIL)))
    made = [each for each in graph.of("kubernetes:*") if each.name != CLUSTER and not each.type.endswith(":Release")]
    return sorted((each.inputs for each in made), key=lambda inputs: inputs["kind"] != "Namespace")


@pytest.fixture
def prepared(api: Api) -> Iterator[Api]:
    definitions.install(api, "prometheus-operator")
    yield api
    api.delete("v1/Namespace", NAMESPACE)
    until(lambda: NAMESPACE not in names(api), "the end of the namespace")


def names(api: Api) -> set[str]:
    return {each["metadata"]["name"] for each in api.list("v1/Namespace")}


def test_every_object_is_accepted_and_a_second_time_changes_nothing(
    prepared: Api, objects: list[Mapping[str, Any]]
) -> None:
    first = [prepared.apply(each, MANAGER) for each in objects]
    again = [prepared.apply(each, MANAGER) for each in objects]

    assert {each["kind"] for each in first} == {
        "Namespace",
        "NetworkPolicy",
        "ConfigMap",
        "PodMonitor",
        "PrometheusRule",
    }
    versions = [[each["metadata"]["resourceVersion"] for each in pass_] for pass_ in (first, again)]
    assert versions[0] == versions[1]


@pytest.mark.parametrize(
    ("kind", "path", "wrong"),
    [
        ("PodMonitor", ("podMetricsEndpoints", 0), {"portNumbr": 8501}),
        ("PodMonitor", ("podMetricsEndpoints", 0), {"portNumber": 70000}),
        ("PrometheusRule", ("groups", 0), {"interval": "often"}),
        ("PrometheusRule", ("groups", 0, "rules", 0), {"alerting": "x"}),
    ],
)
def test_a_wrong_object_would_be_refused(
    prepared: Api, objects: list[Mapping[str, Any]], kind: str, path: tuple[Any, ...], wrong: Mapping[str, Any]
) -> None:
    prepared.apply(objects[0], MANAGER)
    changed: Any = deepcopy(next(dict(each) for each in objects if each["kind"] == kind))
    place = changed["spec"]
    for step in path:
        place = place[step]
    place.update(wrong)

    with pytest.raises(ApiRefused, match=next(iter(wrong))):
        prepared.apply(changed, MANAGER)
