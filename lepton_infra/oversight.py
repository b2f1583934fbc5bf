"""Contract of the oversight layer: who did what, who is told, what survives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from lepton_infra.cluster import ClusterOutputs
from lepton_infra.network import NetworkOutputs
from lepton_infra.storage import StorageOutputs

NetworkT = TypeVar("NetworkT", bound=NetworkOutputs)
StorageT = TypeVar("StorageT", bound=StorageOutputs)
ClusterT = TypeVar("ClusterT", bound=ClusterOutputs)


@dataclass(frozen=True, kw_only=True)
class OversightArgs(Generic[NetworkT, StorageT, ClusterT]):
    """What a region asks of its oversight: an audit trail, alerts to ``contacts`` (addresses by role, as the stack file
    names them), an emergency way in for at most ``break_glass_minutes``, and backups of its data bucket.

    ``log_retention_days`` is how long the trail is kept, ``backup_days`` how long a backup is, both within what the law
    of the place allows. ``protect`` is off only in teardown.
    """

    network: NetworkT
    storage: StorageT
    cluster: ClusterT
    contacts: Mapping[str, str]
    break_glass_minutes: int
    log_retention_days: int
    backup_days: int
    key_rotation_days: int
    tags: Mapping[str, str]
    protect: bool


@dataclass(frozen=True, kw_only=True)
class OversightOutputs:
    """What neutral code reads of oversight: where alerts go, as the cloud's own id."""

    alerts: str
