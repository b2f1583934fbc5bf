"""Amazon EC2 Auto Scaling: the tags of the groups that EKS makes."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.aws.eks_node_groups import SCALING_GROUP_NAME
from lepton_infra.simulator.aws.identifiers import Identifiers
from lepton_infra.simulator.aws.resource_type import AwsType, Request
from lepton_infra.simulator.core.resource_type import paths

AUTOSCALING_TAG: Final = AwsType(
    token="aws:autoscaling/tag:Tag",
    identifiers=Identifiers(
        id="{autoscalingGroupName},{tagKey}", words=lambda call: {"tagKey": str(call.inputs["tag"]["key"])}
    ),
    api=Request(shape="autoscaling.CreateOrUpdateTags.Tags", names={"autoscalingGroupName": "ResourceId", "tag": ""}),
    references={"autoscalingGroupName": SCALING_GROUP_NAME},
    overwrites=True,
    immutable=paths("autoscalingGroupName tag.key"),
)

TYPES: Final = (AUTOSCALING_TAG,)
