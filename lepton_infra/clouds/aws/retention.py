"""Retention periods of CloudWatch Logs."""

from __future__ import annotations

from lepton_infra.compliance.law.retention import at_least

RETENTION_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip
"""What CloudWatch Logs accepts (API reference, PutRetentionPolicy)."""


def retention(days: int) -> int:
    """The shortest retention on offer that is at least ``days``: a legal minimum is never undercut.

    Raises:
        ValueError: if ``days`` is more than the longest on offer, 3653.
    """
    offered = at_least(days, RETENTION_DAYS)
    if offered is None:
        raise ValueError(f"log retention of {days} days is not on offer; allowed: at most {RETENTION_DAYS[-1]}")
    return offered
