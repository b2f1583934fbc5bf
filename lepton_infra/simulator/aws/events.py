"""Amazon EventBridge: rules and their targets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.aws.identifiers import Identifiers, Name, arn
from lepton_infra.simulator.aws.input_rules import Findings
from lepton_infra.simulator.aws.places import Place
from lepton_infra.simulator.aws.resource_type import AwsType, OfRequest, Reference, Request, delete_first
from lepton_infra.simulator.aws.syntax import schedule
from lepton_infra.simulator.behaviour import Call, Failure, Properties
from lepton_infra.simulator.core.resource_type import Use, paths
from lepton_infra.simulator.determinism import digest

RULE_NAME: Final = Reference(
    code="ResourceNotFoundException", message="Rule {given} does not exist on EventBus default."
)


def _event_pattern(value: Any) -> Iterator[str]:
    """A pattern of events: JSON text of an object whose leaves are lists ("Event patterns", EventBridge user guide)."""
    try:
        parsed = json.loads(value)
    except (TypeError, ValueError) as error:
        yield f"InvalidEventPatternException: not JSON: {error}"
        return
    if not isinstance(parsed, Mapping) or not parsed:
        yield "InvalidEventPatternException: must be an object that is not empty"
    else:
        yield from (f"InvalidEventPatternException: {reason}" for reason in _leaves(parsed, ""))


def _leaves(pattern: Mapping[str, Any], path: str) -> Iterator[str]:
    for key, value in pattern.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{path}{key}.")
        elif not isinstance(value, list) or not value:
            yield f"{path}{key} must be an object or a list that is not empty"


def _pattern_or_schedule(inputs: Properties, place: Place) -> Findings:
    if inputs.get("eventPattern") is None and inputs.get("scheduleExpression") is None:
        reason = "ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified."
        yield Failure(path="eventPattern", reason=reason)


def _target_id(call: Call) -> Mapping[str, str]:
    """The provider makes an id up where the program gives none."""
    return {"targetId": str(call.inputs.get("targetId") or f"terraform-{digest(call.seed)[:26]}")}


EVENT_RULE: Final = AwsType(
    token="aws:cloudwatch/eventRule:EventRule",
    identifiers=Identifiers(id="{name}", arn=arn("events", "rule/{id}"), name=Name(longest=64)),
    referred_to=RULE_NAME,
    api=Request(shape="events.PutRule"),
    formats={"eventPattern": _event_pattern, "scheduleExpression": schedule},
    input_rules=(_pattern_or_schedule,),
    overwrites=True,
    defaults={"eventBusName": "default", "state": "ENABLED", "forceDestroy": False},
    # ``isEnabled`` is the provider's older word for the state.
    outputs=lambda live: {"isEnabled": live.call.inputs.get("state", "ENABLED") != "DISABLED"},
    immutable=paths("name namePrefix eventBusName"),
)

EVENT_TARGET: Final = AwsType(
    token="aws:cloudwatch/eventTarget:EventTarget",
    identifiers=Identifiers(id="{rule}-{targetId}", words=_target_id),
    api=Request(
        shape="events.PutTargets.Targets",
        names={
            "targetId": "Id",
            "rule": OfRequest("events.PutTargets.Rule"),
            "eventBusName": OfRequest("events.PutTargets.EventBusName"),
        },
    ),
    references={"rule": RULE_NAME},
    overwrites=True,
    defaults={"eventBusName": "default", "forceDestroy": False},
    outputs=lambda live: {"targetId": live.id.removeprefix(f"{live.call.inputs['rule']}-")},
    immutable=paths("rule targetId eventBusName"),
    uses=(Use(target=EVENT_RULE.token, property="rule", refusal=delete_first("Rule", "ValidationException")),),
)

TYPES: Final = (EVENT_RULE, EVENT_TARGET)
