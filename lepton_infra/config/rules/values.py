"""Values of a region that rules take as parameters, each type annotated with the value's path in the config.

A rule is a function over these types. ``arguments`` looks its values up, in a whole region or in the valid sections of
an invalid file; a rule of which one value is not known does not run. A path that is no path of ``RegionConfig`` fails
when this module is imported, so a misspelt one cannot switch a rule off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, TypeGuard, get_args, get_type_hints

from pydantic import BaseModel

from lepton_infra.compliance.law import law
from lepton_infra.compliance.law.applicable import Applied, applied
from lepton_infra.compliance.law.section import ComplianceConfig
from lepton_infra.config.cloud import CloudSettings
from lepton_infra.config.gateway import GatewayConfig
from lepton_infra.config.models import ModelConfig
from lepton_infra.config.region import NodePoolConfig, RegionConfig, Residency
from lepton_infra.errors import NOTHING, Problem
from lepton_infra.fields import NodeCount


@dataclass(frozen=True)
class At:
    """The path of a value below ``lepton:region``."""

    path: tuple[str, ...]


@dataclass(frozen=True)
class Derived:
    """A value that a function makes of others, once for all rules of a run."""

    make: Callable[..., object]


@dataclass(frozen=True)
class PartialSection:
    """The valid values of a section that is invalid elsewhere, by key; sections inside may be partial too.

    ``completed`` is the section with its defaults for the invalid values, ``NOTHING`` if one of them has no default.
    """

    values: Mapping[str, object]
    completed: object = NOTHING


Rule = Callable[..., Iterator[Problem]]
"""Yields the problems that it finds. Its parameters have types of this module."""

Section = RegionConfig[Any] | PartialSection

RegionName = Annotated[str, At(("name",))]
RegionResidency = Annotated[Residency, At(("residency",))]
Cloud = Annotated[CloudSettings, At(("cloud",))]
NetworkCidr = Annotated[str, At(("network", "cidr"))]
NetworkZones = Annotated[tuple[str, ...], At(("network", "zones"))]
OperatorNetworks = Annotated[tuple[str, ...], At(("cluster", "operator_networks"))]
FewestSystemNodes = Annotated[int, At(("cluster", "system_nodes", "min"))]
MostSystemNodes = Annotated[int, At(("cluster", "system_nodes", "max"))]
Pools = Annotated[tuple[NodePoolConfig, ...], At(("node_pools",))]
Models = Annotated[tuple[ModelConfig, ...], At(("models",))]
Gateway = Annotated[GatewayConfig | None, At(("gateway",))]
GatewayDomain = Annotated[str, At(("gateway", "domain"))]
GatewayClients = Annotated[tuple[str, ...], At(("gateway", "client_networks"))]
Proxies = Annotated[NodeCount, At(("gateway", "replicas"))]
Compliance = Annotated[ComplianceConfig, At(("compliance",))]
LogDays = Annotated[int, At(("retention", "log_days"))]
NoncurrentVersionDays = Annotated[int, At(("storage", "noncurrent_version_days"))]
RotationDays = Annotated[int, At(("encryption", "rotation_days"))]
Tags = Annotated[Mapping[str, str], At(("tags",))]
Adopted = Annotated[Mapping[str, str], At(("adopt",))]


def applicable_law(section: Compliance, residency: RegionResidency) -> Applied:
    """The frameworks that apply to the region, by the law of this library."""
    return applied(section, residency, law.load())


ApplicableLaw = Annotated[Applied, Derived(applicable_law)]


@dataclass(frozen=True)
class Values:
    """The values of one region, or of the valid sections of one, for the rules of one run."""

    region: Section
    derived: dict[Callable[..., object], object] = field(default_factory=dict)

    def arguments(self, function: Callable[..., object]) -> dict[str, object] | None:
        """Arguments of a rule; None if one of its values is not known."""
        found = {name: self._value(source) for name, source in parameters(function).items()}
        return None if NOTHING in found.values() else found

    def _value(self, source: At | Derived) -> object:
        if isinstance(source, At):
            return value_at(self.region, source.path)
        if source.make not in self.derived:
            given = self.arguments(source.make)
            self.derived[source.make] = NOTHING if given is None else source.make(**given)
        return self.derived[source.make]


def value_at(section: object, path: tuple[str, ...]) -> object:
    """The value at a path, a partial section completed; ``NOTHING`` if it is invalid, or in a section left out."""
    for key in path:
        if isinstance(section, PartialSection):
            section = section.values.get(key, NOTHING)
        else:
            section = getattr(section, key, NOTHING)
    return section.completed if isinstance(section, PartialSection) else section


@cache
def parameters(function: Callable[..., object]) -> Mapping[str, At | Derived]:
    """Source of each parameter of a rule.

    Raises:
        TypeError: if a parameter has no type of this module, or its path is none of ``RegionConfig``.
    """
    hints = get_type_hints(function, include_extras=True)
    hints.pop("return", None)
    sources = {name: _source(function, name, hint) for name, hint in hints.items()}
    for source in sources.values():
        if isinstance(source, At):
            _require_path(source.path)
    return sources


def _source(function: Callable[..., object], name: str, hint: object) -> At | Derived:
    for note in getattr(hint, "__metadata__", ()):
        if isinstance(note, At | Derived):
            return note
    rule = f"{function.__module__}.{function.__qualname__}"
    raise TypeError(f"{rule}: {name} has no path; annotate it with a type of {__name__}")


def _require_path(path: tuple[str, ...]) -> None:
    model: type[BaseModel] = RegionConfig
    for depth, key in enumerate(path, start=1):
        if key not in model.model_fields:
            raise TypeError(f"{'.'.join(path)} is no path of RegionConfig; allowed: {', '.join(model.model_fields)}")
        annotation = model.model_fields[key].annotation
        if depth < len(path):
            (model,) = (each for each in (annotation, *get_args(annotation)) if _is_model(each))


def _is_model(annotation: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
