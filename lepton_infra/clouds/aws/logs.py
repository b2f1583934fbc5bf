"""Log groups of CloudWatch."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_aws import cloudwatch

from lepton_infra.clouds.aws.retention import retention
from lepton_infra.compliance.facts.data_class import TAG, DataClass
from lepton_infra.layers.component import Component


def log_group(
    parent: Component[Any],
    name: str,
    *,
    group: str,
    key_arn: pulumi.Input[str],
    data_class: DataClass = DataClass.AUDIT_LOG,
) -> cloudwatch.LogGroup:
    """An encrypted log group called ``group``, made before its writer so that no writer makes it without key or end.

    It stays when the region is torn down: the law's minimum retention does not end with the region.
    """
    return cloudwatch.LogGroup(
        name,
        name=group,
        retention_in_days=retention(parent.context.log_days),
        kms_key_id=key_arn,
        deletion_protection_enabled=parent.context.protect,
        tags={**parent.context.tags, TAG: data_class.value},
        opts=parent.child(protect=parent.context.protect, retain_on_delete=True),
    )
