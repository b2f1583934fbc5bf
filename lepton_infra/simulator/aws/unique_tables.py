"""Uniqueness of the types that have no record yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.aws.resource_type import Unique

UNIQUE: Final[Mapping[str, Unique]] = {
    tokens.DETECTOR: Unique(
        code="BadRequestException",
        message="The request is rejected because a detector already exists for the current account: {id}",
        key=lambda inputs: True,
    ),
    tokens.ANALYZER: Unique(code="ConflictException", message="An analyzer with the name {name} already exists"),
}
