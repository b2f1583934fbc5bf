"""Inputs of alerts and emergency roles that do not go together: known without the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from lepton_infra.simulator.azure_native.identity import at
from lepton_infra.simulator.behaviour import Failure, Properties

_ALERTED = (
    "Administrative",
    "Alert",
    "Autoscale",
    "Policy",
    "Recommendation",
    "ResourceHealth",
    "Security",
    "ServiceHealth",
)


def action_group(inputs: Properties) -> Iterator[Failure]:
    """Receivers are told apart by their names, whatever their kind ("Action groups", API reference)."""
    receivers = [value for name, value in inputs.items() if name.endswith("Receivers") and isinstance(value, list)]
    names = Counter(each["name"] for each in _flat(receivers) if isinstance(each.get("name"), str))
    for name, count in names.items():
        if count > 1:
            reason = f'InvalidReceiverName: {count} receivers are called "{name}"; each needs a name of its own'
            yield Failure(path="emailReceivers", reason=reason)


def _flat(lists: list[list[Any]]) -> Iterator[Mapping[str, Any]]:
    for each in lists:
        yield from (item for item in each if isinstance(item, Mapping))


def activity_alert(inputs: Properties) -> Iterator[Failure]:
    """An alert names a category, and every other condition is either a field's or a choice of such."""
    conditions = at(inputs, "condition", "allOf")
    if not isinstance(conditions, list) or not all(isinstance(each, Mapping) for each in conditions):
        return
    categories = [each.get("equals") for each in conditions if each.get("field") == "category"]
    if not categories:
        yield Failure(path="condition.allOf", reason="BadRequest: one condition must be on the field category")
    for category in categories:
        if isinstance(category, str) and category not in _ALERTED:
            reason = f'BadRequest: "{category}" is no category; allowed: {", ".join(_ALERTED)}'
            yield Failure(path="condition.allOf", reason=reason)
    for index, each in enumerate(conditions):
        if (each.get("anyOf") is None) == (each.get("field") is None):
            reason = "BadRequest: exactly one of field and anyOf must be given"
            yield Failure(path=f"condition.allOf[{index}]", reason=reason)


def eligibility(inputs: Properties) -> Iterator[Failure]:
    """How long it holds is told in the way that its type says."""
    expiration = at(inputs, "scheduleInfo", "expiration")
    if not isinstance(expiration, Mapping):
        return
    wanted = {"AfterDuration": "duration", "AfterDateTime": "endDateTime"}.get(str(expiration.get("type")))
    for name in ("duration", "endDateTime"):
        if (expiration.get(name) is not None) != (name == wanted):
            verb = "needs" if name == wanted else "takes no"
            reason = f"InvalidScheduleInfo: type {expiration.get('type')} {verb} {name}"
            yield Failure(path=f"scheduleInfo.expiration.{name}", reason=reason)
