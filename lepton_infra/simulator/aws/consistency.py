"""Inputs of one resource that do not go together, and places that are not the provider's: known without the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.aws.places import Place
from lepton_infra.simulator.behaviour import Failure, Properties

Findings = Iterator[Failure]
Check = Callable[[Properties, Place], Findings]


def _sealed_days(inputs: Properties, place: Place) -> Findings:
    low, high = inputs.get("minRetentionDays"), inputs.get("maxRetentionDays")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        reason = f"InvalidParameterValueException: minRetentionDays must not exceed maxRetentionDays: {low} > {high}"
        yield Failure(path="minRetentionDays", reason=reason)


def _lifecycles(inputs: Properties, place: Place) -> Findings:
    """What is moved to cold storage stays there for 90 days at least."""
    for index, rule in enumerate(inputs.get("rules") or ()):
        lifecycle = rule.get("lifecycle") if isinstance(rule, Mapping) else None
        cold, end = (lifecycle.get(name) if isinstance(lifecycle, Mapping) else None for name in _LIFE)
        if isinstance(cold, int) and isinstance(end, int) and end < cold + 90:
            reason = f"InvalidParameterValueException: must be 90 days after coldStorageAfter: {end} < {cold + 90}"
            yield Failure(path=f"rules[{index}].lifecycle.deleteAfter", reason=reason)


_LIFE: Final = ("coldStorageAfter", "deleteAfter")


def _pattern_or_schedule(inputs: Properties, place: Place) -> Findings:
    if inputs.get("eventPattern") is None and inputs.get("scheduleExpression") is None:
        reason = "ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified."
        yield Failure(path="eventPattern", reason=reason)


def _not_both(one: str, other: str) -> Check:
    def findings(inputs: Properties, place: Place) -> Findings:
        if inputs.get(one) and inputs.get(other):
            yield Failure(path=other, reason=f"InvalidParameterValueException: not together with {one}")

    return findings


INPUT_RULES: Final[Mapping[str, tuple[Check, ...]]] = {
    tokens.TRAIL: (_not_both("eventSelectors", "advancedEventSelectors"),),
    tokens.EVENT_RULE: (_pattern_or_schedule,),
    tokens.AIR_GAPPED_VAULT: (_sealed_days,),
    tokens.BACKUP_PLAN: (_lifecycles,),
    tokens.RESTORE_SELECTION: (_not_both("protectedResourceArns", "protectedResourceConditions"),),
}
