"""Customer-managed keys."""

from __future__ import annotations

import json
from typing import Any

from pulumi_aws import kms

from lepton_infra.clouds.aws.iam.policies import Document
from lepton_infra.layers.component import Component

DELETION_WINDOW_DAYS = 30
"""The longest that KMS offers (7 to 30): the time to notice that a key was scheduled for deletion."""


def customer_key(
    parent: Component[Any],
    name: str,
    *,
    description: str,
    policy: Document,
    outlives_region: bool,
) -> kms.Key:
    """A rotating symmetric key of ``parent`` and its alias ``alias/<name>``.

    ``outlives_region`` keeps the key in the account when the region is torn down: for keys of what is kept too (buckets
    and logs), because without the key those bytes are gone. Keys have no name of their own, so the alias is what a
    second creation collides with after a lost response.
    """
    key = kms.Key(
        name,
        description=description,
        policy=json.dumps(policy),
        enable_key_rotation=True,
        rotation_period_in_days=parent.context.key_rotation_days,
        deletion_window_in_days=DELETION_WINDOW_DAYS,
        tags=dict(parent.context.tags),
        opts=parent.child(protect=parent.context.protect, retain_on_delete=outlives_region),
    )
    kms.Alias(
        f"{name}-alias",
        name=f"alias/{name}",
        target_key_id=key.key_id,
        opts=parent.child(protect=parent.context.protect),
    )
    return key
