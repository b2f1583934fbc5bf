"""Amazon CloudWatch Logs: log groups."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.aws.identifiers import Identifiers, Name, arn
from lepton_infra.simulator.aws.resource_type import AwsType, OfRequest, Reference, Request, Unique
from lepton_infra.simulator.behaviour import Call, CloudError
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.formats import one_of

LOG_GROUP_NAME: Final = Reference(
    code="ResourceNotFoundException",
    message="The specified log group does not exist: {given}",
    arn=r"logs:.*:log-group:.*",
)

_RETENTION_DAYS: Final = (
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
)  # fmt: skip
"""Periods that PutRetentionPolicy takes; 0 is the provider's word for keeping logs for ever."""


def _unprotected(call: Call) -> None:
    group = call.old
    assert group is not None
    if group.state.get("deletionProtectionEnabled"):
        raise CloudError(
            "ValidationException",
            f"Log group {group.id} has deletion protection enabled; set deletionProtectionEnabled to false first",
        )


LOG_GROUP: Final = AwsType(
    token="aws:cloudwatch/logGroup:LogGroup",
    identifiers=Identifiers(id="{name}", arn=arn("logs", "log-group:{id}"), name=Name(longest=512)),
    referred_to=LOG_GROUP_NAME,
    api=Request(
        shape="logs.CreateLogGroup",
        names={"name": "logGroupName", "retentionInDays": OfRequest("logs.PutRetentionPolicy.retentionInDays")},
    ),
    formats={"retentionInDays": one_of(*_RETENTION_DAYS)},
    unique=Unique(code="ResourceAlreadyExistsException", message="The specified log group already exists: {name}"),
    defaults={"logGroupClass": "STANDARD", "retentionInDays": 0, "skipDestroy": False},
    immutable=paths("name namePrefix logGroupClass"),
    deletion_rules=(_unprotected,),
)

TYPES: Final = (LOG_GROUP,)
