"""Lookup of live resources by provider id, self link, any end of them, or name."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.simulator.behaviour import Call, Stored
from lepton_infra.simulator.core.paths import texts_at
from lepton_infra.simulator.gcp.resource_type import GcpType


def named(call: Call, type: GcpType, given: object) -> Stored | None:
    """The live resource of a type that ``given`` names by provider id, self link, any end of them, or name.

    What is regional is looked for in the call's own region, networks and the like in the project, buckets everywhere.
    """
    if type.identifiers.worldwide:
        there = list(call.scope.everywhere(type.token))
    elif type.identifiers.regional:
        there = list(call.scope.all(type.token))
    else:
        there = list(in_the_project(call, type.token))
    exact = (stored for stored in there if stored.id == given)
    ends = (stored for stored in there if isinstance(given, str) and is_end(given, stored))
    return next(iter([*exact, *ends]), None)


def in_the_project(call: Call, type: str) -> Iterator[Stored]:
    """Live resources of a type in all regions of the call's project."""
    project = call.scope.key.rpartition(":")[0]
    for stored in call.scope.everywhere(type):
        if stored.scope.rpartition(":")[0] == project:
            yield stored


def is_end(given: str, stored: Stored) -> bool:
    """True if ``given`` is the id or self link of ``stored``, the end of one, or a link that ends in the id."""
    plain = given.partition("://")[2].partition("/")[2] if "://" in given else given
    whole = (stored.id, str(stored.state.get("selfLink") or stored.id))
    return any(f"/{name}".endswith(f"/{plain}") for name in whole) or (
        "/" in stored.id and f"/{plain}".endswith(f"/{stored.id}")
    )


def names(inputs: object, path: str, stored: Stored) -> bool:
    """True if inputs name a live resource at a path."""
    return any(is_end(given, stored) for _, given in texts_at(inputs, path))
