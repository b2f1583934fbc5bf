"""GuardDuty and IAM Access Analyzer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_aws import accessanalyzer, guardduty

from lepton_infra.layers.component import Component

WATCHED: Mapping[str, str] = {"objects": "S3_DATA_EVENTS", "cluster": "EKS_AUDIT_LOGS"}
"""What GuardDuty looks at besides calls, flows and names: accesses to objects, and the clusters' own audit."""


def detection(parent: Component[Any], name: str) -> None:
    """GuardDuty for attacks, and IAM Access Analyzer for resources that can be reached from outside the account."""
    detector = guardduty.Detector(
        f"{name}-detector",
        enable=True,
        finding_publishing_frequency="FIFTEEN_MINUTES",
        tags=dict(parent.context.tags),
        opts=parent.child(),
    )
    for what, feature in WATCHED.items():
        guardduty.DetectorFeature(
            f"{name}-detector-{what}",
            detector_id=detector.id,
            name=feature,
            status="ENABLED",
            opts=parent.child(),
        )
    accessanalyzer.Analyzer(
        f"{name}-analyzer",
        analyzer_name=f"{name}-analyzer",
        type="ACCOUNT",
        tags=dict(parent.context.tags),
        opts=parent.child(),
    )
