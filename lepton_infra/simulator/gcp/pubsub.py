"""Pub/Sub: topics and subscriptions."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.formats import between
from lepton_infra.simulator.gcp.identifiers import Identifiers
from lepton_infra.simulator.gcp.kms import KEY_NAME, usable_key
from lepton_infra.simulator.gcp.resource_type import GcpType, Reference, Request
from lepton_infra.simulator.gcp.syntax import matches

TOPIC_NAME: Final = Reference(message="Resource not found (resource={given}).")

TOPIC: Final = GcpType(
    token="gcp:pubsub/topic:Topic",
    identifiers=Identifiers(id="projects/{project}/topics/{name}"),
    referred_to=TOPIC_NAME,
    api=Request(schema="pubsub.v1#Topic"),
    formats={"name": matches(r"[a-zA-Z][\w.~+%-]{2,254}", "3 to 255 characters, beginning with a letter")},
    references={"kmsKeyName": KEY_NAME},
    preconditions=(usable_key("kmsKeyName", "pubsub.googleapis.com", home=None),),
    immutable=paths("name tags"),
)

SUBSCRIPTION: Final = GcpType(
    token="gcp:pubsub/subscription:Subscription",
    identifiers=Identifiers(id="projects/{project}/subscriptions/{name}"),
    api=Request(schema="pubsub.v1#Subscription"),
    formats={
        "name": matches(r"[a-zA-Z][\w.~+%-]{2,254}", "3 to 255 characters, beginning with a letter"),
        "ackDeadlineSeconds": between(10, 600),
    },
    references={"topic": TOPIC_NAME},
    defaults={"ackDeadlineSeconds": 10, "messageRetentionDuration": "604800s"},
    immutable=paths("name topic filter enableMessageOrdering tags"),
)

TYPES: Final = (TOPIC, SUBSCRIPTION)
