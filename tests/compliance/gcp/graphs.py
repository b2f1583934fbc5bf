"""Single resources of Google Cloud, as a program that is not ours would declare them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lepton_infra.clouds.gcp import facts
from lepton_infra.compliance.facts import Facts
from lepton_infra.compliance.graph.graph import Graph, Resource

_STACK = "urn:pulumi:dev::shop::"

PROVIDER = Resource(
    urn=f"{_STACK}pulumi:providers:gcp::google",
    type="pulumi:providers:gcp",
    name="google",
    inputs={"project": "shop", "region": "europe-west4"},
)


def made(type: str, name: str = "it", /, *, protect: bool = False, id: str | None = None, **inputs: Any) -> Resource:
    """A resource of ``gcp:<type>`` made by a provider in europe-west4; ``kms/cryptoKey:CryptoKey``, say."""
    return Resource(
        urn=f"{_STACK}gcp:{type}::{name}",
        type=f"gcp:{type}",
        name=name,
        inputs=inputs,
        id=id,
        protect=protect,
        provider=PROVIDER.urn,
    )


def waiting(resource: Resource, /, **made_of: Resource) -> Resource:
    """The resource in a preview: these properties are not known, but what they are made of is."""
    urns = {name: frozenset({each.urn}) for name, each in made_of.items()}
    return replace(resource, id=None, property_urns=urns)


def read(*resources: Resource) -> Facts:
    """The facts of a graph of these and their provider."""
    return facts.read(Graph(resources=(PROVIDER, *resources)))
