"""Contract of the oversight layer: audit trail, alerts, break-glass access, backups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import pulumi

from lepton_infra.layers.cluster import ChartRelease, ClusterOutputs
from lepton_infra.layers.network import Endpoint, NetworkOutputs
from lepton_infra.layers.storage import StorageOutputs

NetworkT = TypeVar("NetworkT", bound=NetworkOutputs)
StorageT = TypeVar("StorageT", bound=StorageOutputs)
ClusterT = TypeVar("ClusterT", bound=ClusterOutputs)


@dataclass(frozen=True, kw_only=True)
class EventSource:
    """Source of the inference log: containers called ``container`` in ``namespace``, on standard output,
    one JSON object for each request and nothing else of it."""

    namespace: str
    container: str


@dataclass(frozen=True, kw_only=True)
class EventCollector:
    """Collector of events over OTLP that sends them to the region's log, where the cloud does not collect what
    containers write.

    ``chart`` is installed beside the source. Its pods have ``labels``, answer at its Service ``service`` on ``port``,
    and reach ``endpoints`` for their credential; ``ready`` is the id of what lets them write.
    """

    chart: ChartRelease
    service: str
    port: int
    labels: Mapping[str, str]
    endpoints: Sequence[Endpoint]
    ready: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class OversightArgs(Generic[NetworkT, StorageT, ClusterT]):
    """Arguments of oversight: audit trail, alerts, break-glass access and backups of the data bucket.

    ``contacts`` are addresses by role, as the stack file names them; ``break_glass_minutes`` bounds an emergency
    session. ``backup_days`` is how long a backup is kept, within what the law of the place allows. ``events`` is None
    where nothing stands before the models.
    """

    network: NetworkT
    storage: StorageT
    cluster: ClusterT
    contacts: Mapping[str, str]
    break_glass_minutes: int
    backup_days: int
    events: EventSource | None = None


@dataclass(frozen=True, kw_only=True)
class OversightOutputs:
    """Outputs of oversight that neutral code reads.

    ``alerts`` is where they go, as the cloud's own id. ``events`` is what must be installed to bring the source's
    events to the log, None where the cloud does it.
    """

    alerts: str
    events: EventCollector | None = None
