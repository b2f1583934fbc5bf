"""A site has no organisation above it: what is refused, its cluster refuses."""

from __future__ import annotations

from lepton_infra.clouds.private.settings import Settings
from lepton_infra.compliance.guardrails.args import Documents, GuardrailArgs


def guardrails(settings: Settings, args: GuardrailArgs) -> Documents:
    """None: nothing stands above a cluster of one's own."""
    return {}


def image_prefix(settings: Settings, stack: str) -> str:
    """What the names of all images of a region begin with."""
    return settings.registry
