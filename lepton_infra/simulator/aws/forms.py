"""The form of every identifier, as data: provider id, ARN and where the physical name stands, by resource type.

Templates are filled with the resource's inputs by wire name, ``{partition}``, ``{region}``, ``{account}``,
``{domain}``, ``{id}`` (in ARNs), words drawn from the seed (``{hex17}``: 17 hexadecimal digits, the first 0, as EC2
makes them; ``{hex32}``; ``{uuid}``; ``{word17}``) and what single types compose (``{crc}`` of a route's destination).
Sources: the Service Authorization Reference for ARNs, the provider's import sections for ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.aws.identifiers import Identifiers, Name, arn
from lepton_infra.simulator.behaviour import Call
from lepton_infra.simulator.determinism import digest


def _target_words(call: Call) -> Mapping[str, str]:
    """The provider makes an id up where the program gives none."""
    return {"targetId": str(call.inputs.get("targetId") or f"terraform-{digest(call.seed)[:26]}")}


def default_group(call: Call) -> str | None:
    """The group that came with the VPC: this type adopts it and makes none."""
    vpc = call.scope.find(tokens.VPC, str(call.inputs.get("vpcId")))
    return None if vpc is None else str(vpc.state["defaultSecurityGroupId"])


FORMS: Final[Mapping[str, Identifiers]] = {
    tokens.TRAIL: Identifiers(id=arn("cloudtrail", "trail/{name}"), arn="{id}", name=Name(prefix=None, longest=128)),
    tokens.TOPIC: Identifiers(id=arn("sns", "{name}"), arn="{id}", name=Name(longest=256)),
    tokens.TOPIC_POLICY: Identifiers(id="{arn}"),
    tokens.TOPIC_SUBSCRIPTION: Identifiers(id="{topic}:{uuid}", arn="{id}"),
    tokens.EVENT_RULE: Identifiers(id="{name}", arn=arn("events", "rule/{id}"), name=Name(longest=64)),
    tokens.EVENT_TARGET: Identifiers(id="{rule}-{targetId}", words=_target_words),
    tokens.DETECTOR: Identifiers(id="{hex32}", arn=arn("guardduty", "detector/{id}")),
    tokens.DETECTOR_FEATURE: Identifiers(id="{detectorId}/{name}"),
    tokens.ANALYZER: Identifiers(
        id="{analyzerName}",
        arn=arn("access-analyzer", "analyzer/{id}"),
        name=Name(property="analyzerName", prefix=None, longest=255),
    ),
}
