"""The one provider of a region on AWS."""

from __future__ import annotations

import pulumi
import pulumi_aws

from lepton_infra.clouds.aws.settings import Settings

MAX_RETRIES = 25
"""Attempts per call. A region makes some 150 objects at once; with adaptive pacing that rides out API throttling."""


def provider(name: str, settings: Settings, opts: pulumi.ResourceOptions) -> pulumi_aws.Provider:
    """A provider that works in the stack file's account and region or not at all.

    Credentials come from the usual AWS chain; the region never does. It adds no default tags: tags are explicit on
    every resource, where tests and rules see them.
    """
    return pulumi_aws.Provider(
        name,
        region=settings.region,
        allowed_account_ids=[settings.account],
        retry_mode="adaptive",
        max_retries=MAX_RETRIES,
        opts=opts,
    )
