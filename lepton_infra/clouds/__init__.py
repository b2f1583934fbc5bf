"""What a cloud is, and how one is found: a folder here is a cloud, and nothing else lists them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, Generic, TypeVar

import pulumi

from lepton_infra.compliance.facts import Facts, kubernetes
from lepton_infra.compliance.graph.graph import Graph
from lepton_infra.compliance.guardrails.args import Documents, GuardrailArgs
from lepton_infra.compliance.law.geography import Geography
from lepton_infra.compliance.law.locations import Locations, read
from lepton_infra.compliance.law.obligations import Waiver
from lepton_infra.config import rules
from lepton_infra.config.cloud import CloudSettings
from lepton_infra.config.region import RegionConfig
from lepton_infra.config.rules.values import Section
from lepton_infra.errors import Problem
from lepton_infra.layers.adoption import Transformation
from lepton_infra.layers.cluster import ClusterArgs, ClusterOutputs
from lepton_infra.layers.component import Component
from lepton_infra.layers.identity import IdentityArgs, IdentityOutputs
from lepton_infra.layers.network import NetworkArgs, NetworkOutputs
from lepton_infra.layers.node_pool import Accelerator, NodePoolArgs, NodePoolOutputs
from lepton_infra.layers.oversight import OversightArgs, OversightOutputs
from lepton_infra.layers.registry import RegistryArgs, RegistryOutputs
from lepton_infra.layers.storage import StorageArgs, StorageOutputs

S = TypeVar("S", bound=CloudSettings)
N = TypeVar("N", bound=NetworkOutputs)
St = TypeVar("St", bound=StorageOutputs)
C = TypeVar("C", bound=ClusterOutputs)


@dataclass(frozen=True, kw_only=True)
class Cloud(Generic[S, N, St, C]):
    """One implementation of each layer, as constructors ``(name, args, settings, opts)``.

    The type parameters tie the layers of one cloud together: a cluster of one cloud over a network of another is a type
    error at the line that says ``CLOUD =``. ``provider`` returns None where there is no cloud to ask, only a cluster.
    ``transformations`` apply to everything that the layers declare, and hold what the vendor's SDK needs everywhere.

    The rest are facts for the suite that every cloud passes: ``example`` is the smallest valid ``cloud:`` section,
    ``residency`` the jurisdiction where that is, ``zones`` three of its zones, ``gpu`` a GPU kind and a count for each
    node that are to be had there; ``stateful`` are the resource types that hold what cannot be made again, or the key
    to it.
    """

    settings: type[S]
    provider: Callable[[str, S, pulumi.ResourceOptions], pulumi.ProviderResource | None]
    network: Callable[[str, NetworkArgs, S, pulumi.ResourceOptions], Component[N]]
    storage: Callable[[str, StorageArgs[N], S, pulumi.ResourceOptions], Component[St]]
    registry: Callable[[str, RegistryArgs[N], S, pulumi.ResourceOptions], Component[RegistryOutputs]]
    cluster: Callable[[str, ClusterArgs[N], S, pulumi.ResourceOptions], Component[C]]
    node_pool: Callable[[str, NodePoolArgs[C], S, pulumi.ResourceOptions], Component[NodePoolOutputs]]
    identity: Callable[[str, IdentityArgs[C, St], S, pulumi.ResourceOptions], Component[IdentityOutputs]]
    oversight: Callable[[str, OversightArgs[N, St, C], S, pulumi.ResourceOptions], Component[OversightOutputs]]
    example: Mapping[str, object]
    residency: str
    zones: Sequence[str]
    gpu: tuple[Accelerator, int]
    stateful: frozenset[str]
    transformations: Sequence[Transformation] = ()


def names() -> list[str]:
    """The clouds there are, sorted."""
    return sorted(module.name for module in iter_modules(__path__) if module.ispkg)


def settings(name: str) -> type[CloudSettings]:
    """The model of one cloud's section of a stack file, without the vendor's SDK: checking a file takes no time.

    Raises:
        ValueError: if there is no such cloud; the message lists those there are.
    """
    found: type[CloudSettings] = _module(name, "settings").Settings
    return found


def load(name: str) -> Cloud[Any, Any, Any, Any]:
    """Import one cloud, and with it one vendor's SDK.

    Raises:
        ValueError: if there is no such cloud; the message lists those there are.
    """
    cloud: Cloud[Any, Any, Any, Any] = _module(name, "cloud").CLOUD
    return cloud


def facts(graph: Graph) -> Facts:
    """What a graph comes to, read without a vendor's SDK by every cloud whose package it has, and by Kubernetes.

    Resources of other packages are passed over.
    """
    read = kubernetes.read(graph)
    for name in names():
        facts_of = _module(name, "facts")
        if facts_of.PACKAGE in graph.packages():
            read += facts_of.read(graph)
    return read


def guardrails(name: str) -> Callable[[CloudSettings, GuardrailArgs], Documents]:
    """What writes the fences of an account of this cloud, without the vendor's SDK."""
    found: Callable[[CloudSettings, GuardrailArgs], Documents] = _module(name, "guardrails").guardrails
    return found


def image_prefix(settings: CloudSettings, stack: str) -> str:
    """What the names of all images of a region begin with."""
    found: str = _module(settings.name, "guardrails").image_prefix(settings, stack)
    return found


def problems(region: RegionConfig[Any], sections: Section | None = None) -> list[Problem]:
    """What is wrong between the values of a region: by the rules of every cloud, then by those of its own.

    ``sections`` are the valid ones of an invalid file, which ``region`` is made of. A cloud says nothing of a value
    that is refused already. Pure, without the vendor's SDK.
    """
    found = rules.problems(region if sections is None else sections)
    refused = {problem.path for problem in found}
    asked: list[Problem] = _module(region.cloud.name, "validation").problems(region.cloud, region)
    return found + [problem for problem in asked if problem.path not in refused]


def waivers(region: RegionConfig[Any]) -> tuple[Waiver, ...]:
    """Controls that the region's cloud cannot keep, each with the reason. They follow from the file alone."""
    return tuple(_module(region.cloud.name, "waivers").waivers(region))


def locations() -> Mapping[str, Locations]:
    """Where the locations of each cloud are. One that stands nowhere but where its operator puts it has no file."""
    files = {name: Path(__file__).parent / name / "locations.yaml" for name in names()}
    return {name: read(file) for name, file in files.items() if file.exists()}


@cache
def geography() -> Geography:
    """The countries of all locations of all clouds. Each cloud's file is read once."""
    files = locations()
    return Geography(
        countries={name: file.countries for name, file in files.items()},
        zones={name: file.zone for name, file in files.items() if file.zone},
        pairs={name: file.pairs for name, file in files.items()},
    )


def _module(name: str, part: str) -> ModuleType:
    if name not in names():
        raise ValueError(f"unknown cloud {name!r}; allowed: {', '.join(names())}")
    return import_module(f"{__name__}.{name}.{part}")
