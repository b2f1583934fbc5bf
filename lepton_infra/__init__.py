"""Regions of a global AI service, described once and built on any cloud.

The public names load on first use (PEP 562), so that ``import lepton_infra`` costs nothing and a tool that only checks
stack files never imports a Pulumi SDK.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lepton_infra.region import Region as Region
    from lepton_infra.region import RegionArgs as RegionArgs
    from lepton_infra.region import RegionOutputs as RegionOutputs
    from lepton_infra.stack.load import load as load

_HOME = {
    "Region": "lepton_infra.region",
    "RegionArgs": "lepton_infra.region",
    "RegionOutputs": "lepton_infra.region",
    "load": "lepton_infra.stack.load",
}

__all__ = ["Region", "RegionArgs", "RegionOutputs", "load"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
