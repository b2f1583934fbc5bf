"""Amazon SQS: queues and queue policies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from lepton_infra.simulator.aws.identifiers import Identifiers, Name, arn
from lepton_infra.simulator.aws.policy_documents import resource_policy
from lepton_infra.simulator.aws.resource_type import AwsType, Reference, Request, Unique
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.formats import between

_FREE_TEXT: Final = "SQS takes it as free text among its attributes"

QUEUE_URL: Final = Reference(
    code="AWS.SimpleQueueService.NonExistentQueue", message="The specified queue does not exist: {given}", arn=r"sqs:.*"
)

_QUEUE: Final = re.compile(r"(?=.{1,80}$)[A-Za-z0-9_-]+(\.fifo)?")


def _queue_name(value: Any) -> Iterator[str]:
    """A queue's name (``CreateQueue``, Amazon SQS API reference, on ``QueueName``)."""
    if not _QUEUE.fullmatch(value):
        allowed = "1 to 80 letters, digits, hyphens and underscores, and .fifo at the end of a FIFO queue's"
        yield f'InvalidParameterValue: "{value}"; allowed: {allowed}'


QUEUE: Final = AwsType(
    token="aws:sqs/queue:Queue",
    identifiers=Identifiers(
        id="https://sqs.{region}.{domain}/{account}/{name}", arn=arn("sqs", "{name}"), name=Name(longest=80)
    ),
    referred_to=QUEUE_URL,
    api=Request(
        shape="sqs.CreateQueue",
        names={"name": "QueueName"},
        uncovered={
            "kmsMasterKeyId": "any key id, ARN or alias",
            "deduplicationScope": _FREE_TEXT,
            "fifoThroughputLimit": _FREE_TEXT,
            "redrivePolicy": _FREE_TEXT,
            "redriveAllowPolicy": _FREE_TEXT,
        },
    ),
    formats={
        "name": _queue_name,
        "policy": resource_policy,
        "delaySeconds": between(0, 900),
        "maxMessageSize": between(1024, 1048576),
        "messageRetentionSeconds": between(60, 1209600),
        "receiveWaitTimeSeconds": between(0, 20),
        "visibilityTimeoutSeconds": between(0, 43200),
        "kmsDataKeyReusePeriodSeconds": between(60, 86400),
    },
    unique=Unique(code="QueueAlreadyExists", message="A queue already exists with the same name: {name}"),
    defaults={
        "visibilityTimeoutSeconds": 30,
        "messageRetentionSeconds": 345600,
        "maxMessageSize": 262144,
        "delaySeconds": 0,
        "receiveWaitTimeSeconds": 0,
        "kmsDataKeyReusePeriodSeconds": 300,
    },
    outputs=lambda live: {"url": live.id},
    immutable=paths("name namePrefix fifoQueue"),
)

QUEUE_POLICY: Final = AwsType(
    token="aws:sqs/queuePolicy:QueuePolicy",
    identifiers=Identifiers(id="{queueUrl}"),
    api=Request(shape="sqs.SetQueueAttributes"),
    formats={"policy": resource_policy},
    references={"queueUrl": QUEUE_URL},
    overwrites=True,
    immutable=paths("queueUrl"),
)

TYPES: Final = (QUEUE, QUEUE_POLICY)
