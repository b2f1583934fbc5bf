"""IAM Access Analyzer: analyzers."""

from __future__ import annotations

from typing import Final

from lepton_infra.simulator.aws.identifiers import Identifiers, Name, arn
from lepton_infra.simulator.aws.resource_type import AwsType, Request, Unique
from lepton_infra.simulator.core.resource_type import paths

ANALYZER: Final = AwsType(
    token="aws:accessanalyzer/analyzer:Analyzer",
    identifiers=Identifiers(
        id="{analyzerName}",
        arn=arn("access-analyzer", "analyzer/{id}"),
        name=Name(property="analyzerName", prefix=None, longest=255),
    ),
    api=Request(shape="accessanalyzer.CreateAnalyzer"),
    unique=Unique(code="ConflictException", message="An analyzer with the name {name} already exists"),
    defaults={"type": "ACCOUNT"},
    immutable=paths("analyzerName type"),
)

TYPES: Final = (ANALYZER,)
