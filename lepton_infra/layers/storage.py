"""Contract of the storage layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import pulumi

from lepton_infra.layers.network import Endpoint, NetworkOutputs

NetworkT = TypeVar("NetworkT", bound=NetworkOutputs)


@dataclass(frozen=True, kw_only=True)
class StorageArgs(Generic[NetworkT]):
    """Arguments of the buckets: one for models, one for data, one for their access log.

    ``noncurrent_version_days`` bounds how long a replaced or deleted object lives on. ``network`` is for clouds whose
    stores are reached through an address in it.
    """

    network: NetworkT
    noncurrent_version_days: int


@dataclass(frozen=True, kw_only=True)
class BucketOutputs:
    """One bucket as neutral code sees it.

    ``path`` is what follows the remote's name in rclone, ``bucket[/prefix]``; ``uri`` is the cloud's own form.
    """

    path: pulumi.Output[str]
    uri: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class StorageOutputs:
    """Outputs of storage that neutral code reads; a cloud widens it for its own identity layer.

    ``rclone`` is the remote's configuration without any secret, as rclone's option names (``type``, ``provider``,
    ``env_auth``, ``region`` …): the pod's own identity is the credential. ``endpoints`` are where the store
    answers: all that pods who read it are let out to, beside what their identity needs.
    """

    models: BucketOutputs
    data: BucketOutputs
    rclone: Mapping[str, str]
    endpoints: Sequence[Endpoint]
