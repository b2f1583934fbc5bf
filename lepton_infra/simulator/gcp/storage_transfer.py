"""Storage Transfer Service: jobs and the rights of its agent on their buckets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Properties, Stored
from lepton_infra.simulator.core.paths import at, texts_at
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.determinism import CREATED
from lepton_infra.simulator.gcp import syntax
from lepton_infra.simulator.gcp.agents import uses_keys
from lepton_infra.simulator.gcp.identifiers import Identifiers
from lepton_infra.simulator.gcp.lookups import named
from lepton_infra.simulator.gcp.places import Place
from lepton_infra.simulator.gcp.resource_type import GcpType, LiveResource, Request, taken
from lepton_infra.simulator.gcp.storage import BUCKET, BUCKET_BINDING, BUCKET_MEMBER, BUCKET_NAME
from lepton_infra.simulator.gcp.syntax import duration, matches

_SERVICE: Final = "storagetransfer.googleapis.com"
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


def _allowed(call: Call) -> None:
    """Refuse a job whose agent cannot see its buckets, read the one and write the other.

    Raises:
        CloudError: ``FAILED_PRECONDITION``.
    """
    if call.inputs.get("serviceAccount"):
        return
    for path, needed in _ENDS:
        for _, given in texts_at(call.inputs, path):
            bucket = named(call, BUCKET, given)
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
    for grant in call.scope.everywhere(BUCKET_MEMBER.token, BUCKET_BINDING.token):
        members = [text for path in ("member", "members") for _, text in texts_at(grant.inputs, path)]
        if grant.inputs.get("bucket") in (bucket.id, f"b/{bucket.id}") and any(uses_keys(m, _SERVICE) for m in members):
            yield str(grant.inputs["role"])


def _options(inputs: Properties, place: Place) -> Iterator[Failure]:
    """A job deletes at one end at most."""
    path = "transferSpec.transferOptions"
    chosen = at(inputs, path) or {}
    if at(chosen, "deleteObjectsUniqueInSink") is True and at(chosen, "deleteObjectsFromSourceAfterTransfer") is True:
        reason = "INVALID_ARGUMENT: deleteObjectsUniqueInSink excludes deleteObjectsFromSourceAfterTransfer"
        yield Failure(path=f"{path}.deleteObjectsUniqueInSink", reason=reason)


def _transfer_job(live: LiveResource) -> dict[str, Any]:
    return {"creationTime": CREATED, "lastModificationTime": CREATED, "deletionTime": ""}


TRANSFER_JOB: Final = GcpType(
    token="gcp:storage/transferJob:TransferJob",
    identifiers=Identifiers(id="{project}/{name}"),
    service=_SERVICE,
    api=Request(schema="storagetransfer.v1#TransferJob"),
    formats={
        "name": matches(
            r"transferJobs/(?!OPI)[A-Za-z0-9\-._~]*[A-Za-z0-9]",
            "transferJobs/ and a name that ends with a letter or digit",
        ),
        "schedule.repeatInterval": duration(3600, 10**9),
        "transferSpec.gcsDataSource.bucketName": syntax.bucket_name,
        "transferSpec.gcsDataSink.bucketName": syntax.bucket_name,
    },
    input_rules=(_options,),
    references={
        "transferSpec.gcsDataSource.bucketName": BUCKET_NAME,
        "transferSpec.gcsDataSink.bucketName": BUCKET_NAME,
    },
    preconditions=(_allowed,),
    unique=taken("it was deleted, and its name is free again after 30 days; take another one"),
    defaults={"status": "ENABLED"},
    outputs=_transfer_job,
    immutable=paths("name"),
)

TYPES: Final = (TRANSFER_JOB,)
