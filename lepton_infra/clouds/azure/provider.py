"""The ``azure-native`` provider of a region."""

from __future__ import annotations

import pulumi
import pulumi_azure_native

from lepton_infra.clouds.azure.settings import Settings


def provider(name: str, settings: Settings, opts: pulumi.ResourceOptions) -> pulumi_azure_native.Provider:
    """A provider bound to the stack file's tenant, subscription and location.

    Credentials come from the usual Azure chain; tenant, subscription and location never do. It adds no default tags:
    tags are explicit on every resource, where tests and rules see them.
    """
    return pulumi_azure_native.Provider(
        name,
        tenant_id=settings.tenant_id,
        subscription_id=settings.subscription_id,
        location=settings.location,
        disable_pulumi_partner_id=True,
        opts=opts,
    )
