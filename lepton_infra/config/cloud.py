"""Base class of each cloud's ``cloud:`` section, and the record of a region's location."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from lepton_infra.fields import Strict


@dataclass(frozen=True, kw_only=True)
class Home:
    """Location of a region: the cloud's own code, and the countries (None: not known).

    ``key`` is the path of the value that says so.
    """

    location: str
    countries: frozenset[str] | None
    key: tuple[str | int, ...]


class CloudSettings(Strict):
    """The section ``cloud:`` of a stack file. A cloud adds what only it has: account, region, capacity ids."""

    name: str

    log_days_offered: ClassVar[Sequence[int]] = range(1, 3654)
    """The numbers of days that the cloud can keep logs, ascending."""

    def home(self) -> Home | None:
        """Location of the region; None if it is not known."""
        return None
