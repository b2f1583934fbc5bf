"""Small graphs of AWS's resources, and what is read of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lepton_infra.clouds.aws import facts
from lepton_infra.compliance.facts import Facts
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource

ACCOUNT = "111122223333"
REGION = "us-east-1"
PROVIDER = Resource(
    urn="urn:pulumi:test::lepton::pulumi:providers:aws::cloud",
    type="pulumi:providers:aws",
    name="cloud",
    inputs={"region": REGION},
)


def made(
    type: str,
    name: str = "it",
    /,
    *,
    outputs: Mapping[str, Any] | None = None,
    protect: bool = False,
    of: Mapping[str, Resource] | None = None,
    **inputs: Any,
) -> Resource:
    """A resource of the one provider. ``of`` are properties that are not known yet, by what each is made of."""
    of = of or {}
    return Resource(
        urn=f"urn:pulumi:test::lepton::{type}::{name}",
        type=type,
        name=name,
        inputs={**inputs, **{property: UNKNOWN for property in of if property not in inputs}},
        outputs=outputs or {},
        id=name,
        provider=PROVIDER.urn,
        protect=protect,
        depends_on=frozenset(each.urn for each in of.values()),
        property_urns={property: frozenset({each.urn}) for property, each in of.items()},
    )


def graph(*resources: Resource) -> Graph:
    return Graph(resources=(PROVIDER, *resources))


def read(*resources: Resource) -> Facts:
    """What the resources come to, together with their provider."""
    return facts.read(graph(*resources))


def changed(given: Graph, name: str, **inputs: Any) -> Graph:
    """The graph with other inputs of the one resource called ``name``; None takes an input away."""
    (found,) = [each for each in given if each.name == name and each.custom]
    merged = {key: value for key, value in {**found.inputs, **inputs}.items() if value is not None}
    return with_one(given, replace(found, inputs=merged))


def with_one(given: Graph, other: Resource) -> Graph:
    """The graph with a resource in place of the one that has its URN."""
    return replace(given, resources=tuple(other if each.urn == other.urn else each for each in given))


def without(given: Graph, name: str) -> Graph:
    """The graph without the resource called ``name``."""
    assert any(each.name == name for each in given)
    return replace(given, resources=tuple(each for each in given if each.name != name))


def document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, *, principal: Any = None, resource: Any = None, **condition: Any) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": "Allow", "Action": action}
    statement |= {"Principal": principal} if principal is not None else {}
    statement |= {"Resource": resource} if resource is not None else {}
    return statement | ({"Condition": condition} if condition else {})


def key(name: str = "key", **inputs: Any) -> Resource:
    arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{name}"
    return made("aws:kms/key:Key", name, outputs={"arn": arn, "keyId": name}, **inputs)
