"""Outputs that many types of Google Cloud have: place, name, self link, labels, times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lepton_infra.simulator import schema
from lepton_infra.simulator.behaviour import Call
from lepton_infra.simulator.core.outputs import computed
from lepton_infra.simulator.determinism import CREATED
from lepton_infra.simulator.gcp.catalogue import TYPES
from lepton_infra.simulator.gcp.places import place_of
from lepton_infra.simulator.gcp.resource_type import LiveResource

_LABELS: Final = ("labels", "resourceLabels")
_ATTRIBUTION: Final = {"goog-pulumi-provisioned": "true"}
"""The label that the provider adds to all it makes, unless its configuration forbids it."""


def outputs_of(call: Call, id: str) -> dict[str, Any]:
    """Every output of a live resource that its inputs do not give: the same after an update."""
    live = LiveResource(call=call, id=id, place=place_of(call.scope))
    return computed(TYPES[call.type], live, _common(live))


def _common(live: LiveResource) -> dict[str, Any]:
    call, has = live.call, schema.outputs_of(live.call.type) or {}
    identifiers = TYPES[call.type].identifiers
    known, name = identifiers.known(call), identifiers.physical_name(call)
    shared: dict[str, Any] = {
        "project": known["project"],
        "region": known["region"],
        "location": known["location"],
        "zone": known["zone"],
        "selfLink": identifiers.self_link(call, live.id),
        "creationTimestamp": CREATED,
        "createTime": CREATED,
        "updateTime": CREATED,
        "deletionPolicy": "DELETE",
        **_labels(live),
        **({identifiers.name: name} if identifiers.name and name else {}),
    }
    return {key: value for key, value in shared.items() if key in has and value is not None}


def _labels(live: LiveResource) -> dict[str, Any]:
    """Labels as given, with the provider's own, and with the label that says who made it."""
    config, inputs = live.call.scope.config, live.call.inputs
    given: Mapping[str, str] = next((inputs[name] for name in _LABELS if inputs.get(name)), {})
    provider = config.get("defaultLabels")
    labels = {**(provider if isinstance(provider, Mapping) else {}), **given}
    attributed = {} if config.get("addPulumiAttributionLabel") is False else _ATTRIBUTION
    return {"pulumiLabels": {**labels, **attributed}, "effectiveLabels": {**labels, **attributed}}
