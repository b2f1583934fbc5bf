"""Facts of Cloud KMS keys, and the encryption of other resources by their key properties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lepton_infra.clouds.gcp.facts import places
from lepton_infra.clouds.gcp.facts.properties import at, days, guarded, made_of
from lepton_infra.clouds.gcp.facts.rights import ANYONE, granted
from lepton_infra.compliance.facts import Encryption, Facts, Key
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen, Unknown

KEY: Final = "gcp:kms/cryptoKey:CryptoKey"
RING: Final = "gcp:kms/keyRing:KeyRing"

_ENCRYPTING: Final = ("ENCRYPT_DECRYPT", "RAW_ENCRYPT_DECRYPT")
_EXTERNAL: Final = ("EXTERNAL", "EXTERNAL_VPC")
_DESTROY_DAYS: Final = 30
"""Default of ``destroyScheduledDuration``, in days (Cloud KMS API reference)."""
_REGIONAL: Final = re.compile(r"[a-z]+-[a-z]+\d+")
_USE: Final = re.compile(r"roles/cloudkms\.(cryptoKey(Encrypter|Decrypter|EncrypterDecrypter)|cryptoOperator)")
_ADMINISTER: Final = frozenset({"roles/cloudkms.admin", "roles/owner", "roles/editor"})


def read(graph: Graph) -> Facts:
    """Facts of keys for encryption; signing keys encrypt no store."""
    found = (each for each in graph.of(KEY) if each.get("purpose", "ENCRYPT_DECRYPT") in _ENCRYPTING)
    return Facts(keys=tuple(_key(graph, each) for each in found))


def encryption(graph: Graph, resource: Resource, *paths: str) -> Seen[Encryption]:
    """Encryption of a resource, by the first of its properties ``paths`` with a key.

    Google encrypts everything, so without a customer-managed key it is the provider's.
    """
    for path in paths:
        for seen in at(resource, path):
            return resource.says(_of_named(graph, resource, path, seen.value), seen.path)
    return resource.says(Encryption.PROVIDER, paths[0].replace("[]", "") if paths else "")


def key_of(graph: Graph, resource: Resource, *paths: str) -> Seen[str] | None:
    """URN of the key in ``paths``, or its name if the graph does not have it; None without a key."""
    for path in paths:
        for seen in at(resource, path):
            urns: list[str | Unknown] = [key.urn for key in made_of(graph, resource, path, KEY)]
            return resource.says((urns or [seen.value])[0], seen.path)
    return None


def _of_named(graph: Graph, resource: Resource, path: str, value: object) -> Encryption | Unknown:
    for key in made_of(graph, resource, path, KEY):
        return _level(key).value
    if value is UNKNOWN:
        return UNKNOWN
    return Encryption.CUSTOMER if value else Encryption.PROVIDER


def _level(key: Resource) -> Seen[Encryption]:
    path = "versionTemplate.protectionLevel"
    level = key.get(path, "SOFTWARE")
    if level is UNKNOWN:
        return key.says(UNKNOWN, path)
    return key.says(Encryption.EXTERNAL if level in _EXTERNAL else Encryption.CUSTOMER, path)


def _key(graph: Graph, key: Resource) -> Key:
    destruction = days(key.get("destroyScheduledDuration"))
    return Key(
        resource=key,
        encryption=_level(key),
        rotation_days=key.says(days(key.get("rotationPeriod")), "rotationPeriod"),
        deletion_days=key.says(_DESTROY_DAYS if destruction is None else destruction, "destroyScheduledDuration"),
        locked=guarded(key),
        everyone=_everyone(graph, key),
        separated=_separated(graph, key),
        multi_region=_multi_region(graph, key),
    )


def _scopes(graph: Graph, key: Resource) -> tuple[Resource, ...]:
    return (key, *made_of(graph, key, "keyRing", RING))


def _everyone(graph: Graph, key: Resource) -> Seen[bool]:
    for right in granted(graph, *_scopes(graph, key)):
        if not ANYONE.isdisjoint(right.members):
            return right.resource.says(True, right.path)
    return key.says(False)


def _separated(graph: Graph, key: Resource) -> Seen[bool]:
    """True if no IAM member both administers and uses the key. Members are compared by name."""
    rights = list(granted(graph, *_scopes(graph, key), project=True))
    use = {who for right in rights if _USE.fullmatch(right.role) for who in right.members}
    for right in rights:
        if right.role in _ADMINISTER and not use.isdisjoint(right.members):
            return right.resource.says(False, "role")
    return key.says(True)


def _multi_region(graph: Graph, key: Resource) -> Seen[bool]:
    """True if the key ring is multi-regional. The id of a ring that is not in the graph contains its location."""
    rings = made_of(graph, key, "keyRing", RING)
    location = places.home(graph, rings[0]) if rings else _inside(key.get("keyRing"))
    seen: bool | Unknown = UNKNOWN if not isinstance(location, str) else _REGIONAL.fullmatch(location) is None
    return rings[0].says(seen, "location") if rings else key.says(seen, "keyRing")


def _inside(ring: object) -> str | None:
    """Location in a key ring's id, ``projects/p/locations/l/keyRings/r`` or ``p/l/r``."""
    parts = list(_segments(ring))
    return places.code(parts[-3] if "keyRings" in parts else parts[-2]) if len(parts) > 1 else None


def _segments(ring: object) -> Iterator[str]:
    yield from ring.split("/") if isinstance(ring, str) else ()
