"""Facts about audit trails, alerts, emergency access, backups, threat detection and organization policies."""

from __future__ import annotations

from dataclasses import dataclass

from lepton_infra.compliance.facts.stores import Encryption
from lepton_infra.compliance.graph.graph import Resource, Seen


@dataclass(frozen=True, kw_only=True)
class Trail:
    """An audit trail of the cloud's own API. ``complete`` covers all management calls, ``data_access`` reads and
    writes of stored objects, ``with_content`` their content."""

    resource: Resource
    complete: Seen[bool]
    verified: Seen[bool]
    """Whether the integrity of its log files is verified: a change of what was written would be noticed."""
    encryption: Seen[Encryption]
    data_access: Seen[bool]
    with_content: Seen[bool]


@dataclass(frozen=True, kw_only=True)
class AlertRoute:
    """A notification channel of alerts. ``receivers`` are addresses; ``encryption`` is that of the messages at rest."""

    resource: Resource
    receivers: Seen[tuple[str, ...]]
    encryption: Seen[Encryption] | None


@dataclass(frozen=True, kw_only=True)
class Alert:
    """An alert rule. ``about`` is one of :data:`ALERTS`; ``routed`` is whether it notifies a receiver."""

    resource: Resource
    about: str
    routed: Seen[bool]


ALERTS = frozenset({"break-glass", "audit-changed"})
"""Subjects of required alerts: use of the emergency role, and changes of the audit trail or of keys."""


@dataclass(frozen=True, kw_only=True)
class BreakGlass:
    """Emergency (break-glass) access. ``minutes`` is the longest session, ``second_factor`` whether one factor is not
    enough or another person must approve."""

    resource: Resource
    minutes: Seen[int | None]
    second_factor: Seen[bool]


@dataclass(frozen=True, kw_only=True)
class Backup:
    """A backup plan.

    ``covers`` are the URNs of the stores that it backs up, ``days`` how long a backup is kept (None: for ever),
    ``elsewhere`` whether a copy is out of reach of whoever can delete the original: another account, or a vault that
    nobody can empty. ``restore_tested`` is whether restoring is tried regularly.
    """

    resource: Resource
    covers: Seen[frozenset[str]]
    days: Seen[int | None]
    elsewhere: Seen[bool]
    restore_tested: Seen[bool]


@dataclass(frozen=True, kw_only=True)
class Detection:
    """A threat detection service. ``on`` is whether it runs."""

    resource: Resource
    on: Seen[bool]


@dataclass(frozen=True, kw_only=True)
class OrganizationPolicy:
    """An organization policy that allows resources only in some locations: a service control policy, an Azure policy
    assignment, a constraint of Google Cloud."""

    resource: Resource
    locations: Seen[frozenset[str]]
