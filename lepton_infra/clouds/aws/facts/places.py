"""Locations of AWS resources, and of the places that their properties send data to: ``registry.yaml`` over a graph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lepton_infra.compliance.facts import EVERYWHERE, Place, Role
from lepton_infra.compliance.facts.data_class import TAG, DataClass
from lepton_infra.compliance.facts.places import Entry, load
from lepton_infra.compliance.graph import paths
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen, Unknown

CLOUD = "aws"
_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:(?P<region>[a-z0-9-]*):.+")
_REGION = re.compile(r"[a-z]{2,3}(-[a-z]+)+-[0-9]")
_GEOGRAPHIES = ("us-gov", "us", "eu", "apac", "jp", "au", "ca")
"""Prefixes of Bedrock's inference profiles that stay within a geography ("Supported Regions and models for inference
profiles", Bedrock user guide). ``global`` stays in none."""


REGISTRY = load(__package__)


def carries(type: str) -> bool:
    """True if the registry covers a type: one with places of its own, or one that only configures."""
    return REGISTRY.configures(type) or bool(REGISTRY.places(type))


def class_of(graph: Graph, resource: Resource, otherwise: DataClass = DataClass.PERSONAL) -> DataClass:
    """Data class of a resource, by its own tag or that of the bucket or repository that it is a part of."""
    tagged = resource.get("tags", {})
    if isinstance(tagged, Mapping) and tagged.get(TAG) in list(DataClass):
        return DataClass(tagged[TAG])
    for property in ("bucket", "repository"):
        whole = graph.refers(resource, property, *_WHOLES) if property in resource.inputs else ()
        for each in whole:
            if each.urn != resource.urn:
                return class_of(graph, each, otherwise)
    return otherwise


_WHOLES = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2", "aws:ecr/repository:Repository")


def location(graph: Graph, resource: Resource) -> Seen[str | None]:
    """Region of a resource: its own, or that of its provider; None if neither says."""
    own = resource.get("region")
    if own is not None and not resource.is_provider:
        return resource.seen("region")
    if REGISTRY.is_everywhere(resource.type):
        return resource.says(EVERYWHERE)
    provider = graph.by_urn.get(resource.provider or "")
    if provider is not None and provider.get("region") is not None:
        return resource.says(provider.get("region"), "region")
    return resource.says(resource.outputs.get("region"), "region")


def read(graph: Graph) -> tuple[Place, ...]:
    """Every place of every resource and provider."""
    return tuple(place for each in graph if each.package == CLOUD for place in _places(graph, each))


def _places(graph: Graph, resource: Resource) -> Iterator[Place]:
    if resource.is_provider:
        yield _place(graph, resource, Role.PROVIDER, resource.seen("region"), holds_data=False)
        return
    if not resource.custom:
        return
    entries = REGISTRY.places(resource.type)
    own = next((entry for entry in entries if not entry.path), None)
    if own is not None and own.read == "everywhere":
        yield _place(graph, resource, own.role or Role.HOME, resource.says(EVERYWHERE))
    else:
        role = own.role if own is not None and own.role else Role.HOME
        yield _place(
            graph, resource, role, location(graph, resource), holds_data=not REGISTRY.configures(resource.type)
        )
    for entry in entries:
        if entry.path and entry.role is not None:
            for path, value in paths.at(resource.inputs, entry.path):
                for found in _found(graph, resource, entry, value):
                    yield _place(graph, resource, entry.role, resource.says(found, path))


def _place(graph: Graph, resource: Resource, role: Role, at: Seen[str | None], *, holds_data: bool = True) -> Place:
    otherwise = DataClass.AUDIT_LOG if role is Role.LOG else DataClass.PERSONAL
    data_class = class_of(graph, resource, otherwise)
    return Place(role=role, cloud=CLOUD, location=at, data_class=data_class, holds_data=holds_data)


def _found(graph: Graph, resource: Resource, entry: Entry, value: Any) -> Iterator[str | Unknown | None]:
    """The locations that a value comes to; None where it names a place that cannot be told."""
    if entry.read in ("region", "flag", "model"):
        yield from _BY_VALUE[entry.read](value)
        return
    text = value if isinstance(value, str) else None
    named = _ARN.fullmatch(text) if text is not None else None
    if named is not None and named["region"]:
        yield named["region"]
        return
    property = entry.property
    there = [each for each in graph if each.package == CLOUD and each.custom and not each.is_provider]
    mine = graph.refers(resource, property, *dict.fromkeys(each.type for each in there))
    if text is not None:
        mine = tuple(each for each in mine if _is_called(each, text)) or mine
    found = [location(graph, each) for each in mine if each.urn != resource.urn]
    regional = [seen.value for seen in found if seen.value != EVERYWHERE]
    if regional:
        yield from dict.fromkeys(regional)
    elif text is not None and not text.startswith("arn:") and entry.read == "arn":
        return
    else:
        yield UNKNOWN if text is None else None


def _is_called(resource: Resource, text: str) -> bool:
    names = [
        resource.id,
        *(each.get(key) for key in ("arn", "bucket", "name", "id") for each in (resource.outputs, resource.inputs)),
    ]
    return text in names


def _region(value: Any) -> Sequence[str | Unknown | None]:
    if isinstance(value, Unknown):
        return [UNKNOWN]
    text = str(value)
    arn = _ARN.fullmatch(text)
    return [arn["region"] if arn else text if _REGION.fullmatch(text) else None]


def _flag(value: Any) -> Sequence[str | Unknown | None]:
    if isinstance(value, Unknown):
        return [UNKNOWN]
    return [EVERYWHERE] if value is True else []


def _model(value: Any) -> Sequence[str | Unknown | None]:
    """A model of the region itself is no second place; a profile of a geography, or of all, is one that is not told."""
    if isinstance(value, Unknown):
        return [UNKNOWN]
    profile = str(value).rpartition("/")[2]
    if profile.startswith("global."):
        return [EVERYWHERE]
    if any(profile.startswith(f"{geography}.") for geography in _GEOGRAPHIES):
        return [None]
    arn = _ARN.fullmatch(str(value))
    return [arn["region"]] if arn and arn["region"] else []


_BY_VALUE = {"region": _region, "flag": _flag, "model": _model}
