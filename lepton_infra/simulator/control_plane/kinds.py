"""Kinds that an API server serves, and their paths (API discovery)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ACCEPT = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
"""Asks ``/api`` and ``/apis`` for everything at once
(https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery)."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of objects. ``api_version`` is ``v1`` or ``GROUP/VERSION``, ``plural`` its part of the path."""

    api_version: str
    name: str
    plural: str
    namespaced: bool

    def path(self, namespace: str | None, name: str | None = None, subresource: str | None = None) -> str:
        """The path of an object, or of all in a namespace, or of all."""
        root = "/api" if "/" not in self.api_version else "/apis"
        within = ["namespaces", namespace] if self.namespaced and namespace else []
        return "/".join(filter(None, [root, self.api_version, *within, self.plural, name, subresource]))


def read(discovery: Mapping[str, Any]) -> Iterator[Kind]:
    """The kinds in an answer to discovery, in the server's own order of preference."""
    for group in discovery["items"]:
        name = group.get("metadata", {}).get("name", "")
        for version in group["versions"]:
            for resource in version.get("resources", []):
                yield Kind(
                    api_version=f"{name}/{version['version']}" if name else version["version"],
                    name=resource["responseKind"]["kind"],
                    plural=resource["resource"],
                    namespaced=resource["scope"] == "Namespaced",
                )


def choose(kinds: Sequence[Kind], wanted: str) -> Kind | None:
    """The kind called ``wanted``: ``Pod``, or with its version where several groups have one of that name,
    ``networking.k8s.io/v1/NetworkPolicy``. Of several the first. None if there is none."""
    api_version, _, name = wanted.rpartition("/")
    return next((kind for kind in kinds if kind.name == name and api_version in ("", kind.api_version)), None)
