"""Retention periods that a cloud offers: minima round up to one, maxima round down, and none may be left."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence


def at_least(days: int, offered: Sequence[int]) -> int | None:
    """Shortest offered period of at least ``days``; None if the longest is shorter. ``offered`` ascends."""
    index = bisect_left(offered, days)
    return offered[index] if index < len(offered) else None


def at_most(days: int, offered: Sequence[int]) -> int | None:
    """Longest offered period of at most ``days``; None if the shortest is longer. ``offered`` ascends."""
    index = bisect_right(offered, days)
    return offered[index - 1] if index else None


def within(least: int | None, most: int | None, offered: Sequence[int]) -> Sequence[int]:
    """Offered periods from ``least`` to ``most``, None being no bound; empty where the cloud cannot keep both."""
    low = 0 if least is None else bisect_left(offered, least)
    high = len(offered) if most is None else bisect_right(offered, most)
    return offered[low:high]
