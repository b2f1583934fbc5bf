"""Helm releases on a real control plane: the simulator's own objects, with their charts' effects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lepton_infra.engine.go_build import Unavailable
from lepton_infra.simulator.behaviour import Call, CloudError, Made
from lepton_infra.simulator.control_plane import definitions
from lepton_infra.simulator.control_plane.api import Api, ApiRefused
from lepton_infra.simulator.kubernetes import charts
from lepton_infra.simulator.kubernetes import releases as simulated
from lepton_infra.simulator.kubernetes.charts import Chart
from lepton_infra.simulator.kubernetes.reading import mapping

MANAGER: Final = "helm"


def install(api: Api, call: Call) -> Made:
    """Install a release.

    Raises:
        CloudError: if its namespace does not exist and it may not create it, or its name is taken there.
        ApiRefused: if the API server refuses what it brings.
    """
    namespace = str(call.inputs["namespace"])
    if call.inputs.get("createNamespace") is True:
        made = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
        api.apply(made, MANAGER)
    else:
        api.get("v1/Namespace", namespace)
    made_release = simulated.record(call)
    _bring(api, call)
    return made_release


def upgrade(api: Api, call: Call) -> Mapping[str, Any]:
    """The outputs of a release after an upgrade."""
    outputs = simulated.upgrade(call)
    _bring(api, call)
    return outputs


def uninstall(api: Api, call: Call) -> None:
    """Remove what a release made, and leave what helm leaves: definitions and the namespace."""
    for item in _objects(_chart(call), call):
        metadata = item["metadata"]
        try:
            api.delete(f"{item['apiVersion']}/{item['kind']}", metadata["name"], metadata["namespace"])
        except ApiRefused as refused:
            if refused.reason != "NotFound":
                raise


def _bring(api: Api, call: Call) -> None:
    chart = _chart(call)
    try:
        for name in chart.definitions:
            definitions.install(api, name)
    except (Unavailable, TimeoutError) as error:
        raise CloudError("DefinitionsMissing", str(error)) from error
    for item in _objects(chart, call):
        api.apply(item, MANAGER)


def _chart(call: Call) -> Chart:
    return charts.CHARTS.get(charts.name_of(call.inputs), Chart())


def _objects(chart: Chart, call: Call) -> charts.Objects:
    values = mapping(call.inputs, "values")
    return chart.objects(values, str(call.inputs["namespace"])) if chart.objects else []
