"""Identifiers and refusals that all resource types of Compute Engine share."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.gcp.identifiers import Identifiers
from lepton_infra.simulator.gcp.resource_type import Reference, Unique

TAKEN: Final = Unique(code="alreadyExists", message="The resource '{id}' already exists")


def identifiers(path: str) -> Identifiers:
    """The provider id and self link of a type whose collection is at a path of the project."""
    link = "https://www.googleapis.com/compute/v1/{id}"
    return Identifiers(id=f"projects/{{project}}/{path}/{{name}}", link=link)


def missing() -> Reference:
    """A reference to a type, with Compute Engine's refusal of one that is dangling."""
    return Reference(code="notFound", message="The resource '{given}' was not found")
