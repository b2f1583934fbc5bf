"""Inputs of alert policies and channels that do not go together. Source: the Monitoring API's own descriptions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lepton_infra.simulator.behaviour import Failure, Properties
from lepton_infra.simulator.gcp.paths import at
from lepton_infra.simulator.gcp.places import Place

_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NEEDED: Final = {"email": "email_address", "pubsub": "topic", "sms": "number", "slack": "channel_name"}
"""The label that a channel of a type cannot do without."""


def matched_logs(inputs: Properties, place: Place) -> Iterator[Failure]:
    """A policy that matches logs has no other condition, and a limit of messages."""
    conditions = inputs.get("conditions")
    if not isinstance(conditions, list) or all(at(each, "conditionMatchedLog") is None for each in conditions):
        return
    if len(conditions) > 1:
        reason = "INVALID_ARGUMENT: a policy with conditionMatchedLog has exactly one condition"
        yield Failure(path="conditions", reason=reason)
    if at(inputs, "alertStrategy.notificationRateLimit") is None:
        reason = "INVALID_ARGUMENT: a policy with conditionMatchedLog needs a notificationRateLimit"
        yield Failure(path="alertStrategy.notificationRateLimit", reason=reason)


def channel(inputs: Properties, place: Place) -> Iterator[Failure]:
    """A channel has the label that its type is reached by."""
    label = _NEEDED.get(str(inputs.get("type")))
    labels = inputs.get("labels")
    if label is None or (labels is not None and not isinstance(labels, dict)):
        return
    given = (labels or {}).get(label)
    if given is None:
        yield Failure(path=f"labels.{label}", reason=f"INVALID_ARGUMENT: a channel by {inputs['type']} needs {label}")
    elif label == "email_address" and isinstance(given, str) and not _ADDRESS.fullmatch(given):
        yield Failure(path=f"labels.{label}", reason=f'INVALID_ARGUMENT: "{given}" is no e-mail address')
