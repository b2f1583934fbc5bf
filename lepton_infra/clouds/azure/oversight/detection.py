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
"""Plans of Defender for Cloud for what a region is made of, and the kind of each that is sold."""


def detection(place: Place, name: str) -> None:
    """Switch Defender on for the subscription, images in registries included.

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
