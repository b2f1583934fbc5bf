"""Buckets of Google Cloud as what holds objects."""

from __future__ import annotations

from lepton_infra.simulator.behaviour import Bucket, Stored
from lepton_infra.simulator.gcp import tokens


def bucket(stored: Stored) -> Bucket | None:
    """A bucket. Its deletion is refused with status 409, ``conflict``, while it holds objects ("HTTP status and error
    codes for JSON", Cloud Storage); with ``forceDestroy`` the provider deletes them first."""
    if stored.type != tokens.BUCKET:
        return None
    return Bucket(uri=f"gs://{stored.state['name']}", kept=None if stored.state.get("forceDestroy") else "conflict")
