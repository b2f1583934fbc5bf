"""A resource whose outputs are being computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lepton_infra.simulator.behaviour import Call, Stored
from lepton_infra.simulator.gcp import tokens
from lepton_infra.simulator.gcp.forms import is_regional
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
    """The live resource of a type that ``given`` names by provider id, self link, any end of them, or name.

    What is regional is looked for in the call's own region, networks and the like in the project, buckets everywhere.
    """
    if type == tokens.BUCKET:
        there = list(call.scope.everywhere(type))
    else:
        there = list(call.scope.all(type) if is_regional(type) else in_the_project(call, type))
    exact = (stored for stored in there if stored.id == given)
    ends = (stored for stored in there if is_end(given, stored))
    return next(iter([*exact, *ends]), None)


def in_the_project(call: Call, type: str) -> Iterator[Stored]:
    """Live resources of a type in all regions of the call's project."""
    project = call.scope.key.rpartition(":")[0]
    for stored in call.scope.everywhere(type):
        if stored.scope.rpartition(":")[0] == project:
            yield stored


def is_end(given: str, stored: Stored) -> bool:
    """Whether ``given`` is the id or self link of ``stored``, the end of one, or a link that ends in the id."""
    plain = given.partition("://")[2].partition("/")[2] if "://" in given else given
    whole = (stored.id, str(stored.state.get("selfLink") or stored.id))
    return any(f"/{name}".endswith(f"/{plain}") for name in whole) or (
        "/" in stored.id and f"/{plain}".endswith(f"/{stored.id}")
    )
