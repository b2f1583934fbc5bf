"""Amazon SNS: topics, topic policies and subscriptions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from lepton_infra.simulator.aws.identifiers import Identifiers, Name, arn
from lepton_infra.simulator.aws.policy_documents import resource_policy
from lepton_infra.simulator.aws.resource_type import AwsType, LiveResource, Reference, Request
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.formats import one_of

_FREE_TEXT: Final = "SNS takes it as free text among its attributes"
_TOPIC: Final = re.compile(r"[A-Za-z0-9_-]{1,251}(?:[A-Za-z0-9_-]{1,5}|\.fifo)?")
SUBSCRIPTION_PROTOCOLS: Final = (
    "application",
    "email",
    "email-json",
    "firehose",
    "http",
    "https",
    "lambda",
    "sms",
    "sqs",
)
"""Protocols of Subscribe (SNS API reference)."""
_CONFIRMED_BY_HAND = ("email", "email-json", "http", "https")

TOPIC_ARN: Final = Reference(code="NotFound", message="Topic does not exist: {given}", arn=r"sns:[^:]*:[^:]*:[^:]*")


def _topic_name(value: Any) -> Iterator[str]:
    """A topic's name (CreateTopic, SNS API reference)."""
    if len(value) > 256 or not _TOPIC.fullmatch(value):
        yield f'InvalidParameter: "{value}"; allowed: 1 to 256 letters, digits, dashes and underscores'


def _owner(live: LiveResource) -> dict[str, Any]:
    """The account that owns the topic."""
    return {"owner": live.place.account}


def _confirmation(live: LiveResource) -> dict[str, Any]:
    """The state of a subscription, which people who read mail or answer at an address confirm by hand."""
    pending = live.call.inputs.get("protocol") in _CONFIRMED_BY_HAND
    return {"ownerId": live.place.account, "pendingConfirmation": pending, "confirmationWasAuthenticated": not pending}


TOPIC: Final = AwsType(
    token="aws:sns/topic:Topic",
    identifiers=Identifiers(id=arn("sns", "{name}"), arn="{id}", name=Name(longest=256)),
    referred_to=TOPIC_ARN,
    api=Request(
        shape="sns.CreateTopic",
        uncovered={
            "kmsMasterKeyId": "any key id, ARN or alias",
            "displayName": _FREE_TEXT,
            "deliveryPolicy": _FREE_TEXT,
            "archivePolicy": _FREE_TEXT,
            "tracingConfig": _FREE_TEXT,
        },
    ),
    formats={"name": _topic_name, "policy": resource_policy},
    overwrites=True,
    defaults={"displayName": "", "fifoTopic": False, "contentBasedDeduplication": False, "signatureVersion": 1},
    outputs=_owner,
    immutable=paths("name namePrefix fifoTopic"),
)

TOPIC_POLICY: Final = AwsType(
    token="aws:sns/topicPolicy:TopicPolicy",
    identifiers=Identifiers(id="{arn}"),
    api=Request(shape="sns.SetTopicAttributes", names={"arn": "TopicArn"}),
    formats={"policy": resource_policy},
    overwrites=True,
    outputs=_owner,
    immutable=paths("arn"),
)

TOPIC_SUBSCRIPTION: Final = AwsType(
    token="aws:sns/topicSubscription:TopicSubscription",
    identifiers=Identifiers(id="{topic}:{uuid}", arn="{id}"),
    api=Request(
        shape="sns.Subscribe",
        names={"topic": "TopicArn"},
        uncovered={
            "filterPolicy": _FREE_TEXT,
            "filterPolicyScope": _FREE_TEXT,
            "deliveryPolicy": _FREE_TEXT,
            "redrivePolicy": _FREE_TEXT,
            "replayPolicy": _FREE_TEXT,
            "subscriptionRoleArn": _FREE_TEXT,
        },
    ),
    formats={"protocol": one_of(*SUBSCRIPTION_PROTOCOLS)},
    defaults={"confirmationTimeoutInMinutes": 1, "endpointAutoConfirms": False, "rawMessageDelivery": False},
    outputs=_confirmation,
    immutable=paths("topic protocol endpoint"),
)

TYPES: Final = (TOPIC, TOPIC_POLICY, TOPIC_SUBSCRIPTION)
