"""The ``gcp`` provider of a region."""

from __future__ import annotations

import pulumi
import pulumi_gcp

from lepton_infra.clouds.gcp.settings import Settings


def provider(name: str, settings: Settings, opts: pulumi.ResourceOptions) -> pulumi_gcp.Provider:
    """A provider bound to the stack file's project and region.

    Credentials come from the usual chain of Google's libraries; project and region never do. It adds no labels: they
    are explicit on every resource, where tests and rules see them.
    """
    return pulumi_gcp.Provider(
        name,
        project=settings.project,
        region=settings.region,
        add_pulumi_attribution_label=False,
        opts=opts,
    )
