"""Waivers of controls that Google Cloud cannot meet, each with the compensating measure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lepton_infra.compliance.law.obligations import Waiver, entailed
from lepton_infra.config.region import RegionConfig

LOGS = ("cluster-logs", "network-logs", "oversight-trail", "storage-access-log")
"""Log buckets of a region, by their suffix after its name."""


def waivers(region: RegionConfig[Any]) -> Iterator[Waiver]:
    """Waivers that a region's configuration entails.

    Source for the lock and the 400 days of the project's ``_Required`` bucket: "Cloud Logging: Routing and storage
    overview".
    """
    for log in LOGS:
        yield entailed(
            "AUD-04",
            f"{region.name}-{log}",
            "a lock can never be taken off a log bucket, also where the law shortens retention; what administrators "
            "do, to its logs too, is in the project's _Required bucket as well, which Google keeps locked for 400 days",
        )
    yield entailed(
        "RET-04",
        f"{region.name}-oversight-backup",
        "the sealed bucket is the copy that nobody can delete; each backup in it ends by itself after the days that "
        "storage.noncurrent_version_days gives",
    )
