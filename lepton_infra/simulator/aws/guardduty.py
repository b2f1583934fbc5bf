"""Amazon GuardDuty: the detector and its features."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.aws.identifiers import Identifiers, Name, arn
from lepton_infra.simulator.aws.resource_type import AwsType, OfRequest, Reference, Request, Unique
from lepton_infra.simulator.core.resource_type import paths

DETECTOR_ID: Final = Reference(
    code="BadRequestException",
    message="The request is rejected because the input detectorId is not owned by the current account: {given}",
    generated=True,
)

DETECTOR: Final = AwsType(
    token="aws:guardduty/detector:Detector",
    identifiers=Identifiers(id="{hex32}", arn=arn("guardduty", "detector/{id}")),
    referred_to=DETECTOR_ID,
    api=Request(shape="guardduty.CreateDetector"),
    unique=Unique(
        code="BadRequestException",
        message="The request is rejected because a detector already exists for the current account: {id}",
        key=lambda inputs: True,
    ),
    defaults={"enable": True, "findingPublishingFrequency": "SIX_HOURS"},
    outputs=lambda live: {"accountId": live.place.account},
)

DETECTOR_FEATURE: Final = AwsType(
    token="aws:guardduty/detectorFeature:DetectorFeature",
    identifiers=Identifiers(id="{detectorId}/{name}", name=Name(prefix=None)),
    api=Request(
        shape="guardduty.UpdateDetector.Features",
        names={"detectorId": OfRequest("guardduty.UpdateDetector.DetectorId")},
    ),
    references={"detectorId": DETECTOR_ID},
    overwrites=True,
    immutable=paths("detectorId name"),
)

TYPES: Final = (DETECTOR, DETECTOR_FEATURE)
