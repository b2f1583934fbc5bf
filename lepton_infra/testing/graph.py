"""Declared resources of a program as plain records: no engine, no event loop, no outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

from lepton_infra.compliance.graph import paths
from lepton_infra.simulator.schema import member


@dataclass(frozen=True, kw_only=True)
class Declared:
    """One resource as the program registered it, and what the embedded cloud answered.

    ``inputs`` and ``outputs`` are plain values under their wire names (``roleArn``); a secret is there in plain and its
    path is in ``secrets``. ``provider`` is the URN of the provider that makes it, None for a component, ``providers``
    those that a component hands to its children by package. Options that the program did not set are empty.
    """

    type: str
    name: str
    urn: str
    custom: bool
    parent: str | None
    id: str | None
    provider: str | None
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    secrets: tuple[str, ...] = ()
    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool = False
    import_id: str | None = None
    aliases: tuple[str, ...] = ()
    providers: Mapping[str, str] = field(default_factory=dict)
    dependencies: frozenset[str] = frozenset()
    property_dependencies: Mapping[str, frozenset[str]] = field(default_factory=dict)
    deleted_with: str | None = None
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    custom_timeouts: Mapping[str, str] = field(default_factory=dict)

    @property
    def package(self) -> str:
        """The package that the type belongs to; of a provider, the one that it provides."""
        return self.type.removeprefix("pulumi:providers:").partition(":")[0]

    @property
    def is_provider(self) -> bool:
        """True if this is a provider and not one of its resources."""
        return self.type.startswith("pulumi:providers:")

    @property
    def provider_name(self) -> str | None:
        """The logical name of the provider that makes it."""
        return self.provider.rpartition("::")[2] if self.provider else None

    @property
    def needs(self) -> frozenset[str]:
        """The URNs that it waits for, through an option or through any property."""
        return self.dependencies.union(*self.property_dependencies.values())

    def __getitem__(self, path: str) -> Any:
        """An input by path: ``resource["vpcConfig.subnetIds[0]"]``.

        Raises:
            KeyError: if the program did not set it; the message lists what it did set.
        """
        try:
            return paths.below(self.inputs, *paths.steps(path))
        except LookupError:
            raise KeyError(f"{self.name} sets no {path}; it sets {', '.join(input_paths(self.inputs))}") from None

    def __str__(self) -> str:
        return f"{self.type} {self.name}"


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """One call of a data source. ``provider`` is the URN of the provider that answered, None for a default one."""

    token: str
    arguments: Mapping[str, Any]
    provider: str | None


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Everything that one run declared. ``resources`` are in the order of their URNs, so that two runs compare."""

    resources: tuple[Declared, ...]
    invocations: tuple[Invocation, ...] = ()
    exports: Mapping[str, Any] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Declared]:
        return iter(self.resources)

    def __len__(self) -> int:
        return len(self.resources)

    def __getitem__(self, name: str) -> Declared:
        """The one resource with this logical name, or with this URN.

        Raises:
            LookupError: if there is none (the message names the nearest) or more than one.
        """
        found = [resource for resource in self.resources if name in (resource.name, resource.urn)]
        if len(found) == 1:
            return found[0]
        if found:
            raise LookupError(f"{name!r} names {', '.join(map(str, found))}; ask by URN")
        near = get_close_matches(name, [resource.name for resource in self.resources], n=3)
        hint = f"; near: {', '.join(near)}" if near else ""
        raise LookupError(f"nothing is named {name!r}{hint}")

    def of(self, type: str) -> tuple[Declared, ...]:
        """The resources of a type; ``*`` matches any text: ``*:Deployment``."""
        return tuple(resource for resource in self.resources if fnmatchcase(resource.type, type))

    def children(self, parent: Declared) -> tuple[Declared, ...]:
        """The resources whose parent this is."""
        return tuple(resource for resource in self.resources if resource.parent == parent.urn)

    def descendants(self, ancestor: Declared) -> tuple[Declared, ...]:
        """The children, their children and so on."""
        found = list(self.children(ancestor))
        for resource in found:
            found += self.children(resource)
        return tuple(sorted(found, key=lambda resource: resource.urn))

    def dependencies(self, resource: Declared) -> tuple[Declared, ...]:
        """Everything that must exist before this resource, at any distance. Parents alone are not waited for."""
        by_urn = {each.urn: each for each in self.resources}
        seen: set[str] = set()
        waiting = [resource]
        while waiting:
            fresh = (waiting.pop().needs & by_urn.keys()) - seen
            seen |= fresh
            waiting += [by_urn[urn] for urn in fresh]
        return tuple(by_urn[urn] for urn in sorted(seen))

    def input_paths(self) -> list[tuple[str, str]]:
        """Every (type, property path) that the program set, list indices as ``[*]``: what a check can cover."""
        paths = {(resource.type, path) for resource in self if resource.custom for path in input_paths(resource.inputs)}
        return sorted(paths)


def input_paths(value: Any, path: str = "") -> list[str]:
    """The paths of the leaves of ``value``, sorted, each once, list indices as ``[*]``."""
    if isinstance(value, Mapping) and value:
        nested = [each for key, item in value.items() for each in input_paths(item, member(path, key))]
    elif isinstance(value, list) and value:
        nested = [each for item in value for each in input_paths(item, f"{path}[*]")]
    else:
        nested = [path] if path else []
    return sorted(set(nested))
