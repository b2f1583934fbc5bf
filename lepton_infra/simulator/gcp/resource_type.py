"""``GcpType``: the record of one resource type of Google Cloud."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from lepton_infra.simulator.behaviour import Call, Stored
from lepton_infra.simulator.core import resource_type, uniqueness
from lepton_infra.simulator.core.resource_type import InUse, Use
from lepton_infra.simulator.gcp.identifiers import Identifiers, digits
from lepton_infra.simulator.gcp.places import Place

# Addresses set aside for benchmarks (RFC 2544), which nobody on the internet answers on.
_PUBLIC_ADDRESSES: Final = ipaddress.IPv4Network("198.18.0.0/15")


class LiveResource(resource_type.LiveResource[Place]):
    """A live resource of Google Cloud: the call that made or changed it, its provider id, its project and region."""

    def number(self, purpose: str, count: int = 19) -> str:
        """A decimal number for one purpose."""
        return digits(count, self.seed(purpose))

    def offset(self, purpose: str) -> int:
        """The place of an address in a range, for one purpose."""
        return int(self.seed(purpose)[:8], 16) % (_PUBLIC_ADDRESSES.num_addresses - 2)

    def public_address(self, purpose: str) -> str:
        """A public address for one purpose."""
        return str(_PUBLIC_ADDRESSES[1 + self.offset(purpose)])


@dataclass(frozen=True, kw_only=True)
class Reference(resource_type.Reference):
    """An identifier by which resources name another, and Google's refusal of one that is dangling.

    ``find`` looks up what is named otherwise than by id, self link or any end of them. ``ours`` says whether the target
    must be in the project at all.
    """

    code: str = "NOT_FOUND"
    find: Callable[[Call, str], Stored | None] | None = None
    ours: Callable[[Call, str], bool] = lambda call, given: True


@dataclass(frozen=True, kw_only=True)
class Unique(uniqueness.Unique):
    """The refusal of a second resource with the same provider id.

    ``kept`` is the reason why the id stays taken after a deletion. There is no clock here: a name that is free again
    after days stays taken as long as the store lives.
    """

    kept: str | None = None


def taken(kept: str | None = None) -> Unique:
    """The refusal of most services."""
    return Unique(code="ALREADY_EXISTS", message="Requested entity already exists: {id}", kept=kept)


@dataclass(frozen=True)
class OfSchema:
    """A property that goes to another schema: ``document#Schema[.member]``."""

    schema: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """The schema of Google's discovery documents that carries a type's inputs: ``document#Schema[.member]``.

    Without one the formats of single values are all there is. Properties find their member by name (case and plural
    aside). ``names`` are the exceptions by path: the member inside that of the property which holds them, or
    ``OfSchema``. ``uncovered`` are paths whose values nothing checks, with the reason. Booleans have no values to
    check.
    """

    schema: str | None
    names: Mapping[str, str | OfSchema] = field(default_factory=dict)
    uncovered: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class GcpType(resource_type.ResourceType[LiveResource, Place]):
    """One type of Google Cloud.

    identifiers: its provider id, self link and physical name.
    service: the API that a project must turn on before, where it is not that of the type's module.
    api: the schema that its values are held against; None: nobody checks them.
    unique: the refusal of a second one that does not overwrite the first; None where no two can have one id.
    links: paths that say themselves where they lead, though nothing is looked up there.
    only_global: its one location is ``global``.
    grant_on: of a grant of a role, the input that names what it is on.
    part_of: the path in ``references`` of what takes a resource with it when it is deleted.
    """

    identifiers: Identifiers = field(default_factory=lambda: Identifiers(name=None))
    service: str | None = None
    api: Request | None = None
    unique: Unique | None = field(default_factory=taken)
    references: Mapping[str, Reference] = field(default_factory=dict)
    implies: Mapping[str, Reference] = field(default_factory=dict)
    referred_to: Reference | None = None
    links: tuple[str, ...] = ()
    only_global: bool = False
    grant_on: str | None = None
    part_of: str | None = None

    def used_at(self, property: str, unless: str | None = None) -> Use:
        """A use of this type by resources that name it in an input."""
        word = self.token.rpartition(":")[2].lower()
        message = f"The {word} resource '{{id}}' is already being used by '{{users}}'"
        refusal = InUse(code="resourceInUseByAnotherResource", message=message)
        return Use(target=self.token, property=property, refusal=refusal, unless=unless)
