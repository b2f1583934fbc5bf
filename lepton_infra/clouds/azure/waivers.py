"""Waivers of controls that Azure cannot meet, each with the compensating measure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lepton_infra.compliance.law.obligations import Waiver, entailed
from lepton_infra.config.region import RegionConfig

_WORKSPACES = ("network-logs", "storage-access-log", "oversight-ai-events")


def waivers(region: RegionConfig[Any]) -> Iterator[Waiver]:
    """Waivers that a region's configuration entails."""
    for workspace in _WORKSPACES:
        yield entailed(
            "ENC-01",
            f"{region.name}-{workspace}",
            "a Log Analytics workspace takes a customer's key only in a dedicated cluster, which is sold from 100 GB a "
            "day on; Azure's own key encrypts it, and only directory identities read it",
        )
    yield entailed(
        "AUD-04",
        f"{region.name}-network-logs-flow",
        "flow logs are written again every minute of their hour, and an account that stands takes no such lock; every "
        "version is kept as long as the log, and who did what is in the archive, which nobody can change",
    )
    yield entailed(
        "BCP-02",
        f"{region.name}-oversight-backup-received",
        "Azure has nothing that tries by itself to restore objects from a copy; a person must, and write down when",
    )
    yield entailed(
        "BCP-03",
        f"{region.name}-cluster-control-plane",
        "a lock on a cluster holds for its pools too, and one that was replaced could not go; the state protects the "
        "cluster from deletion, and what is in it is declared, or stands in a locked store",
    )
