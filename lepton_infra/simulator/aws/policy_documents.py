"""The grammar of IAM policy documents ("Grammar of the IAM JSON policy language", IAM user guide).

It knows the elements and their forms, not which actions and condition keys the services have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

VERSIONS: Final = ("2012-10-17", "2008-10-17")
EFFECTS: Final = ("Allow", "Deny")
PRINCIPAL_KINDS: Final = ("AWS", "Service", "Federated", "CanonicalUser")

_ACTION: Final = re.compile(r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+")
_ARN_OR_WILDCARD: Final = re.compile(r"\*|arn:[a-z*?-]+:[^:\s]+:[^:\s]*:[^:\s]*:\S.*", re.DOTALL)
_AWS_PRINCIPAL: Final = re.compile(r"\*|\d{12}|arn:aws[a-z-]*:(iam|sts)::(\d{12}|cloudfront):\S+|A[A-Z0-9]{15,}")
_SERVICE: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.com(\.cn)?|amazon\.com|aws\.internal)")
_OPERATOR: Final = re.compile(
    r"(ForAllValues:|ForAnyValue:)?"
    r"(String(Not)?(Equals(IgnoreCase)?|Like)|Numeric(Not)?Equals|Numeric(LessThan|GreaterThan)(Equals)?"
    r"|Date(Not)?Equals|Date(LessThan|GreaterThan)(Equals)?|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like)"
    r"|Null)(IfExists)?"
)
_ELEMENTS: Final = frozenset(
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"]
)
_SID: Final = re.compile(r"[A-Za-z0-9]*")

Reasons = Iterator[str]


def identity_policy(text: Any) -> Reasons:
    """Reasons to refuse a policy of a role or user: statements name resources and no principal."""
    return _document(text, principal=False, resource=True, strict_sid=True)


def trust_policy(text: Any) -> Reasons:
    """Reasons to refuse a role's trust policy: statements name principals and no resource."""
    return _document(text, principal=True, resource=False, strict_sid=True)


def resource_policy(text: Any) -> Reasons:
    """Reasons to refuse a policy of a bucket, key, queue or endpoint: statements name principals and resources."""
    return _document(text, principal=True, resource=True, strict_sid=False)


def repository_policy(text: Any) -> Reasons:
    """Reasons to refuse a policy of an ECR repository: principals, and no resource, which is the repository itself."""
    return _document(text, principal=True, resource=False, strict_sid=False)


def _document(text: Any, *, principal: bool, resource: bool, strict_sid: bool) -> Reasons:
    try:
        document = json.loads(text)
    except (TypeError, ValueError) as error:
        yield f"MalformedPolicyDocument: not JSON: {error}"
        return
    statement = partial(_statement, principal=principal, resource=resource, strict_sid=strict_sid)
    yield from (f"MalformedPolicyDocument: {reason}" for reason in _top(document, statement))


def _top(document: Any, statement: Callable[[Mapping[str, Any]], Reasons]) -> Reasons:
    if not isinstance(document, Mapping):
        yield "must be an object with Version and Statement"
        return
    yield from (f"unknown element {name}; allowed: Version, Id, Statement" for name in _others(document))
    version = document.get("Version")
    if version not in VERSIONS:
        yield f"Version is {json.dumps(version)}; allowed: {' or '.join(VERSIONS)}"
    statements = _many(document.get("Statement"))
    if not statements:
        yield "Statement is missing or empty"
    for index, entry in enumerate(statements):
        reasons = statement(entry) if isinstance(entry, Mapping) else iter(["must be an object"])
        yield from (f"Statement[{index}]: {reason}" for reason in reasons)


def _others(document: Mapping[str, Any]) -> list[str]:
    return sorted(document.keys() - {"Version", "Id", "Statement"})


def _statement(entry: Mapping[str, Any], *, principal: bool, resource: bool, strict_sid: bool) -> Reasons:
    yield from (f"unknown element {name}" for name in sorted(entry.keys() - _ELEMENTS))
    if entry.get("Effect") not in EFFECTS:
        yield f"Effect is {json.dumps(entry.get('Effect'))}; allowed: {' or '.join(EFFECTS)}"
    sid = entry.get("Sid", "")
    if not isinstance(sid, str) or (strict_sid and not _SID.fullmatch(sid)):
        yield f"Sid {json.dumps(sid)} may hold only letters and digits"
    yield from _either(entry, "Action", wanted=True, form=_ACTION, example="service:Action or *")
    yield from _either(entry, "Resource", wanted=resource, form=_ARN_OR_WILDCARD, example="an ARN or *")
    yield from _principals(entry, wanted=principal)
    yield from _conditions(entry.get("Condition", {}))


def _either(entry: Mapping[str, Any], name: str, *, wanted: bool, form: re.Pattern[str], example: str) -> Reasons:
    """One of an element and its negation, whose values have a form."""
    given = [element for element in (name, f"Not{name}") if element in entry]
    if not wanted:
        yield from (f"{element} is not allowed in this kind of policy" for element in given)
        return
    if len(given) != 1:
        yield f"needs either {name} or Not{name}"
    for element in given:
        values = _many(entry[element])
        if not values:
            yield f"{element} is empty"
        yield from (
            f"{element} {json.dumps(value)} must be {example}"
            for value in values
            if not isinstance(value, str) or not form.fullmatch(value)
        )


def _principals(entry: Mapping[str, Any], *, wanted: bool) -> Reasons:
    given = [element for element in ("Principal", "NotPrincipal") if element in entry]
    if not wanted:
        yield from (f"{element} is not allowed in this kind of policy" for element in given)
        return
    if len(given) != 1:
        yield "needs either Principal or NotPrincipal"
    for element in given:
        value = entry[element]
        if value == "*":
            continue
        if not isinstance(value, Mapping) or not value:
            yield f'{element} must be "*" or an object of {", ".join(PRINCIPAL_KINDS)}'
            continue
        for kind, names in value.items():
            yield from (f"{element}: {reason}" for reason in _principal(kind, names))


def _principal(kind: str, names: Any) -> Reasons:
    if kind not in PRINCIPAL_KINDS:
        yield f"unknown kind {kind}; allowed: {', '.join(PRINCIPAL_KINDS)}"
        return
    forms = {"AWS": (_AWS_PRINCIPAL, "an account id, an IAM ARN or *"), "Service": (_SERVICE, "a service's host name")}
    if not _many(names):
        yield f"{kind} is empty"
    for name in _many(names):
        form, example = forms.get(kind, (re.compile(".+"), "text"))
        if not isinstance(name, str) or not form.fullmatch(name):
            yield f"{kind} {json.dumps(name)} must be {example}"


def _conditions(condition: Any) -> Reasons:
    if not isinstance(condition, Mapping):
        yield "Condition must be an object"
        return
    for operator, keys in condition.items():
        if not _OPERATOR.fullmatch(operator):
            yield f"unknown condition operator {operator}"
        if not isinstance(keys, Mapping) or not keys:
            yield f"Condition {operator} must be an object of condition keys"
            continue
        for key, values in keys.items():
            scalar = all(isinstance(value, str | bool | int | float) for value in _many(values))
            if ":" not in key or not _many(values) or not scalar:
                yield f"Condition {operator}: {key} must be a condition key (service:key) with text values"


def _many(value: Any) -> list[Any]:
    """An element that may be one thing or a list of them."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
