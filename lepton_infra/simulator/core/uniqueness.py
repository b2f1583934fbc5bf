"""Resources of which one may exist, and the refusal of a second."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lepton_infra.simulator.behaviour import Call, Properties, Stored
from lepton_infra.simulator.core.paths import at

Key = Callable[[Properties], object]


@dataclass(frozen=True, kw_only=True)
class Unique:
    """The refusal of a second resource. ``key`` of two resources' inputs is the same if they clash; None never clashes.

    ``message`` may name inputs, ``{name}`` (the physical name) and ``{id}`` of the one that is there. Without ``key``
    it is the physical name that must be free.
    """

    code: str
    message: str
    key: Key | None = None


def same(*paths: str) -> Key:
    """The values at some paths, as text; None as long as one of them is not given."""

    def key(inputs: Properties) -> object:
        values = [at(inputs, path) for path in paths]
        return None if None in values else tuple(map(str, values))

    return key


def clash(call: Call, wanted: object, others: Iterable[Stored], key: Callable[[Stored], object]) -> Stored | None:
    """The first of ``others``, the call's own resource aside, whose key is ``wanted``."""
    if wanted is None:
        return None
    return next((other for other in others if not is_itself(call, other) and key(other) == wanted), None)


def is_itself(call: Call, stored: Stored) -> bool:
    """True if a live resource is the one that the call changes."""
    return call.old is not None and (stored.scope, stored.id) == (call.old.scope, call.old.id)
