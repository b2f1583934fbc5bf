"""Base class of each cloud's ``cloud:`` section, and the record of where a region stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from lepton_infra.fields import Strict


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where a region stands: by the cloud's own code, and in which countries (None: not known).

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
        """Where the region stands. The default does not know."""
        return None
