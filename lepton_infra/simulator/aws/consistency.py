"""Inputs of one resource that do not go together, and places that are not the provider's: known without the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.aws.places import Place
from lepton_infra.simulator.behaviour import Failure, Properties

Findings = Iterator[Failure]
Check = Callable[[Properties, Place], Findings]


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
}
