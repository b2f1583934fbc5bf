"""Waivers of controls that AWS cannot keep, with what holds in their place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lepton_infra.compliance.law.obligations import Waiver, entailed
from lepton_infra.config.region import RegionConfig


def waivers(region: RegionConfig[Any]) -> Iterator[Waiver]:
    """Waivers of checks that a region on AWS fails by design, each with its reason."""
    log = f"{region.name}-storage-access-log"
    yield entailed(
        "ENC-01",
        f"{log}-encryption",
        "S3 delivers access logs to no bucket whose default encryption is a customer's key; S3's own key encrypts",
    )
    yield entailed(
        "AUD-04",
        log,
        "S3 delivers access logs to no bucket with a default lock; the trail, whose files are signed, tells of it too",
    )
    yield entailed(
        "RET-04",
        f"{region.name}-oversight-sealed",
        "the sealed vault is the copy that nobody can delete; each backup in it ends by itself after the days that "
        "storage.noncurrent_version_days gives, a week at least",
    )
