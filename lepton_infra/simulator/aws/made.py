"""A resource whose outputs are being computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lepton_infra.simulator.aws.identity import digest
from lepton_infra.simulator.aws.places import Place
from lepton_infra.simulator.behaviour import Call, Stored

CREATED: Final = "2026-01-01T00:00:00Z"
"""When everything was made: a fixed day, so that a run is reproducible."""


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A live resource: the call that made or changed it, its provider id and where it is."""

    call: Call
    id: str
    place: Place

    def seed(self, purpose: str) -> str:
        """Digits for one purpose. They hang on the id and not on the call, so that an update computes the same."""
        return digest(self.call.scope.key, self.call.type, self.id, purpose)

    def find(self, type: str, property: str) -> Stored | None:
        """The live resource whose provider id this one's input ``property`` holds."""
        id = self.call.inputs.get(property)
        return self.call.scope.find(type, id) if isinstance(id, str) else None
