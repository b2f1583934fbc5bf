"""Controls that AWS cannot keep, and what holds in their place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lepton_infra.compliance.obligations import Waiver

if TYPE_CHECKING:
    from lepton_infra.config import RegionConfig


def waivers(region: RegionConfig[Any]) -> Iterator[Waiver]:
    """What follows from a region's file."""
    log = f"{region.name}-storage-access-log"
    yield _waiver(
        "ENC-01",
        f"{log}-encryption",
        "S3 delivers access logs to no bucket whose default encryption is a customer's key; S3's own key encrypts",
    )
    yield _waiver(
        "AUD-04",
        log,
        "S3 delivers access logs to no bucket with a default lock; the trail, whose files are signed, tells of it too",
    )
    yield _waiver(
        "RET-04",
        f"{region.name}-oversight-sealed",
        "the sealed vault is the copy that nobody can delete; each backup in it ends by itself after the days that "
        "storage.noncurrent_version_days gives, a week at least",
    )


def _waiver(control: str, resource: str, reason: str) -> Waiver:
    return Waiver(control=control, resource=resource, reason=reason, expires=None, derived=True)
