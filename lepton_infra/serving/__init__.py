"""Model serving, written once: speaks only Kubernetes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from lepton_infra.cluster import ClusterOutputs
from lepton_infra.component import Component
from lepton_infra.config import ModelConfig
from lepton_infra.identity import IdentityOutputs
from lepton_infra.node_pool import NodePoolOutputs
from lepton_infra.pins import Pins
from lepton_infra.storage import StorageOutputs


def namespace_of(model: ModelConfig) -> str:
    """The namespace that a model is served in: one for each, so that network policy and identity are its own."""
    return f"serving-{model.name}"


def service_account_of(model: ModelConfig) -> str:
    """The Kubernetes service account that a model's pods run as."""
    return model.name


@dataclass(frozen=True, kw_only=True)
class ServingArgs:
    """What serving needs of the region. ``pools`` and ``identities`` are by pool and model name, ``images`` by lock key."""

    models: Sequence[ModelConfig]
    storage: StorageOutputs
    cluster: ClusterOutputs
    pools: Mapping[str, NodePoolOutputs]
    identities: Mapping[str, IdentityOutputs]
    images: Mapping[str, pulumi.Output[str]]
    pins: Pins
    labels: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ServingOutputs:
    """``endpoints`` are the in-cluster addresses of the models' REST API by model name."""

    endpoints: Mapping[str, str]


class Serving(Component[ServingOutputs]):
    """The model servers of a region and what they need in the cluster."""

    def __init__(self, name: str, args: ServingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("lepton:kubernetes:Serving", name, opts)
        self.publish(ServingOutputs(endpoints={}))
