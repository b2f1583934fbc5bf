"""The outputs that AWS computes, where others use them."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any, Final

from lepton_infra.simulator.aws.identifiers import unique_id
from lepton_infra.simulator.aws.resource_type import LiveResource
from lepton_infra.simulator.determinism import CREATED

# Addresses set aside for benchmarks (RFC 2544), which nobody on the internet answers on.
_PUBLIC_ADDRESSES: Final = ipaddress.IPv4Network("198.18.0.0/15")
_UNCOUNTED: Final = frozenset({"tags", "defaultVersion", "updateDefaultVersion"})
"""Properties of a launch template whose change makes no new version."""


def _iam(prefix: str) -> Callable[[LiveResource], dict[str, Any]]:
    def outputs(live: LiveResource) -> dict[str, Any]:
        return {"uniqueId": unique_id(prefix, live.seed("unique")), "createDate": CREATED}

    return outputs


def _service_linked_role(live: LiveResource) -> dict[str, Any]:
    path, _, name = live.id.partition(":role")[2].rpartition("/")
    return {**_iam("AROA")(live), "name": name, "path": f"{path}/"}


def _registry(live: LiveResource) -> dict[str, Any]:
    return {"registryId": live.place.account}


OUTPUTS: Final[Mapping[str, Callable[[LiveResource], dict[str, Any]]]] = {}
