"""A resource whose outputs are being computed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from lepton_infra.simulator import sdk
from lepton_infra.simulator.azure_native.identity import digest, uuid
from lepton_infra.simulator.azure_native.places import Home
from lepton_infra.simulator.behaviour import Call, Stored

CREATED: Final = "2026-01-01T00:00:00Z"
"""When everything was made: a fixed day, so that a run is reproducible."""

_API_VERSION: Final = re.compile(r"Uses Azure REST API version ([\w-]+)\.")


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A live resource: the call that made or changed it, its id and the subscription it is in."""

    call: Call
    id: str
    home: Home

    def seed(self, purpose: str) -> str:
        """Digits for one purpose. They hang on the id and not on the call, so that an update computes the same."""
        return digest(self.call.scope.key, self.id.lower(), purpose)

    def uuid(self, purpose: str) -> str:
        """A UUID for one purpose."""
        return uuid(self.seed(purpose))

    def find(self, type: str, id: Any) -> Stored | None:
        """The live resource with an id, which Azure reads in any case."""
        return find(self.call, type, id)


def find(call: Call, type: str, id: Any) -> Stored | None:
    """The live resource of a type with an id, which Azure reads in any case."""
    if not isinstance(id, str):
        return None
    exact = call.scope.find(type, id)
    if exact is not None:
        return exact
    return next((stored for stored in call.scope.all(type) if stored.id.lower() == id.lower()), None)


@cache
def api_version(type: str) -> str:
    """The version of Azure's API that the SDK's class uses, as its documentation says."""
    found = _API_VERSION.search(sdk.resource_class(type).__init__.__doc__ or "")
    return found[1] if found else ""
