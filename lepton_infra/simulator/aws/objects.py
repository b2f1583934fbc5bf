"""Buckets of AWS as what holds objects."""

from __future__ import annotations

from lepton_infra.simulator.behaviour import Bucket, Stored


def bucket(stored: Stored) -> Bucket:
    """A bucket, whose id is its name. S3 refuses its deletion while it holds objects (``BucketNotEmpty``, "Error
    responses", Amazon S3 API reference); with ``forceDestroy`` the provider deletes them first."""
    return Bucket(uri=f"s3://{stored.id}", kept=None if stored.state.get("forceDestroy") else "BucketNotEmpty")
