"""Cloud Logging: log buckets, sinks and exclusions.

A deleted log bucket's id is free again after 7 days (``projects.locations.buckets.delete`` in the Logging API).
"""

from __future__ import annotations

from typing import Any, Final

from lepton_infra.simulator.behaviour import Call, CloudError
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.formats import between
from lepton_infra.simulator.gcp.agents import AGENTS
from lepton_infra.simulator.gcp.identifiers import Identifiers, unnamed
from lepton_infra.simulator.gcp.kms import KEY_NAME, usable_key
from lepton_infra.simulator.gcp.resource_type import GcpType, LiveResource, Request, taken
from lepton_infra.simulator.gcp.syntax import matches


def _protected(call: Call) -> None:
    assert call.old is not None
    if call.old.state.get("locked"):
        raise CloudError("FAILED_PRECONDITION", f"Bucket {call.old.id} is locked and cannot be deleted before its logs")


def _keep_retention(call: Call) -> None:
    """A locked log bucket keeps its retention and stays locked."""
    before = call.old.inputs if call.old else {}
    if before.get("locked") and any(before.get(name) != call.inputs.get(name) for name in ("locked", "retentionDays")):
        raise CloudError(
            "FAILED_PRECONDITION", "The retention of a locked bucket cannot be changed, nor the lock taken"
        )


def _log_sink(live: LiveResource) -> dict[str, Any]:
    agent = AGENTS["logging.googleapis.com"].format(number=live.place.number)
    return {"writerIdentity": f"serviceAccount:{agent}"}


LOG_BUCKET: Final = GcpType(
    token="gcp:logging/projectBucketConfig:ProjectBucketConfig",
    identifiers=unnamed("projects/{project}/locations/{location}/buckets/{name}", name="bucketId"),
    api=Request(schema="logging.v2#LogBucket", names={"bucketId": "name"}),
    formats={
        "bucketId": matches(r"[a-zA-Z0-9_-][a-zA-Z0-9_.-]{0,99}", "1 to 100 letters, digits and _.-"),
        "retentionDays": between(1, 3650),
    },
    references={"cmekSettings.kmsKeyName": KEY_NAME},
    preconditions=(usable_key("cmekSettings.kmsKeyName", "logging.googleapis.com"), _keep_retention),
    unique=taken("it was deleted, and its name is free again after 7 days; undelete it, or take another one"),
    defaults={"retentionDays": 30, "locked": False, "lifecycleState": "ACTIVE"},
    outputs=lambda live: {"name": live.id},
    immutable=paths("bucketId location"),
    deletion_rules=(_protected,),
)

LOG_SINK: Final = GcpType(
    token="gcp:logging/projectSink:ProjectSink",
    identifiers=Identifiers(id="projects/{project}/sinks/{name}"),
    api=Request(schema="logging.v2#LogSink", uncovered={"customWriterIdentity": "a reference"}),
    formats={"name": matches(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}", "1 to 100 letters, digits and _.-")},
    links=("destination",),
    defaults={"uniqueWriterIdentity": True, "disabled": False},
    outputs=_log_sink,
    immutable=paths("name"),
)

LOG_EXCLUSION: Final = GcpType(
    token="gcp:logging/projectExclusion:ProjectExclusion",
    identifiers=Identifiers(id="projects/{project}/exclusions/{name}"),
    api=Request(schema="logging.v2#LogExclusion"),
    formats={"name": matches(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}", "1 to 100 letters, digits and _.-")},
    immutable=paths("name"),
)

TYPES: Final = (LOG_BUCKET, LOG_SINK, LOG_EXCLUSION)
