"""Policy documents: what the JSON text of a policy says, as far as rules ask."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lepton_infra.compliance.graph.graph import UNKNOWN, Unknown
from lepton_infra.compliance.graph.paths import items

_POSITIVE = ("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike")
_CALLER = frozenset(
    [
        "kms:CallerAccount",
        "aws:PrincipalAccount",
        "aws:PrincipalArn",
        "aws:PrincipalOrgID",
        "aws:PrincipalOrgPaths",
        "aws:SourceAccount",
        "aws:SourceArn",
        "aws:SourceOrgID",
        "aws:SourceVpc",
        "aws:SourceVpce",
    ]
)
"""Condition keys that say who calls, or from which own network."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement. ``principals`` are names without their kind, ``conditions`` values by operator and key."""

    allows: bool
    actions: tuple[str, ...]
    all_actions_but: tuple[str, ...]
    resources: tuple[str, ...]
    principals: tuple[str, ...]
    federated: tuple[str, ...]
    services: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]]

    @property
    def everyone(self) -> bool:
        """True if any principal matches and no condition narrows the caller."""
        return "*" in self.principals and not any(self.demanded(key) for key in _CALLER)

    def demanded(self, key: str) -> tuple[str, ...]:
        """The values of which a condition key must have one; none where it is not asked, or ``*`` would do."""
        for operator, keys in self.conditions.items():
            if operator.partition(":")[2] or operator.removesuffix("IfExists") != operator:
                continue
            if operator in _POSITIVE:
                values = {name.lower(): given for name, given in keys.items()}.get(key.lower(), ())
                if values and not any(set(value) <= {"*"} for value in values):
                    return values
        return ()

    def says(self, operator: str, key: str) -> tuple[str, ...]:
        """The values that a condition gives a key, in small letters, by operator without ``IfExists``."""
        return tuple(
            value.lower()
            for given, keys in self.conditions.items()
            if given.removesuffix("IfExists") == operator
            for name, values in keys.items()
            if name.lower() == key.lower()
            for value in values
        )


def statements(text: Any) -> tuple[Statement, ...] | Unknown:
    """The statements of a document; none of what is no document, unknown while the text is."""
    if isinstance(text, Unknown):
        return UNKNOWN
    try:
        document = json.loads(text) if isinstance(text, str) else text
        return tuple(_statement(each) for each in items(document["Statement"]))
    except (TypeError, ValueError, KeyError, AttributeError):
        return ()


def _statement(entry: Any) -> Statement:
    principal = entry.get("Principal")
    kinds: Mapping[str, Any] = {"AWS": principal} if isinstance(principal, str) else principal or {}
    if "NotPrincipal" in entry:
        kinds = {"AWS": "*"}
    return Statement(
        allows=entry.get("Effect") == "Allow",
        actions=_texts(entry.get("Action")),
        all_actions_but=_texts(entry.get("NotAction")),
        resources=_texts(entry.get("Resource")) or (("*",) if "NotResource" in entry else ()),
        principals=_texts(kinds.get("AWS")) + _texts(kinds.get("CanonicalUser")),
        federated=_texts(kinds.get("Federated")),
        services=_texts(kinds.get("Service")),
        conditions={
            operator: {key: _texts(values) for key, values in keys.items()}
            for operator, keys in (entry.get("Condition") or {}).items()
        },
    )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(each) for each in items(value))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def matches(action: str, patterns: tuple[str, ...]) -> bool:
    """True if an action matches one of the patterns, as IAM compares them: in any case, ``*`` for any text."""
    return any(_matches(action.lower(), pattern.lower()) for pattern in patterns)


def _matches(action: str, pattern: str) -> bool:
    head, star, tail = pattern.partition("*")
    if not star:
        return action == pattern
    return action.startswith(head) and len(action) >= len(head + tail) and action.endswith(tail.rpartition("*")[2])


def open_to_anyone(found: tuple[Statement, ...]) -> bool:
    """True if a statement allows an action to every principal."""
    return any(each.allows and each.everyone for each in found)


def refusals(found: tuple[Statement, ...]) -> Iterator[Statement]:
    """Deny statements that hold for every principal."""
    return (each for each in found if not each.allows and "*" in each.principals)
