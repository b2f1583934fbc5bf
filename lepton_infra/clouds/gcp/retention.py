"""Longest retention of a Cloud Logging log bucket."""

from __future__ import annotations

MOST_LOG_DAYS = 3650
"""Maximum retention of a log bucket, in days (``LogBucket.retentionDays``, Logging API reference)."""
