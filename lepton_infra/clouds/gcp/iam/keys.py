"""Cloud KMS key rings and customer-managed keys (CMEK), in the region of the data, and their IAM grants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_gcp import kms

from lepton_infra.clouds.gcp.labels import labels
from lepton_infra.clouds.gcp.settings import Settings
from lepton_infra.layers.component import Component

DESTROY_DAYS = 30
"""Days in which a destroyed key version can be restored: Google's own default, made explicit (24 hours to 120 days)."""

_DAY = 86400
"""Seconds."""


@dataclass(frozen=True, kw_only=True)
class CustomerKey:
    """A key's full name, and the IAM grants without which nothing can be encrypted under it (R9)."""

    id: pulumi.Output[str]
    grants: Sequence[pulumi.Resource]


@dataclass(frozen=True, kw_only=True)
class KeyRings:
    """The region's key rings: ``lasting`` for keys that outlive it, ``passing`` for keys deleted with it."""

    lasting: kms.KeyRing
    passing: kms.KeyRing


def key_rings(parent: Component[Any], name: str, settings: Settings, api: pulumi.Resource) -> KeyRings:
    """Create the Cloud KMS key rings of the region.

    Names of key rings and keys can never be used again. So when a region is built once more, it adopts the lasting ring
    with its keys and the data that they encrypt; but destroyed keys cannot come back under their names. Hence the
    generation in the name of the passing ring, which the next region counts up. The rings themselves always stay.
    """

    def ring(purpose: str, called: str) -> kms.KeyRing:
        return kms.KeyRing(
            f"{name}-{purpose}-keys",
            name=called,
            project=settings.project,
            location=settings.region,
            opts=parent.child(retain_on_delete=True, depends_on=[api]),
        )

    return KeyRings(lasting=ring("lasting", name), passing=ring("passing", f"{name}-g{settings.key_ring_suffix}"))


def customer_key(
    parent: Component[Any],
    name: str,
    *,
    rings: KeyRings,
    users: Sequence[str],
    outlives_region: bool,
    needs: Sequence[pulumi.Resource] = (),
) -> CustomerKey:
    """A rotating symmetric Cloud KMS key that the service agents ``users`` may encrypt and decrypt with.

    ``outlives_region`` keeps the key when the region is torn down: for keys of buckets and logs, which are kept too and
    cannot be read without it. ``needs`` are resources that make the service agents, where their API does not.
    """
    key = kms.CryptoKey(
        name,
        name=name,
        key_ring=(rings.lasting if outlives_region else rings.passing).id,
        purpose="ENCRYPT_DECRYPT",
        rotation_period=f"{parent.context.key_rotation_days * _DAY}s",
        destroy_scheduled_duration=f"{DESTROY_DAYS * _DAY}s",
        version_template=kms.CryptoKeyVersionTemplateArgs(
            algorithm="GOOGLE_SYMMETRIC_ENCRYPTION", protection_level="SOFTWARE"
        ),
        deletion_policy="PREVENT" if parent.context.protect else "DELETE",
        labels=labels(parent.context.tags),
        opts=parent.child(protect=parent.context.protect, retain_on_delete=outlives_region),
    )
    grants = [
        kms.CryptoKeyIAMMember(
            f"{name}-{user.partition('@')[2].partition('.')[0]}",
            crypto_key_id=key.id,
            role="roles/cloudkms.cryptoKeyEncrypterDecrypter",
            member=user,
            opts=parent.child(retain_on_delete=outlives_region, depends_on=list(needs)),
        )
        for user in users
    ]
    return CustomerKey(id=key.id, grants=grants)
