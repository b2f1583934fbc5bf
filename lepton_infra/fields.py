"""Field types of stack files: the closed base model, names, CIDRs, zones, host names and bounded integers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer


class Strict(BaseModel):
    """Closed and constant: unknown keys are errors, values never change after parsing."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def text(pattern: str, meaning: str) -> Any:
    """A string of one form. Editors show ``patternErrorMessage`` where the pattern fails, and so do our own errors."""
    return Field(pattern=pattern, json_schema_extra={"patternErrorMessage": meaning})


def frozen(value: Mapping[str, str]) -> Mapping[str, str]:
    """A copy that cannot be changed."""
    return MappingProxyType(dict(value))


def whole(least: int, most: int | None = None) -> Any:
    """A whole number within bounds; ``"3"`` and ``3.0`` are not."""
    return Field(strict=True, ge=least, le=most)


Name = Annotated[
    str,
    text(
        r"^[a-z][a-z0-9-]{0,18}[a-z0-9]$",
        "2 to 20 lowercase letters, digits and hyphens, a letter first and no hyphen last",
    ),
]
"""Names of regions, pools and models: short enough to stay legal in every physical name built from them."""

Cidr = Annotated[
    str,
    text(r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$", "an IPv4 network with prefix length, such as 10.16.0.0/16"),
]
Zone = Annotated[str, text(r"^[a-z0-9][a-z0-9-]*$", "a zone's name in lowercase letters, digits and hyphens")]
Zones = tuple[Zone, ...]
CapacityId = Annotated[str, text(r"^\S+$", "the cloud's own id, without spaces")]
Host = Annotated[
    str,
    text(
        r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$",
        "a host name of two labels or more in lowercase, such as inference.example.com",
    ),
]
Strings = Annotated[Mapping[str, str], AfterValidator(frozen), PlainSerializer(dict, return_type=dict[str, str])]


class NodeCount(Strict):
    """Minimum and maximum number of nodes or replicas, in total over all zones."""

    min: Annotated[int, whole(0, 1000)]
    """Fewest at any time."""
    max: Annotated[int, whole(1, 1000)]
    """Most at any time: the bound of the bill."""
