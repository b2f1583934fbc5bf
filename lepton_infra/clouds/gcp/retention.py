"""Longest retention of a Cloud Logging log bucket."""

from __future__ import annotations

MOST_LOG_DAYS = 3650
"""How long a log bucket keeps logs at most (``LogBucket.retentionDays``, Logging API reference)."""
