"""The good region with something changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from lepton_infra.compliance.facts import Role
from lepton_infra.compliance.graph.graph import Seen, Unknown
from lepton_infra.compliance.law.obligations import Transfer
from lepton_infra.compliance.rules.rule import Subject
from tests.kit.compliant_pods import CONTAINER, DRIVER, MODEL
from tests.kit.compliant_region import FACTS, GOOD


def asked(subject: Subject = GOOD, **changes: Any) -> Subject:
    """A subject of which something else is asked."""
    return replace(subject, obligations=replace(subject.obligations, **changes))


def with_facts(subject: Subject = GOOD, **changes: Any) -> Subject:
    """A subject with other facts of these kinds."""
    return replace(subject, facts=replace(subject.facts, **changes))


def also(kind: str, *more: Any) -> Subject:
    """The good subject with more facts of a kind."""
    return replace(GOOD, facts=replace(FACTS, **{kind: (*getattr(FACTS, kind), *more)}))


def flip(kind: str, field: str, value: Any, at: int = 0, subject: Subject = GOOD) -> Subject:
    """The good subject with one value of one fact changed; what was seen stays where it was seen."""
    facts = list(getattr(subject.facts, kind))
    old = getattr(facts[at], field)
    facts[at] = replace(facts[at], **{field: replace(old, value=value) if isinstance(old, Seen) else value})
    return replace(subject, facts=replace(subject.facts, **{kind: tuple(facts)}))


def flip_container(field: str, value: Any) -> Subject:
    """The good subject with one value of the model's container changed."""
    old = getattr(CONTAINER, field)
    changed: dict[str, Any] = {field: replace(old, value=value)}
    container = replace(CONTAINER, **changed)
    return with_facts(pods=(replace(MODEL, containers=(container,)), DRIVER))


def without(*kinds: str) -> Subject:
    """The good subject without any fact of these kinds."""
    return replace(GOOD, facts=replace(FACTS, **dict.fromkeys(kinds, ())))


def moved(role: Role, location: str | Unknown | None, transfers: Iterable[Transfer] = ()) -> Subject:
    """The good subject with what is somewhere for one reason moved, and these transfers recorded."""
    places = tuple(
        replace(each, location=replace(each.location, value=location))
        if each.role is role and each.holds_data
        else each
        for each in FACTS.places
    )
    return asked(with_facts(places=places), transfers=tuple(transfers))
