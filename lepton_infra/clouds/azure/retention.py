"""Retention periods of a Log Analytics workspace."""

from __future__ import annotations

from lepton_infra.compliance.law.retention import at_least

RETENTION_DAYS = (30, 60, 90, 120, 180, 270, 365, 550, 730)
"""Retention periods that the portal offers for a workspace ("Manage data retention in a Log Analytics workspace")."""


def retention(days: int) -> int:
    """The shortest offered retention of at least ``days``, so that a legal minimum is never undercut.

    Raises:
        ValueError: if ``days`` is more than the longest on offer, 730.
    """
    offered = at_least(days, RETENTION_DAYS)
    if offered is None:
        raise ValueError(f"log retention of {days} days is not on offer; allowed: at most {RETENTION_DAYS[-1]}")
    return offered
