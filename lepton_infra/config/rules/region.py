"""Rules of the region as a whole: system nodes, tags, adoption."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lepton_infra.config.region import REQUIRED_TAGS
from lepton_infra.config.rules.lists import count
from lepton_infra.config.rules.values import Adopted, FewestSystemNodes, MostSystemNodes, RegionName, Tags
from lepton_infra.errors import NOTHING, Problem
from lepton_infra.fields import NodeCount

MOST_TAGS = 40
"""Clouds allow 50 tags on a resource; the rest is for those that we and the clouds add."""

_KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_VALUE = re.compile(r"[A-Za-z0-9 ._:/=+@-]{1,63}")
_KEY_ALLOWED = "1 to 63 lowercase letters, digits, hyphens and underscores, a letter first"
_VALUE_ALLOWED = "1 to 63 letters, digits, spaces and . _ : / = + @ -"


def system_nodes(fewest: FewestSystemNodes, most: MostSystemNodes) -> Iterator[Problem]:
    """There is always a node for the cluster's own pods."""
    path = ("cluster", "system_nodes")
    yield from count(path, NodeCount(min=fewest, max=most))
    if fewest == 0:
        message = "leaves no node for the cluster's own pods"
        yield Problem(path=(*path, "min"), given=0, message=message, allowed="1 or more; 2 survive the loss of a node")


def tags(tags: Tags) -> Iterator[Problem]:
    """Required tags are there; keys and values are legal on every cloud; no reserved prefix is used."""
    for key in REQUIRED_TAGS:
        if key not in tags:
            yield Problem(path=("tags", key), given=NOTHING, message="is missing", allowed=_VALUE_ALLOWED)
    if len(tags) > MOST_TAGS:
        yield Problem(path=("tags",), message=f"has {len(tags)} tags", allowed=f"at most {MOST_TAGS}")
    for key, value in tags.items():
        if ":" in key:
            message = "has a reserved prefix: lepton: is ours, and clouds reserve their own; leave the prefix out"
            yield Problem(path=("tags", key), given=key, message=message, allowed=_KEY_ALLOWED)
        elif not _KEY.fullmatch(key):
            yield Problem(path=("tags", key), given=key, message="is not a tag key", allowed=_KEY_ALLOWED)
        if not _VALUE.fullmatch(value):
            yield Problem(path=("tags", key), given=value, message="is not a tag value", allowed=_VALUE_ALLOWED)


def adopted(name: RegionName, adopt: Adopted) -> Iterator[Problem]:
    """Adopted objects are resources of this region and have an id."""
    for logical, id in adopt.items():
        if not logical.startswith(f"{name}-"):
            message = "is not the logical name of a resource of this region"
            yield Problem(path=("adopt", logical), given=logical, message=message, allowed=f"names like {name}-…")
        if not id.strip():
            message = "is empty; give the id by which the cloud knows the object, or remove the key"
            yield Problem(path=("adopt", logical), given=id, message=message)
