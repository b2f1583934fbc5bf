"""Cloud: the record of one cloud's layers, bound to a region or found by the name of its folder here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

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
from lepton_infra.layers.context import Context
from lepton_infra.layers.identity import IdentityArgs, IdentityOutputs
from lepton_infra.layers.network import NetworkArgs, NetworkOutputs
from lepton_infra.layers.node_pool import Accelerator, NodePoolArgs, NodePoolOutputs
from lepton_infra.layers.oversight import OversightArgs, OversightOutputs
from lepton_infra.layers.registry import RegistryArgs, RegistryOutputs
from lepton_infra.layers.storage import StorageArgs, StorageOutputs

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

S = TypeVar("S", bound=CloudSettings)
N = TypeVar("N", bound=NetworkOutputs)
St = TypeVar("St", bound=StorageOutputs)
C = TypeVar("C", bound=ClusterOutputs)
A = TypeVar("A")
Out = TypeVar("Out", bound="DataclassInstance")


@dataclass(frozen=True, kw_only=True)
class Cloud(Generic[S, N, St, C]):
    """One implementation of each layer, as constructors ``(name, args, context, settings, opts)``.

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
    network: Callable[[str, NetworkArgs, Context, S, pulumi.ResourceOptions], Component[N]]
    storage: Callable[[str, StorageArgs[N], Context, S, pulumi.ResourceOptions], Component[St]]
    registry: Callable[[str, RegistryArgs[N], Context, S, pulumi.ResourceOptions], Component[RegistryOutputs]]
    cluster: Callable[[str, ClusterArgs[N], Context, S, pulumi.ResourceOptions], Component[C]]
    node_pool: Callable[[str, NodePoolArgs[C], Context, S, pulumi.ResourceOptions], Component[NodePoolOutputs]]
    identity: Callable[[str, IdentityArgs[C, St], Context, S, pulumi.ResourceOptions], Component[IdentityOutputs]]
    oversight: Callable[[str, OversightArgs[N, St, C], Context, S, pulumi.ResourceOptions], Component[OversightOutputs]]
    example: Mapping[str, object]
    residency: str
    zones: Sequence[str]
    gpu: tuple[Accelerator, int]
    stateful: frozenset[str]
    transformations: Sequence[Transformation] = ()

    def bound(self, settings: S, context: Context, opts: pulumi.ResourceOptions) -> BoundCloud[N, St, C]:
        """This cloud for one region, with its provider made: what the layers share is said here once.

        ``opts`` are those of the provider and of every layer.
        """
        provider = self.provider(f"{context.region}-cloud", settings, opts)
        shared = pulumi.ResourceOptions(
            providers=[provider] if provider else [], transformations=list(self.transformations)
        )
        return BoundCloud(
            cloud=self, settings=settings, context=context, opts=pulumi.ResourceOptions.merge(opts, shared)
        )


@dataclass(frozen=True, kw_only=True)
class BoundCloud(Generic[N, St, C]):
    """A cloud with the provider, transformations, context and settings of one region.

    Each method makes a layer under its logical name, which is part of the state, and returns the layer's outputs.
    """

    cloud: Cloud[Any, N, St, C]
    settings: CloudSettings
    context: Context
    opts: pulumi.ResourceOptions

    def network(self, args: NetworkArgs) -> N:
        """The network, ``<region>-network``."""
        return self._made(self.cloud.network, "network", args)

    def storage(self, args: StorageArgs[N]) -> St:
        """The buckets, ``<region>-storage``."""
        return self._made(self.cloud.storage, "storage", args)

    def registry(self, args: RegistryArgs[N]) -> RegistryOutputs:
        """The image registry, ``<region>-registry``."""
        return self._made(self.cloud.registry, "registry", args)

    def cluster(self, args: ClusterArgs[N]) -> C:
        """The cluster, ``<region>-cluster``."""
        return self._made(self.cloud.cluster, "cluster", args)

    def oversight(self, args: OversightArgs[N, St, C]) -> OversightOutputs:
        """Audit trail, alerts and backups, ``<region>-oversight``."""
        return self._made(self.cloud.oversight, "oversight", args)

    def node_pool(self, args: NodePoolArgs[C]) -> NodePoolOutputs:
        """A node pool, ``<region>-pool-<pool>``."""
        return self._made(self.cloud.node_pool, f"pool-{args.pool}", args)

    def identity(self, model: str, args: IdentityArgs[C, St]) -> IdentityOutputs:
        """The workload identity of a model's pods, ``<region>-identity-<model>``."""
        return self._made(self.cloud.identity, f"identity-{model}", args)

    def _made(
        self,
        make: Callable[[str, A, Context, Any, pulumi.ResourceOptions], Component[Out]],
        purpose: str,
        args: A,
    ) -> Out:
        return make(f"{self.context.region}-{purpose}", args, self.context, self.settings, self.opts).outputs


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
    """Facts of a graph, read without a vendor's SDK by every cloud whose package it has, and by Kubernetes.

    Resources of other packages are passed over.
    """
    read = kubernetes.read(graph)
    for name in names():
        facts_of = _module(name, "facts")
        if facts_of.PACKAGE in graph.packages():
            read += facts_of.read(graph)
    return read


def guardrails(name: str) -> Callable[[CloudSettings, GuardrailArgs], Documents]:
    """The function that writes the organisation policies of an account of this cloud, without the vendor's SDK."""
    found: Callable[[CloudSettings, GuardrailArgs], Documents] = _module(name, "guardrails").guardrails
    return found


def image_prefix(settings: CloudSettings, stack: str) -> str:
    """Prefix of the names of a region's images."""
    found: str = _module(settings.name, "guardrails").image_prefix(settings, stack)
    return found


def problems(region: RegionConfig[Any], sections: Section | None = None) -> list[Problem]:
    """Invalid values of a region, by the rules of every cloud, then by those of its own.

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
    """Locations of each cloud, from its ``locations.yaml``. A private site has no such file."""
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
