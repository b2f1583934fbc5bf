"""Facts about audit trails, alerts, emergency access, backups and detection."""

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
    """Whether a change of what was written would be noticed."""
    encryption: Seen[Encryption]
    data_access: Seen[bool]
    with_content: Seen[bool]


@dataclass(frozen=True, kw_only=True)
class AlertRoute:
    """A route of alerts. ``receivers`` are addresses; ``encryption`` is that of the messages at rest."""

    resource: Resource
    receivers: Seen[tuple[str, ...]]
    encryption: Seen[Encryption] | None


@dataclass(frozen=True, kw_only=True)
class Alert:
    """An alert. ``about`` is a word of :data:`ALERTS`; ``routed`` is whether it has a receiver."""

    resource: Resource
    about: str
    routed: Seen[bool]


ALERTS = frozenset({"break-glass", "audit-changed"})
"""What every region watches: use of the emergency role, and changes of the audit trail or of keys."""


@dataclass(frozen=True, kw_only=True)
class BreakGlass:
    """An emergency way in. ``minutes`` is the longest session, ``second_factor`` whether one factor is not enough or
    somebody else must approve."""

    resource: Resource
    minutes: Seen[int | None]
    second_factor: Seen[bool]


@dataclass(frozen=True, kw_only=True)
class Backup:
    """A plan of backups.

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
    """A service that looks for attacks. ``on`` tells whether it runs."""

    resource: Resource
    on: Seen[bool]


@dataclass(frozen=True, kw_only=True)
class OrganizationPolicy:
    """An organization policy that allows resources only in some locations: a service control policy, an Azure policy
    assignment, a constraint of Google Cloud."""

    resource: Resource
    locations: Seen[frozenset[str]]
