"""Outputs of a resource: after a call, and as far as they can be known before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lepton_infra.simulator import schema
from lepton_infra.simulator.behaviour import UNKNOWN, Call, CloudError, ServedBehaviour, Stored
from lepton_infra.simulator.determinism import digest
from lepton_infra.simulator.merging import computed, overlay
from lepton_infra.simulator.outputs import complete
from lepton_infra.simulator.properties import known
from lepton_infra.simulator.scope import CloudScope


def state_of(
    scope: CloudScope, type: str, given: Mapping[str, Any], before: Mapping[str, Any], id: str
) -> dict[str, Any]:
    """The outputs of a resource: ``given`` over what was computed ``before``. A served cloud's are whole."""
    served = isinstance(scope.behaviour, ServedBehaviour)
    return dict(given) if served else _completed(scope, type, given, before, id)


def foreseen(call: Call) -> dict[str, Any]:
    """The state after a creation or an update, as far as it can be known before; ``UNKNOWN`` is the rest."""
    assert isinstance(call.scope, CloudScope)
    behaviour, stored = call.scope.behaviour, call.old
    if isinstance(behaviour, ServedBehaviour):
        whole = behaviour.foresee(call)
        if whole is not None:
            return overlay(whole, call.inputs)
    if stored is None:
        return _completed(call.scope, call.type, call.inputs, {}, "", preview=True)
    touched = {} if isinstance(behaviour, ServedBehaviour) else _touched(call.scope, call, stored)
    given = overlay(call.inputs, touched)
    return _completed(call.scope, call.type, given, computed(stored), stored.id, preview=True)


def _touched(scope: CloudScope, call: Call, stored: Stored) -> dict[str, Any]:
    """The outputs that an update would change, as unknown."""
    try:
        touched = scope.behaviour.update(replace(call, inputs=overlay(stored.inputs, known(call.inputs))))
    except CloudError:
        return {}
    return {key: UNKNOWN for key, value in touched.items() if key not in call.inputs and value != stored.state.get(key)}


def _completed(
    scope: CloudScope,
    type: str,
    given: Mapping[str, Any],
    before: Mapping[str, Any],
    id: str,
    *,
    preview: bool = False,
) -> dict[str, Any]:
    """``given`` over what was computed ``before``, with every other output that the type has."""
    outputs = schema.outputs_of(type)
    if outputs is None:
        return overlay(before, given)
    overrides = scope.behaviour.overrides
    place = {key: scope.config[key] for key in overrides if key in outputs and key in scope.config}
    base = overlay({**place, **before}, given)
    names = frozenset(schema.inputs_of(type) or ())
    return complete(outputs, base, inputs=names, seed=digest(f"{scope.key}/{type}/{id}"), preview=preview)
