"""Progress of an update, from the engine's events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lepton_infra.sandbox.summary import layer_of

_MAKING = frozenset({"create", "create-replacement", "update", "import"})


@dataclass(kw_only=True)
class Progress:
    """One stack's update: what is done in each layer, and the URNs of what is under way, oldest first.

    ``done`` counts resources that were made or found unchanged; components and providers do not count.
    """

    done: Counter[str] = field(default_factory=Counter)
    under_way: dict[str, None] = field(default_factory=dict)

    def take(self, event: Mapping[str, Any]) -> None:
        """Take the next event. Those of other kinds say nothing of progress."""
        for kind, content in event.items():
            if kind == "resourcePreEvent":
                self._begin(content["metadata"])
            elif kind == "resOutputsEvent":
                self._end(content["metadata"])
            elif kind == "resOpFailedEvent":
                self.under_way.pop(content["metadata"]["urn"], None)

    def _begin(self, step: Mapping[str, Any]) -> None:
        if _counts(step) and step["op"] in _MAKING:
            self.under_way[step["urn"]] = None

    def _end(self, step: Mapping[str, Any]) -> None:
        self.under_way.pop(step["urn"], None)
        if _counts(step) and step["op"] in _MAKING | {"same"}:
            self.done[layer_of(step["urn"]) or ""] += 1


def _counts(step: Mapping[str, Any]) -> bool:
    """Whether this is a resource of a layer, and no component."""
    return layer_of(step["urn"]) is not None and not step["type"].startswith("lepton:")
