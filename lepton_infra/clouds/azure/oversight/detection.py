"""Microsoft Defender for Cloud plans."""

from __future__ import annotations

from collections.abc import Mapping

from pulumi_azure_native import security

from lepton_infra.clouds.azure.groups import Place

PLANS: Mapping[str, str | None] = {
    "Containers": None,
    "KeyVaults": "PerKeyVault",
    "StorageAccounts": "DefenderForStorageV2",
}
"""Defender for Cloud plans for the services that a region uses, each with its sub-plan."""


def detection(place: Place, name: str) -> None:
    """Enable the Defender for Cloud plans on the subscription; they scan images in registries too.

    The plans are the subscription's: they stay when a region goes, for others may need them.
    """
    for plan, kind in PLANS.items():
        security.Pricing(
            f"{name}-defender-{plan.lower()}",
            pricing_name=plan,
            scope_id=f"subscriptions/{place.settings.subscription_id}",
            pricing_tier=security.PricingTier.STANDARD,
            sub_plan=kind,
            opts=place.parent.child(retain_on_delete=True),
        )
