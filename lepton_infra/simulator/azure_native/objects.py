"""Containers of Azure's accounts as what holds objects."""

from __future__ import annotations

from lepton_infra.simulator.azure_native import tokens
from lepton_infra.simulator.behaviour import Bucket, Stored


def bucket(stored: Stored) -> Bucket | None:
    """A container. Azure deletes it with all it holds, and an account with all its containers: only a lock on them,
    which the guards know, keeps it from that. What it could bring back for some days is gone here."""
    if stored.type != tokens.BLOB_CONTAINER:
        return None
    account, container = stored.inputs["accountName"], stored.inputs["containerName"]
    return Bucket(uri=f"https://{account}.blob.core.windows.net/{container}", kept=None)
