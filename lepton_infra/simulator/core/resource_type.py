"""``ResourceType``: everything that the simulator knows of one resource type, as one record.

A cloud's folder has a subclass with what is its own (``AwsType`` adds ARNs and the API's request) and one file for each
service, which holds the records of the service's types. See ``core/__init__`` for how the phases run over them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from lepton_infra.simulator.behaviour import Bucket, Call, Failure, Properties, Stored
from lepton_infra.simulator.determinism import digest
from lepton_infra.simulator.formats import Format

Place = TypeVar("Place")
"""Location of a provider's calls: an account and region, a subscription, a project."""


@dataclass(frozen=True, kw_only=True)
class LiveResource(Generic[Place]):
    """A resource whose outputs are being computed: the call that made or changed it, its provider id and its place."""

    call: Call
    id: str
    place: Place

    def seed(self, purpose: str) -> str:
        """Digits for one purpose. They hang on the id and not on the call, so that an update computes the same."""
        return digest(self.call.scope.key, self.call.type, self.id, purpose)


Live = TypeVar("Live", bound=LiveResource[Any])

Outputs = Mapping[str, Any]
InputRule = Callable[[Properties, Place], Iterator[Failure]]
Precondition = Callable[[Call], None]


@dataclass(frozen=True, kw_only=True)
class Reference:
    """An identifier by which resources name a resource of one or more types, and the refusal of one that is dangling.

    ``message`` may hold ``{given}``. The types that it may name are those that say ``referred_to`` of it.
    """

    code: str
    message: str

    def missing(self, given: str) -> str:
        """The cloud's message that ``given`` does not exist."""
        return self.message.format(given=given)


@dataclass(frozen=True, kw_only=True)
class InUse:
    """The cloud's refusal to delete a resource that others use. ``message`` may hold ``{id}`` and ``{users}``."""

    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Use:
    """A dependency that holds another resource alive: users name one of type ``target`` in the input ``property``.

    With the input ``unless`` of the target the cloud ends the use by itself.
    """

    target: str
    property: str
    refusal: InUse
    unless: str | None = None


def nothing_computed(live: LiveResource[Any]) -> Outputs:
    """Outputs of a type that only gives its inputs back."""
    return {}


NOTHING: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, kw_only=True)
class ResourceType(Generic[Live, Place]):
    """One simulated type. All but ``token`` may be left out; a type without a record is one with the token alone.

    At check, which sees unknowns:
    formats: what the cloud's API model cannot say of a property's value, by path (``vpcConfig.subnetIds``; list indices
        left out).
    input_rules: inputs of one resource that do not go together; unknowns are taken for right.

    Before a creation or change, in this order:
    references: the paths of inputs that name another resource, and what they name.
    preconditions: all else that the cloud demands of what is around the resource. They raise ``CloudError``.
    overwrites: a second creation puts what is there already.

    After it:
    defaults: what the cloud fills in where a program says nothing: the values that come back as outputs.
    outputs: what the cloud computes, over the defaults.
    implies: the paths of outputs that name a resource which no program declares, and what they name.
    referred_to: the identifier by which others refer to a resource of this type.

    On a change: ``immutable`` are the paths whose change replaces the resource.

    On a deletion:
    uses: the resources that are not deleted before this one.
    deletion_rules: protection, and other reasons to refuse. They raise ``CloudError``.
    cascade: what is deleted with a resource of this type.

    For objects and faults: ``bucket``, ``sku_zones`` as in ``behaviour.Behaviour``.
    """

    token: str
    formats: Mapping[str, Format] = field(default_factory=dict)
    input_rules: tuple[InputRule[Place], ...] = ()
    references: Mapping[str, Reference] = field(default_factory=dict)
    preconditions: tuple[Precondition, ...] = ()
    overwrites: bool = False
    defaults: Mapping[str, Any] = field(default_factory=dict)
    outputs: Callable[[Live], Outputs] = nothing_computed
    implies: Mapping[str, Reference] = field(default_factory=dict)
    referred_to: Reference | None = None
    immutable: frozenset[str] = frozenset()
    uses: tuple[Use, ...] = ()
    deletion_rules: tuple[Precondition, ...] = ()
    cascade: Callable[[Call], Iterable[Stored]] | None = None
    bucket: Callable[[Stored], Bucket] | None = None
    sku_zones: Callable[[Call], list[tuple[str, str]]] | None = None


def paths(text: str) -> frozenset[str]:
    """Property paths, written one after another with spaces between."""
    return frozenset(text.split())
