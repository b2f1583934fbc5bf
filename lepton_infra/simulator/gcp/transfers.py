"""What Storage Transfer Service demands of the buckets of a job."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Properties, Stored
from lepton_infra.simulator.gcp import tokens
from lepton_infra.simulator.gcp.agents import uses_keys
from lepton_infra.simulator.gcp.made import named
from lepton_infra.simulator.gcp.paths import at, texts_at
from lepton_infra.simulator.gcp.places import Place

SERVICE: Final = "storagetransfer.googleapis.com"

_SEES: Final = frozenset(
    f"roles/storage.{role}" for role in ("admin", "legacyBucketOwner", "legacyBucketReader", "legacyBucketWriter")
)
"""Roles with ``storage.buckets.get``, which the agent needs on both ends."""
_WRITES: Final = frozenset(
    f"roles/storage.{role}"
    for role in ("admin", "legacyBucketOwner", "legacyBucketWriter", "objectAdmin", "objectUser")
)
_READS: Final = frozenset(
    f"roles/storage.{role}"
    for role in ("admin", "objectAdmin", "objectUser", "objectViewer", "legacyObjectReader", "legacyObjectOwner")
)
_ENDS: Final = (
    ("transferSpec.gcsDataSource.bucketName", (_SEES, _READS)),
    ("transferSpec.gcsDataSink.bucketName", (_SEES, _WRITES)),
)


def require(call: Call) -> None:
    """Refuse a job whose agent cannot see its buckets, read the one and write the other.

    Raises:
        CloudError: ``FAILED_PRECONDITION``.
    """
    if call.inputs.get("serviceAccount"):
        return
    for path, needed in _ENDS:
        for _, given in texts_at(call.inputs, path):
            bucket = named(call, tokens.BUCKET, given)
            if bucket is not None:
                _granted(call, bucket, needed)


def _granted(call: Call, bucket: Stored, needed: tuple[frozenset[str], ...]) -> None:
    roles = set(_roles(call, bucket))
    if any(roles.isdisjoint(enough) for enough in needed):
        raise CloudError(
            "FAILED_PRECONDITION",
            f"Service account project-<project number>@storage-transfer-service.iam.gserviceaccount.com does not have "
            f"the required permissions on bucket {bucket.id}; needed: one of "
            + " and one of ".join(", ".join(sorted(enough)) for enough in needed),
        )


def _roles(call: Call, bucket: Stored) -> Iterator[str]:
    for grant in call.scope.everywhere(tokens.BUCKET_MEMBER, tokens.BUCKET_BINDING):
        members = [text for path in ("member", "members") for _, text in texts_at(grant.inputs, path)]
        if grant.inputs.get("bucket") in (bucket.id, f"b/{bucket.id}") and any(uses_keys(m, SERVICE) for m in members):
            yield str(grant.inputs["role"])


def options(inputs: Properties, place: Place) -> Iterator[Failure]:
    """A job deletes at one end at most."""
    path = "transferSpec.transferOptions"
    chosen = at(inputs, path) or {}
    if at(chosen, "deleteObjectsUniqueInSink") is True and at(chosen, "deleteObjectsFromSourceAfterTransfer") is True:
        reason = "INVALID_ARGUMENT: deleteObjectsUniqueInSink excludes deleteObjectsFromSourceAfterTransfer"
        yield Failure(path=f"{path}.deleteObjectsUniqueInSink", reason=reason)
