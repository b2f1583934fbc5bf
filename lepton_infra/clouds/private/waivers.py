"""Controls that a private site cannot keep: none follows from the file, for the file states what the site keeps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lepton_infra.compliance.law.obligations import Waiver
from lepton_infra.config.region import RegionConfig


def waivers(region: RegionConfig[Any]) -> Iterator[Waiver]:
    """No waiver."""
    return iter(())
