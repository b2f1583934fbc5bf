"""Base class of each cloud's ``cloud:`` section, and the record of where a region stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lepton_infra.errors import Problem
from lepton_infra.fields import Strict

if TYPE_CHECKING:
    from lepton_infra.compliance.law.obligations import Waiver
    from lepton_infra.config.region import RegionConfig


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

    def waivers(self, region: RegionConfig[Any]) -> Sequence[Waiver]:
        """Controls that this cloud cannot keep in a region of this file, each with the reason.

        They follow from the file alone: nobody writes them. The default has none.
        """
        return ()

    def problems(self, region: RegionConfig[Any]) -> list[Problem]:
        """What is wrong with the rest of the file on this cloud: a zone it does not have, a machine it does not offer.

        Pure: looks at the two records only. The default finds nothing.
        """
        return []
