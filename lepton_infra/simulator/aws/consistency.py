"""Inputs of one resource that do not go together, and places that are not the provider's: known without the store."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.aws.places import Place
from lepton_infra.simulator.behaviour import Failure, Properties

Findings = Iterator[Failure]
Check = Callable[[Properties, Place], Findings]

_PRINCIPAL: Final = re.compile(r"arn:aws[a-z-]*:iam::(?P<account>\d{12}):(?:role|user)/.+")


def _exactly_one(*properties: str) -> Check:
    def findings(inputs: Properties, place: Place) -> Findings:
        given = [name for name in properties if inputs.get(name) is not None]
        if len(given) != 1:
            reason = f"exactly one of {', '.join(properties)} must be given, not {' and '.join(given) or 'none'}"
            yield Failure(path=(given or properties)[0], reason=reason)

    return findings


def _node_group(inputs: Properties, place: Place) -> Findings:
    if inputs.get("launchTemplate") is not None:
        for property in ("diskSize", "remoteAccess"):
            if inputs.get(property) is not None:
                reason = f"InvalidParameterException: {property} cannot be given with a launch template; put it there"
                yield Failure(path=property, reason=reason)
        template = inputs["launchTemplate"]
        if isinstance(template, Mapping):
            for failure in _exactly_one("id", "name")(template, place):
                yield Failure(path=f"launchTemplate.{failure.path}", reason=failure.reason)
    elif inputs.get("capacityType") == "CAPACITY_BLOCK":
        reason = "InvalidParameterException: CAPACITY_BLOCK needs a launch template that names the reservation"
        yield Failure(path="capacityType", reason=reason)
    if inputs.get("capacityType") == "CAPACITY_BLOCK" and inputs.get("instanceTypes"):
        reason = "InvalidParameterException: of a CAPACITY_BLOCK the launch template names the instance type"
        yield Failure(path="instanceTypes", reason=reason)
    if inputs.get("amiType") == "CUSTOM" and (inputs.get("version") or inputs.get("releaseVersion")):
        reason = "InvalidParameterException: CUSTOM images have no version of EKS; leave version and releaseVersion out"
        yield Failure(path="amiType", reason=reason)


def _sizes(inputs: Properties, place: Place) -> Findings:
    scaling = inputs.get("scalingConfig")
    if not isinstance(scaling, Mapping):
        return
    low, wanted, high = (scaling.get(name) for name in ("minSize", "desiredSize", "maxSize"))
    for below, above, property, words in (
        (low, high, "minSize", "minSize must not exceed maxSize"),
        (low, wanted, "desiredSize", "desiredSize must be at least minSize"),
        (wanted, high, "desiredSize", "desiredSize must be at most maxSize"),
    ):
        if isinstance(below, int) and isinstance(above, int) and below > above:
            path = f"scalingConfig.{property}"
            yield Failure(path=path, reason=f"InvalidParameterException: {words}: {below} > {above}")


def _update(inputs: Properties, place: Place) -> Findings:
    update = inputs.get("updateConfig")
    if isinstance(update, Mapping):
        for failure in _exactly_one("maxUnavailable", "maxUnavailablePercentage")(update, place):
            yield Failure(path=f"updateConfig.{failure.path}", reason=failure.reason)


def _api_endpoint(inputs: Properties, place: Place) -> Findings:
    network = inputs.get("vpcConfig")
    if not isinstance(network, Mapping):
        return
    if network.get("endpointPublicAccess", True) is False and not network.get("endpointPrivateAccess", False):
        reason = "InvalidParameterException: Private and public endpoint access cannot both be off"
        yield Failure(path="vpcConfig.endpointPrivateAccess", reason=reason)


def _own_principal(inputs: Properties, place: Place) -> Findings:
    arn = inputs.get("principalArn")
    if not isinstance(arn, str):
        return
    found = _PRINCIPAL.fullmatch(arn)
    if found is None:
        yield Failure(path="principalArn", reason=f'"{arn}" is not the ARN of an IAM role or user')
    elif found["account"] != place.account:
        reason = f"InvalidParameterException: {arn} is of account {found['account']}; allowed: {place.account}"
        yield Failure(path="principalArn", reason=reason)


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
    tokens.CLUSTER: (_api_endpoint,),
    tokens.NODE_GROUP: (_node_group, _sizes, _update),
    tokens.ACCESS_ENTRY: (_own_principal,),
    tokens.ACCESS_POLICY_ASSOCIATION: (_own_principal,),
    tokens.TRAIL: (_not_both("eventSelectors", "advancedEventSelectors"),),
    tokens.EVENT_RULE: (_pattern_or_schedule,),
    tokens.AIR_GAPPED_VAULT: (_sealed_days,),
    tokens.BACKUP_PLAN: (_lifecycles,),
    tokens.RESTORE_SELECTION: (_not_both("protectedResourceArns", "protectedResourceConditions"),),
}
