"""``AzureType``: the record of one resource type of Azure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from lepton_infra.simulator.azure_native.identifiers import ResourcePath, in_group, logical_name, uuid
from lepton_infra.simulator.azure_native.places import Place
from lepton_infra.simulator.azure_native.resource_ids import find
from lepton_infra.simulator.behaviour import Call, Properties, Stored
from lepton_infra.simulator.core import resource_type, uniqueness
from lepton_infra.simulator.core.paths import at
from lepton_infra.simulator.core.resource_type import InUse
from lepton_infra.simulator.determinism import digest


class LiveResource(resource_type.LiveResource[Place]):
    """A live resource of Azure: the call that made or changed it, its id and the subscription it is in."""

    @property
    def name(self) -> str:
        """The last part of the id."""
        return self.id.rpartition("/")[2]

    def seed(self, purpose: str) -> str:
        """Digits for one purpose. They hang on the id and not on the call, so that an update computes the same."""
        return digest(self.call.scope.key, self.id.lower(), purpose)

    def uuid(self, purpose: str) -> str:
        """A UUID for one purpose."""
        return uuid(self.seed(purpose))

    def find(self, type: str, id: Any) -> Stored | None:
        """The live resource with an id, which Azure reads in any case."""
        return find(self.call.scope, id, type)


class Location(Enum):
    """Locations in which a type's resources may be."""

    PROVIDER = auto()
    GLOBAL = auto()
    ANY = auto()


@dataclass(frozen=True, kw_only=True)
class Request:
    """Azure's management model of a type's inputs, and the operation whose path names the resource.

    ``model``: package and class (``storage.BlobContainer``). ``operation``: its group and name.
    """

    model: str
    operation: str


@dataclass(frozen=True, kw_only=True)
class Unique(uniqueness.Unique):
    """The refusal of a second resource of the type in the subscription, or ``worldwide``."""

    worldwide: bool = False


def folded(*paths: str) -> uniqueness.Key:
    """The texts at some paths in small letters; None as long as one of them is not given."""

    def key(inputs: Properties) -> object:
        values = [at(inputs, path) for path in paths]
        return None if None in values else tuple(str(value).lower() for value in values)

    return key


def in_use(code: str) -> InUse:
    """The refusal to delete what others use."""
    return InUse(code=code, message="{id} cannot be deleted while it is in use by {users}")


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """Paths whose change Azure refuses, with its code. ``later``: those that it refuses to switch on later."""

    code: str
    paths: frozenset[str]
    later: frozenset[str] = frozenset()


def inline(property: str, segment: str | None = None) -> Callable[[Stored], Iterator[str]]:
    """``AzureType.parts`` of a type whose resources are given parts in a list of inputs."""

    def parts(stored: Stored) -> Iterator[str]:
        for part in stored.inputs.get(property) or ():
            if isinstance(part, Mapping) and part.get("name"):
                yield f"{stored.id}/{segment or property}/{part['name']}"

    return parts


@dataclass(frozen=True, kw_only=True)
class AzureType(resource_type.ResourceType[LiveResource, Place]):
    """One type of Azure.

    path: its place in resource ids; None: it is not known, and ids tell the token's module and the logical name.
    location: where its resources may be.
    api: the model that its values are held against; None: only the SDK's enumerations and ``formats`` are.
    uncovered: paths whose values nothing checks, with the reason.
    unique: the refusals of a second one, beside that of one with the same id.
    local: paths of what must be in the location of who refers, or of what that stands in ("same region" in each
        service's documentation).
    parts: the ids of what a resource was given inline, or has always.
    fixed: the changes that Azure refuses. What ``immutable`` names replaces the resource ("forceNewMap" of
        pulumi-azure-native), as does every part of its id.
    """

    path: ResourcePath | None = None
    location: Location = Location.PROVIDER
    api: Request | None = None
    uncovered: Mapping[str, str] = field(default_factory=dict)
    unique: tuple[Unique, ...] = ()
    local: tuple[str, ...] = ()
    parts: Callable[[Stored], Iterator[str]] | None = None
    fixed: Fixed | None = None

    def name_of(self, call: Call) -> str:
        """The name of a resource: the last part of its id."""
        return logical_name(call) if self.path is None else self.path.name_of(call)

    def resource_id(self, call: Call) -> str:
        """The id of a new resource."""
        if self.path is not None:
            return self.path.resource_id(call)
        _, module, name = self.token.split(":")
        return in_group(call, f"Microsoft.{module.capitalize()}/{name[0].lower()}{name[1:]}s/{logical_name(call)}")
