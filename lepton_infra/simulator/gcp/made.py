"""A resource whose outputs are being computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lepton_infra.simulator.behaviour import Call, Stored
from lepton_infra.simulator.gcp.identity import digest, digits
from lepton_infra.simulator.gcp.places import Place

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

    def number(self, purpose: str, count: int = 19) -> str:
        """A decimal number for one purpose."""
        return digits(count, self.seed(purpose))

    def find(self, type: str, property: str) -> Stored | None:
        """The live resource that this one's input ``property`` names by id, self link or name."""
        given = self.call.inputs.get(property)
        return named(self.call, type, given) if isinstance(given, str) else None


def named(call: Call, type: str, given: str) -> Stored | None:
    """The live resource of a type that ``given`` names by provider id, self link, any end of them, or name."""
    exact = call.scope.find(type, given)
    if exact is not None:
        return exact
    ours = (stored for stored in call.scope.all(type) if given == stored.id.rpartition("/")[2])
    ends = (stored for stored in call.scope.all(type) if "/" in given and is_end(given, stored))
    return next(iter([*ends, *ours]), None)


def is_end(given: str, stored: Stored) -> bool:
    """Whether ``given`` is a self link of ``stored`` or the end of one, as Google takes references."""
    names = (stored.id, str(stored.state.get("selfLink") or ""), str(stored.state.get("name") or ""))
    plain = given.partition("://")[2].partition("/")[2] if "://" in given else given
    return any(
        name == given or f"/{name}".endswith(f"/{plain}") or plain.endswith(f"/{name}") for name in names if name
    )
