"""A site has no organisation above it: what is refused, its cluster refuses."""

from __future__ import annotations

from lepton_infra.clouds.private.settings import Settings
from lepton_infra.compliance.guardrails.args import Documents, GuardrailArgs


def guardrails(settings: Settings, args: GuardrailArgs) -> Documents:
    """No documents: there is no organisation above a cluster of one's own."""
    return {}


def image_prefix(settings: Settings, stack: str) -> str:
    """Prefix of the names of a region's images: the site's registry."""
    return settings.registry
