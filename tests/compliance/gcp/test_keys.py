from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.compliance.facts import Encryption, Key
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource
from tests.compliance.gcp.graphs import made, read, waiting

RING = made(
    "kms/keyRing:KeyRing", "ring", location="europe-west4", id="projects/shop/locations/europe-west4/keyRings/r"
)
ID = f"{RING.id}/cryptoKeys/k"


def key(*others: Resource, **inputs: Any) -> Key:
    (found,) = read(made("kms/cryptoKey:CryptoKey", "key", id=ID, **{"keyRing": RING.id, **inputs}), *others).keys
    return found


@pytest.mark.parametrize(
    ("inputs", "fact", "expected"),
    [
        ({}, "rotation_days", None),
        ({"rotationPeriod": "7776000s"}, "rotation_days", 90),
        ({"rotationPeriod": UNKNOWN}, "rotation_days", UNKNOWN),
        ({}, "deletion_days", 30),
        ({"destroyScheduledDuration": "86400s"}, "deletion_days", 1),
        ({}, "encryption", Encryption.CUSTOMER),
        ({"versionTemplate": {"protectionLevel": "HSM"}}, "encryption", Encryption.CUSTOMER),
        ({"versionTemplate": {"protectionLevel": "EXTERNAL_VPC"}}, "encryption", Encryption.EXTERNAL),
        ({}, "multi_region", False),
        ({"keyRing": "projects/shop/locations/europe/keyRings/r"}, "multi_region", True),
        ({"keyRing": "shop/global/r"}, "multi_region", True),
        ({"keyRing": "shop/us-east1/r"}, "multi_region", False),
        ({"keyRing": UNKNOWN}, "multi_region", UNKNOWN),
    ],
)
def test_a_key(inputs: dict[str, Any], fact: str, expected: object) -> None:
    assert getattr(key(RING, **inputs), fact).value == expected


def test_in_a_preview_a_key_is_where_its_ring_is() -> None:
    new = waiting(made("kms/cryptoKey:CryptoKey", "key", keyRing=UNKNOWN), keyRing=RING)
    (found,) = read(new, RING).keys
    assert found.multi_region.value is False


def test_keys_that_sign_encrypt_nothing() -> None:
    assert read(made("kms/cryptoKey:CryptoKey", purpose="ASYMMETRIC_SIGN")).keys == ()


def grant(member: str, role: str = "roles/cloudkms.cryptoKeyEncrypterDecrypter", name: str = "grant") -> Resource:
    return made("kms/cryptoKeyIAMMember:CryptoKeyIAMMember", name, cryptoKeyId=ID, role=role, member=member)


@pytest.mark.parametrize(
    ("member", "everyone"),
    [("serviceAccount:service-1@compute-system.iam.gserviceaccount.com", False), ("allUsers", True)],
)
def test_a_key_for_everybody(member: str, everyone: bool) -> None:
    assert key(RING, grant(member)).everyone.value is everyone


def test_a_ring_for_everybody_opens_its_keys() -> None:
    type = "kms/keyRingIAMMember:KeyRingIAMMember"
    assert key(RING, made(type, keyRingId=RING.id, role="r", member="allUsers")).everyone.value is True


@pytest.mark.parametrize(
    ("administrator", "role", "separated"),
    [
        ("user:a@example.com", "roles/cloudkms.admin", True),
        ("user:b@example.com", "roles/cloudkms.admin", False),
        ("user:b@example.com", "roles/owner", False),
        ("user:b@example.com", "roles/cloudkms.viewer", True),
    ],
)
def test_who_administers_a_key_does_not_use_it(administrator: str, role: str, separated: bool) -> None:
    right = made("projects/iAMMember:IAMMember", "admin", project="shop", role=role, member=administrator)
    assert key(RING, grant("user:b@example.com"), right).separated.value is separated
