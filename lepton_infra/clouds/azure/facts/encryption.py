"""Encryption at rest (customer-managed or Azure's key) and TLS versions, read from properties."""

from __future__ import annotations

import re
from typing import Any

from lepton_infra.clouds.azure.facts.declared import Azure
from lepton_infra.compliance.facts import Encryption
from lepton_infra.compliance.graph.graph import Resource, Seen
from lepton_infra.compliance.graph.three_valued import told


def by_key(resource: Resource, path: str) -> Seen[Encryption]:
    """Customer-managed encryption if a property has a key, known yet or not; else Azure's own key, its default."""
    named = resource.get(path) is not None
    return resource.says(Encryption.CUSTOMER if named else Encryption.PROVIDER, path)


def by_source(resource: Resource, path: str) -> Seen[Encryption]:
    """Customer-managed encryption if a key source property is ``Microsoft.Keyvault``; else Azure's own key."""
    return told(
        resource,
        path,
        lambda source: Encryption.CUSTOMER if source == "Microsoft.Keyvault" else Encryption.PROVIDER,
        "Microsoft.Storage",
    )


def version(value: Any) -> str | None:
    """TLS version in dotted form: ``1.2`` for ``TLS1_2`` or ``Tls12``; None if TLS is disabled."""
    text = str(value)
    if text.endswith("Disabled"):
        return None
    digits = re.sub(r"\D", "", text) or "10"
    return f"{digits[0]}.{digits[1:] or '0'}"


def key_of(azure: Azure, resource: Resource, path: str) -> Seen[str] | None:
    """URN of the encryption key, or its URI if the graph does not have it; None under Azure's own key."""
    from_graph = azure.named(resource, path.partition(".")[0], "keyvault:Key")
    if from_graph:
        return resource.says(from_graph[0].urn, path)
    given = resource.get(path)
    return None if given is None else resource.says(given if isinstance(given, str) else str(given), path)
