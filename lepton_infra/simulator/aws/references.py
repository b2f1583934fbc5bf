"""Every id, ARN and name of something else must exist where the call lands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.aws.identity import arn_of
from lepton_infra.simulator.aws.places import Place, place_of
from lepton_infra.simulator.aws.reference_kinds import ARNS, EC2_IDS, NAMES, Kind, Reach
from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Scope, Stored

_EC2_ID: Final = re.compile(r"([a-z]+)-[0-9a-f]{8,17}")
_ARN: Final = re.compile(r"arn:aws[a-z-]*:(?P<rest>[a-z0-9-]+:(?P<region>[a-z0-9-]*):(?P<account>[^:]*):.+)")
_AWS_MANAGED: Final = re.compile(
    r"arn:aws[a-z-]*:(iam::aws:policy/([\w-]+/)?[\w+=,.@-]+|eks::aws:cluster-access-policy/AmazonEKS\w+Policy)"
)
_TEXTS: Final = frozenset(
    ["tags", "labels", "policy", "assumeRolePolicy", "inlinePolicies", "description", "userData", "configurationValues"]
)
"""Properties that may speak of anything: a policy may name what is yet to come."""
_FREE: Final = frozenset(
    {
        (tokens.ACCESS_ENTRY, "principalArn"),
        (tokens.ACCESS_POLICY_ASSOCIATION, "principalArn"),
        (tokens.POD_IDENTITY_ASSOCIATION, "targetRoleArn"),
    }
)
"""Roles that people bring: they need not be made here."""


def check(call: Call) -> list[Failure]:
    """References that are known and lead nowhere, as AWS words it.

    A name that the program itself gives is known before the thing is made, so names are left to ``require``.
    """
    return [Failure(path=path, reason=str(error)) for path, error in _dangling(call, beforehand=True)]


def require(call: Call) -> None:
    """Refuse a call whose references lead nowhere.

    Raises:
        CloudError: with AWS's own code for the first one.
    """
    for _, error in _dangling(call, beforehand=False):
        raise error


def _dangling(call: Call, *, beforehand: bool) -> Iterator[tuple[str, CloudError]]:
    place = place_of(call.scope)
    if not place.region:
        return
    for path, value in _texts(call.inputs, ""):
        property = re.sub(r"\[\d+\]", "", path)
        kind = _kind(call.type, property, value)
        if kind is None or (beforehand and not kind.generated and not _misplaced(value, place)):
            continue
        if not exists(call.scope, kind, value):
            yield path, CloudError(kind.code, kind.missing(value) + _elsewhere(call.scope, kind, value, place))


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in _TEXTS:
                yield from _texts(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, f"{path}[{index}]")


def _kind(type: str, property: str, value: str) -> Kind | None:
    """What a value refers to, if anything."""
    if (type, property) in _FREE or _AWS_MANAGED.fullmatch(value):
        return None
    arn = _ARN.fullmatch(value)
    if arn is not None:
        return next((kind for form, kind in ARNS if form.fullmatch(arn["rest"])), None)
    named = NAMES.get(type, {}).get(property)
    id = _EC2_ID.fullmatch(value)
    return named or (EC2_IDS.get(id[1]) if id else None)


def exists(scope: Scope, kind: Kind, value: str) -> bool:
    """Whether there is something of a kind with this id, name or ARN, as far as the kind's names reach."""
    if any(scope.find(type, value) is not None for type in kind.types):
        return True
    return any(value in _names(stored, kind) for stored in _within(scope, kind))


def _within(scope: Scope, kind: Kind) -> Iterator[Stored]:
    types = (*kind.types, *(place.partition("#")[0] for place in kind.implied))
    if kind.reach is Reach.REGION:
        yield from scope.all(*types)
        return
    account = place_of(scope).account
    for stored in scope.everywhere(*types):
        if kind.reach is Reach.WORLD or stored.scope.split(":")[1] == account:
            yield stored


def _names(stored: Stored, kind: Kind) -> set[str]:
    """Everything by which a live resource can be referred to as a ``kind``."""
    if stored.type in kind.types:
        arn = arn_of(stored)
        # The ARN of a log group's streams ends in ":*".
        return {stored.id} | ({arn, f"{arn}:*"} if arn else set())
    paths = [path for type, _, path in (place.partition("#") for place in kind.implied) if type == stored.type]
    return {name for path in paths for name in _at(stored.state, path.split("."))}


def _at(value: Any, path: list[str]) -> Iterator[str]:
    """The texts at a path; lists on the way are passed through."""
    if isinstance(value, list):
        for inner in value:
            yield from _at(inner, path)
    elif not path:
        if isinstance(value, str):
            yield value
    elif isinstance(value, Mapping):
        yield from _at(value.get(path[0]), path[1:])


def _elsewhere(scope: Scope, kind: Kind, value: str, here: Place) -> str:
    """Where a thing is that is not here."""
    found = next((stored for stored in scope.everywhere(*kind.types) if value in _names(stored, kind)), None)
    if found is not None:
        _, account, region = found.scope.split(":")
        return f" (it is in account {account}, region {region}; this is account {here.account}, region {here.region})"
    return f" (this is account {here.account}, region {here.region})"


def _misplaced(value: str, here: Place) -> bool:
    """Whether an ARN names another account or region."""
    arn = _ARN.fullmatch(value)
    return arn is not None and (arn["account"] not in ("", here.account) or arn["region"] not in ("", here.region))
