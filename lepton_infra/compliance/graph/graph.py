"""Resource graph: the declared or deployed resources of one stack, as plain records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, Generic, TypeVar

from lepton_infra.compliance.graph import paths
from lepton_infra.compliance.graph.unknown import UNKNOWN as UNKNOWN
from lepton_infra.compliance.graph.unknown import Unknown as Unknown

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource. ``inputs`` are plain values under their wire names (``roleArn``), :data:`UNKNOWN` where a value is
    not known; a secret is there in plain.

    ``outputs`` are what the cloud answered: empty where nothing was made. ``provider`` is the URN of the provider,
    None for a default one and for components. ``depends_on`` are the URNs that any property or option waits for,
    ``property_urns`` those that each property was made of.
    """

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None
    custom: bool = True
    parent: str | None = None
    provider: str | None = None
    protect: bool = False
    retain_on_delete: bool = False
    depends_on: frozenset[str] = frozenset()
    property_urns: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def package(self) -> str:
        """Package of its type; of a provider, the package that it provides."""
        return self.type.removeprefix("pulumi:providers:").partition(":")[0]

    @property
    def is_provider(self) -> bool:
        """True if it is a provider, of a type that begins with ``pulumi:providers:``."""
        return self.type.startswith("pulumi:providers:")

    def get(self, path: str, default: Any = None) -> Any:
        """An input by path, such as ``vpcConfig.subnetIds[0]``; ``default`` where the program set none.

        :data:`UNKNOWN` where the value itself, or anything on the way to it, is not known.
        """
        return paths.member(self.inputs, *paths.steps(path), default=default)

    def seen(self, path: str, default: Any = None) -> Seen[Any]:
        """An input by path, as with :meth:`get`, together with the path, for a finding."""
        return Seen(value=self.get(path, default), resource=self, path=path)

    def says(self, value: T | Unknown, path: str = "") -> Seen[T]:
        """A value concluded from this resource, mainly from its property ``path``."""
        return Seen(value=value, resource=self, path=path)

    def __str__(self) -> str:
        return f"{self.type} {self.name}"


@dataclass(frozen=True, kw_only=True)
class Seen(Generic[T]):
    """A value, and the property of the resource that it was read from or is missing from."""

    value: T | Unknown
    resource: Resource
    path: str = ""


@dataclass(frozen=True, kw_only=True)
class Graph:
    """All resources of one stack, components and providers included, and what is known of the stack itself.

    ``stack`` is its name, ``engine`` the version of the engine that wrote its state. ``backend`` is the address of its
    state, ``secrets_provider`` what encrypts the secrets in it. None where that was not looked at.
    """

    resources: tuple[Resource, ...]
    stack: str = ""
    backend: str | None = None
    secrets_provider: str | None = None
    engine: str | None = None

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources)

    @cached_property
    def by_urn(self) -> Mapping[str, Resource]:
        """The resources by URN."""
        return {resource.urn: resource for resource in self.resources}

    @cached_property
    def _by_type(self) -> Mapping[str, tuple[Resource, ...]]:
        found: dict[str, list[Resource]] = {}
        for resource in self.resources:
            found.setdefault(resource.type, []).append(resource)
        return {type: tuple(each) for type, each in found.items()}

    def of(self, *types: str) -> tuple[Resource, ...]:
        """The resources of these types, in the order of the graph within each; ``*`` matches any text."""
        exact = [each for type in types if "*" not in type for each in self._by_type.get(type, ())]
        wild = [type for type in types if "*" in type]
        more = [each for each in self.resources if any(fnmatchcase(each.type, type) for type in wild)] if wild else []
        return (*exact, *more)

    def packages(self) -> frozenset[str]:
        """Packages of all resources but components."""
        return frozenset(resource.package for resource in self.resources if resource.custom)

    def refers(self, resource: Resource, property: str, *types: str) -> tuple[Resource, ...]:
        """The resources of ``types`` that a property of ``resource`` names: by dependency, id, name or ARN.

        ``property`` is a top-level input. Known values are compared with what the others are called; what is not known
        yet is followed by the URNs that the property was made of.
        """
        made_of = resource.property_urns.get(property, frozenset())
        named = set(paths.texts(resource.inputs.get(property), keys=False))
        return tuple(
            each for each in self.of(*types) if each.urn in made_of or (named and not named.isdisjoint(_called(each)))
        )


def _called(resource: Resource) -> set[str]:
    """Names by which other resources refer to it: its id, and properties that are ids, names, links and ARNs."""
    keys = ("arn", "id", "name", "bucket", "selfLink", "keyId", "resourceId", "vaultUri")
    values = [resource.id, *(each.get(key) for key in keys for each in (resource.outputs, resource.inputs))]
    return {value for value in values if isinstance(value, str) and value}
