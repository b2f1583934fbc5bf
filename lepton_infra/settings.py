"""What every cloud's own section of a stack file has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from lepton_infra.config import RegionConfig


class Strict(BaseModel):
    """Closed and constant: unknown keys are errors, values never change after parsing."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, hide_input_in_errors=False)


class CloudSettings(Strict):
    """The section ``cloud:`` of a stack file. A cloud adds what only it has: account, region, capacity ids."""

    name: str

    def problems(self, region: RegionConfig[CloudSettings]) -> list[Problem]:
        """What is wrong with the rest of the file on this cloud: a zone it does not have, a machine it does not offer.

        Pure: looks at the two records only. The default finds nothing.
        """
        return []


class Problem(Strict):
    """One thing wrong with a stack file: where, the value given, what is allowed and what to do."""

    path: tuple[str | int, ...]
    given: object
    message: str
