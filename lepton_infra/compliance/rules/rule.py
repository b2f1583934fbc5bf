"""Records of a rule, its subject and its findings, and helpers that yield findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from lepton_infra.compliance.facts import Facts
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen
from lepton_infra.compliance.law.geography import Geography
from lepton_infra.compliance.law.obligations import Obligations

T = TypeVar("T")


class Severity(StrEnum):
    """Severity of a failed control."""

    BLOCK = "block"
    """Refused as early as it is known, at the latest before anything is made."""
    MANDATORY = "mandatory"
    """Refused by the policy pack and by ``lepton audit``."""
    ADVISORY = "advisory"
    """Reported, and nothing else."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One violation of a rule.

    ``given`` is the value as it was read, ``allowed`` what would pass, ``remedy`` what to do. ``unknown`` marks what
    could not be told and therefore fails. ``resource`` is None where the finding is that something is missing.
    """

    resource: Resource | None
    path: str
    message: str
    allowed: str = ""
    given: str = ""
    remedy: str = ""
    unknown: bool = False

    def __str__(self) -> str:
        where = f"{self.resource}" if self.resource else "this stack"
        where += f": {self.path}" if self.path else ""
        notes = [f"given {self.given}"] if self.given else []
        notes += [f"allowed: {self.allowed}"] if self.allowed else []
        told = f"{where} {self.message}" + (f" ({'; '.join(notes)})" if notes else "")
        return f"{told}. {self.remedy}" if self.remedy else told


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Input of a rule: the facts, the graph they were read from, the obligations, and the countries of locations."""

    facts: Facts
    graph: Graph
    obligations: Obligations
    geography: Geography


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One control.

    ``id`` is its name in the catalogue (``RES-04``), ``title`` what it demands, ``law`` the articles that ask for it,
    as ``framework article`` (``gdpr 32(1)(a)``), ``references`` the ids of other catalogues: Checkov, CIS, FINOS CCC.
    ``check`` is pure: the same subject has the same findings. It yields nothing where all is well. ``reads`` are the
    fields of :class:`Facts` that it looks at, and :data:`RESOURCES` if it looks at the graph's resources themselves.
    """

    id: str
    title: str
    severity: Severity
    law: tuple[str, ...]
    references: tuple[str, ...]
    reads: tuple[str, ...]
    check: Callable[[Subject], Iterator[Finding]]


RESOURCES = "resources"
"""Entry of :attr:`Rule.reads` for all resources of the graph."""


def rule(
    id: str,
    title: str,
    severity: Severity,
    *,
    law: tuple[str, ...],
    references: tuple[str, ...],
    reads: tuple[str, ...],
) -> Callable[[Callable[[Subject], Iterator[Finding]]], Rule]:
    """Decorator that makes a check, a function of a :class:`Subject`, into the :class:`Rule` of this name."""

    def decorate(check: Callable[[Subject], Iterator[Finding]]) -> Rule:
        return Rule(id=id, title=title, severity=severity, law=law, references=references, reads=reads, check=check)

    return decorate


def expect(
    seen: Seen[T], passes: Callable[[T], bool], message: str, *, allowed: str = "", remedy: str = ""
) -> Iterator[Finding]:
    """A finding unless ``passes`` holds for the value. An unknown value fails."""
    if seen.value is UNKNOWN:
        yield Finding(
            resource=seen.resource,
            path=seen.path,
            message="is not known before it is made, so it cannot be shown to be right",
            allowed=allowed,
            remedy="Give a value that is known when the program runs",
            unknown=True,
        )
    elif not passes(seen.value):
        yield Finding(
            resource=seen.resource,
            path=seen.path,
            message=message,
            allowed=allowed,
            given=told(seen.value),
            remedy=remedy,
        )


def missing(what: str, remedy: str = "") -> Finding:
    """A finding about something that the stack lacks."""
    return Finding(resource=None, path="", message=f"has no {what}", remedy=remedy)


def told(value: Any) -> str:
    """Text of a value in a finding, shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, frozenset | set | tuple | list):
        return ", ".join(sorted(map(told, value))) or "none"
    return "none" if value is None else str(value)[:120]


def each(items: Iterable[T], check: Callable[[T], Iterator[Finding]]) -> Iterator[Finding]:
    """The findings of ``check`` over all items."""
    for item in items:
        yield from check(item)
