"""There is no cloud to ask on a private site."""

from __future__ import annotations

import pulumi

from lepton_infra.clouds.private.settings import Settings


def provider(name: str, settings: Settings, opts: pulumi.ResourceOptions) -> None:
    """No provider: what the region makes is in the cluster, and the cluster has one of its own."""
    return None
