"""Regions of a global AI service, described once and built on any cloud.

The public names load on first use (PEP 562), so that ``import lepton_infra`` costs nothing and a tool that only checks
stack files never imports a Pulumi SDK.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lepton_infra.stack.garbage import collect_no_garbage

if TYPE_CHECKING:
    import pulumi

    from lepton_infra.region import Region as Region
    from lepton_infra.region import RegionArgs as RegionArgs
    from lepton_infra.region import RegionOutputs as RegionOutputs

_HOME = {
    "Region": "lepton_infra.region",
    "RegionArgs": "lepton_infra.region",
    "RegionOutputs": "lepton_infra.region",
}

__all__ = ["Region", "RegionArgs", "RegionOutputs", "load"]


def load(config: pulumi.Config) -> RegionArgs:
    """Arguments of the region that the selected stack describes, with the SDKs of its cloud imported.

    For a program that Pulumi runs: the process collects no garbage from here to its end.

    Raises:
        pulumi.RunError: if anything is wrong. The engine shows the message, which is that of ``lepton check``, and no
            traceback.
    """
    collect_no_garbage()
    from lepton_infra.stack import load as selected  # the SDKs, imported with it and by it

    return selected.load(config)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
