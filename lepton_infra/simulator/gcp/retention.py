"""Retention that was locked: it can grow and cannot be taken back."""

from __future__ import annotations

from lepton_infra.simulator.behaviour import Call, CloudError


def bucket(call: Call) -> None:
    """A bucket's locked retention policy stays, and its period does not shrink ("Bucket Lock", Cloud Storage)."""
    before = (call.old.inputs.get("retentionPolicy") if call.old else None) or {}
    if not before.get("isLocked"):
        return
    after = call.inputs.get("retentionPolicy") or {}
    was, wanted = int(before["retentionPeriod"]), int(after.get("retentionPeriod", 0))
    if wanted < was or not after.get("isLocked"):
        raise CloudError(
            "forbidden", f"Cannot reduce retention duration of a locked Retention Policy: it is {was} s for good"
        )


def log_bucket(call: Call) -> None:
    """A locked log bucket keeps its retention and stays locked."""
    before = call.old.inputs if call.old else {}
    if before.get("locked") and any(before.get(name) != call.inputs.get(name) for name in ("locked", "retentionDays")):
        raise CloudError(
            "FAILED_PRECONDITION", "The retention of a locked bucket cannot be changed, nor the lock taken"
        )
