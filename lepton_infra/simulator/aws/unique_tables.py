"""Uniqueness of the types that have no record yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lepton_infra.simulator.aws.resource_type import Unique

UNIQUE: Final[Mapping[str, Unique]] = {}
