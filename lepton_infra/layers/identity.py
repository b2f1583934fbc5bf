"""Contract of the identity layer: what a pod may do in the cloud, without a stored credential."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import pulumi

from lepton_infra.layers.cluster import ClusterOutputs
from lepton_infra.layers.network import Endpoint
from lepton_infra.layers.storage import StorageOutputs

ClusterT = TypeVar("ClusterT", bound=ClusterOutputs)
StorageT = TypeVar("StorageT", bound=StorageOutputs)


@dataclass(frozen=True, kw_only=True)
class IdentityArgs(Generic[ClusterT, StorageT]):
    """Arguments of a workload identity: ``service_account`` in ``namespace`` reads ``prefix`` of the models bucket."""

    cluster: ClusterT
    storage: StorageT
    namespace: str
    service_account: str
    prefix: str


TOKEN_FOLDER = "/var/run/lepton"
TOKEN_PATH = f"{TOKEN_FOLDER}/token"
"""Where a pod finds its own short-lived token, if its identity asks for one."""


@dataclass(frozen=True, kw_only=True)
class IdentityOutputs:
    """``annotations`` go on the service account, ``labels`` on its pods; ``ready`` is the id of the binding.

    ``endpoints`` are where pods get their credential: they are opened to them, beside those of the store. Where
    nothing in the cluster hands out credentials, ``environment`` is what the fetching container needs to get them
    itself, for the service account's token of ``token_audience``, which is then put at ``TOKEN_PATH``.
    """

    annotations: Mapping[str, pulumi.Input[str]]
    labels: Mapping[str, str]
    endpoints: Sequence[Endpoint] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    token_audience: str | None = None
    ready: pulumi.Output[str]
