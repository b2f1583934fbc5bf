"""References: every id, ARN and name of another resource must exist where the call lands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from lepton_infra.simulator.aws.catalogue import TYPES
from lepton_infra.simulator.aws.places import Place, place_of
from lepton_infra.simulator.aws.resource_type import AwsType, Reach, Reference
from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Scope, Stored
from lepton_infra.simulator.core.paths import texts_at, without_indices

_EC2_ID: Final = re.compile(r"([a-z]+)-[0-9a-f]{8,17}")
_ARN: Final = re.compile(r"arn:aws[a-z-]*:(?P<rest>[a-z0-9-]+:(?P<region>[a-z0-9-]*):(?P<account>[^:]*):.+)")
_AWS_MANAGED: Final = re.compile(
    r"arn:aws[a-z-]*:(iam::aws:policy/([\w-]+/)?[\w+=,.@-]+|eks::aws:cluster-access-policy/AmazonEKS\w+Policy)"
)
_TEXTS: Final = frozenset(
    ["tags", "labels", "policy", "assumeRolePolicy", "inlinePolicies", "description", "userData", "configurationValues"]
)
"""Properties that may speak of anything: a policy may name what is yet to come."""


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
    for path, value, reference in found_in(TYPES[call.type], call.inputs):
        if beforehand and not reference.generated and not _misplaced(value, place):
            continue
        if not exists(call.scope, reference, value):
            elsewhere = _elsewhere(call.scope, reference, value, place)
            yield path, CloudError(reference.code, reference.missing(value) + elsewhere)


def found_in(type: AwsType, inputs: Any) -> Iterator[tuple[str, str, Reference]]:
    """The references among inputs: path, value and what it is."""
    for path, value in _texts(inputs, ""):
        reference = _reference(type, without_indices(path), value)
        if reference is not None:
            yield path, value, reference


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


def _reference(type: AwsType, property: str, value: str) -> Reference | None:
    """The reference that a value is, if any."""
    if property in type.free or _AWS_MANAGED.fullmatch(value):
        return None
    arn = _ARN.fullmatch(value)
    if arn is not None:
        return next((reference for reference in _known() if reference.matches_arn(arn["rest"])), None)
    named = type.references.get(property)
    id = _EC2_ID.fullmatch(value)
    if named is not None or id is None:
        return named
    return next((reference for reference in _known() if reference.id_prefix == id[1]), None)


@cache
def _known() -> tuple[Reference, ...]:
    return tuple(reference for reference in TYPES.references() if isinstance(reference, Reference))


def exists(scope: Scope, reference: Reference, value: str) -> bool:
    """True if a resource has this id, name or ARN, as far as the names of its kind reach."""
    if any(scope.find(type, value) is not None for type in TYPES.named_by(reference)):
        return True
    return any(value in _names(stored, reference) for stored in _within(scope, reference))


def _within(scope: Scope, reference: Reference) -> Iterator[Stored]:
    types = (*TYPES.named_by(reference), *TYPES.implied_by(reference))
    if reference.reach is Reach.REGION:
        yield from scope.all(*types)
        return
    account = place_of(scope).account
    for stored in scope.everywhere(*types):
        if reference.reach is Reach.WORLD or stored.scope.split(":")[1] == account:
            yield stored


def _names(stored: Stored, reference: Reference) -> set[str]:
    """The names by which a live resource can be referred to."""
    type = TYPES[stored.type]
    if type.referred_to is reference:
        arn = type.identifiers.arn_of(stored)
        # The ARN of a log group's streams ends in ":*".
        return {stored.id} | ({arn, f"{arn}:*"} if arn else set())
    paths = TYPES.implied_by(reference).get(stored.type, ())
    return {name for path in paths for _, name in texts_at(stored.state, path)}


def _elsewhere(scope: Scope, reference: Reference, value: str, here: Place) -> str:
    """The place of a thing that is not here."""
    types = TYPES.named_by(reference)
    found = next((stored for stored in scope.everywhere(*types) if value in _names(stored, reference)), None)
    if found is not None:
        _, account, region = found.scope.split(":")
        return f" (it is in account {account}, region {region}; this is account {here.account}, region {here.region})"
    return f" (this is account {here.account}, region {here.region})"


def _misplaced(value: str, here: Place) -> bool:
    """True if an ARN names another account or region."""
    arn = _ARN.fullmatch(value)
    return arn is not None and (arn["account"] not in ("", here.account) or arn["region"] not in ("", here.region))
