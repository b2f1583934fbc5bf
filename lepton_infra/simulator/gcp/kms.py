"""Cloud KMS: key rings and keys, and the demands of services that encrypt with a customer's key.

Names stay taken for ever (Cloud KMS, "Object hierarchy": "key rings and keys cannot be deleted").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from lepton_infra.simulator.behaviour import Call, CloudError, Failure, Properties, Stored
from lepton_infra.simulator.core.paths import texts_at
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.gcp.agents import key_user, uses_keys
from lepton_infra.simulator.gcp.iam import binding, member
from lepton_infra.simulator.gcp.identifiers import Identifiers, location
from lepton_infra.simulator.gcp.lookups import named
from lepton_infra.simulator.gcp.places import Place, place_of, region_of
from lepton_infra.simulator.gcp.projects import PROJECT_BINDING, PROJECT_MEMBER
from lepton_infra.simulator.gcp.resource_type import GcpType, LiveResource, Reference, Request, Unique
from lepton_infra.simulator.gcp.syntax import duration, matches

_DAY: Final = 86400
_KMS_NAME: Final = matches(r"[a-zA-Z0-9_-]{1,63}", "1 to 63 letters, digits, hyphens and underscores")
_ROLES: Final = frozenset({"roles/cloudkms.cryptoKeyEncrypterDecrypter"})
"""Roles that let a service agent use a key (Cloud KMS, "Permissions and roles")."""


def _ring(call: Call, given: str) -> Stored | None:
    return named(call, KEY_RING, key_ring_id(given, place_of(call.scope).project) if "/" in given else given)


KEY_RING_NAME: Final = Reference(message="KeyRing {given} not found.", find=_ring)
KEY_NAME: Final = Reference(message="CryptoKey {given} not found.")


def _rotation(inputs: Properties, place: Place) -> Iterator[Failure]:
    purpose = inputs.get("purpose", "ENCRYPT_DECRYPT")
    if inputs.get("rotationPeriod") is not None and isinstance(purpose, str) and purpose != "ENCRYPT_DECRYPT":
        reason = f"INVALID_ARGUMENT: keys for {purpose} are not rotated; leave rotationPeriod out"
        yield Failure(path="rotationPeriod", reason=reason)


def key_ring_id(given: str, project: str) -> str:
    """The id of a key ring that is given by its id, ``project/location/name`` or ``location/name``."""
    if given.startswith("projects/"):
        return given
    location, name = given.split("/")[-2:]
    return f"projects/{given.split('/')[0] if given.count('/') == 2 else project}/locations/{location}/keyRings/{name}"


def _key(live: LiveResource) -> dict[str, Any]:
    if live.call.inputs.get("skipInitialVersionCreation"):
        return {"primaries": []}
    return {"primaries": [{"name": f"{live.id}/cryptoKeyVersions/1", "state": "ENABLED"}]}


KEY_RING: Final = GcpType(
    token="gcp:kms/keyRing:KeyRing",
    identifiers=Identifiers(id="projects/{project}/locations/{location}/keyRings/{name}"),
    referred_to=KEY_RING_NAME,
    api=Request(schema="cloudkms.v1#KeyRing"),
    formats={"name": _KMS_NAME},
    unique=Unique(
        code="ALREADY_EXISTS",
        message="KeyRing {id} already exists.",
        kept="key rings cannot be deleted, so the name is taken for ever; take another one",
    ),
    immutable=paths("name location"),
)

KEY: Final = GcpType(
    token="gcp:kms/cryptoKey:CryptoKey",
    identifiers=Identifiers(
        id="{keyRing}/cryptoKeys/{name}",
        words=lambda call, common: {"keyRing": key_ring_id(common["keyRing"], common["project"])},
    ),
    referred_to=KEY_NAME,
    api=Request(schema="cloudkms.v1#CryptoKey", uncovered={"keyRing": "a reference"}),
    formats={
        "name": _KMS_NAME,
        "rotationPeriod": duration(_DAY, 876000 * 3600),
        "destroyScheduledDuration": duration(_DAY, 120 * _DAY),
    },
    input_rules=(_rotation,),
    references={"keyRing": KEY_RING_NAME},
    unique=Unique(
        code="ALREADY_EXISTS",
        message="CryptoKey {id} already exists.",
        kept="keys cannot be deleted, so the name is taken for ever; take another one, or a new key ring",
    ),
    defaults={
        "purpose": "ENCRYPT_DECRYPT",
        "destroyScheduledDuration": "2592000s",
        "importOnly": False,
        "versionTemplate": {"algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION", "protectionLevel": "SOFTWARE"},
    },
    outputs=_key,
    immutable=paths(
        "name keyRing purpose importOnly destroyScheduledDuration cryptoKeyBackend versionTemplate.protectionLevel"
    ),
)

KEY_MEMBER: Final = member("gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", on="cryptoKeyId", reference=KEY_NAME)
KEY_BINDING: Final = binding("gcp:kms/cryptoKeyIAMBinding:CryptoKeyIAMBinding", on="cryptoKeyId", reference=KEY_NAME)
KEY_RING_MEMBER: Final = member("gcp:kms/keyRingIAMMember:KeyRingIAMMember", on="keyRingId", reference=KEY_RING_NAME)
KEY_RING_BINDING: Final = binding(
    "gcp:kms/keyRingIAMBinding:KeyRingIAMBinding", on="keyRingId", reference=KEY_RING_NAME
)
_GRANTS: Final = {
    type.token: str(type.grant_on)
    for type in (KEY_MEMBER, KEY_BINDING, KEY_RING_MEMBER, KEY_RING_BINDING, PROJECT_MEMBER, PROJECT_BINDING)
}


def home_of(call: Call) -> str:
    """The region of a resource, or the multi-region of a bucket (``eu`` is KMS's ``europe``)."""
    here = location(call).lower()
    return region_of(here) or {"eu": "europe"}.get(here, here)


def usable_key(path: str, service: str, home: Callable[[Call], str] | None = home_of) -> Callable[[Call], None]:
    """The demand that a key at a path is where the resource is, can encrypt, and is open to a service's agent.

    Without ``home`` the resource has no place of its own, and its key may be in any.
    """

    def require(call: Call) -> None:
        for _, given in texts_at(call.inputs, path):
            key = named(call, KEY, given)
            if key is not None:
                if home is not None:
                    _same_place(key, home(call))
                _symmetric(key)
                _granted(call, key, service)

    return require


def _same_place(key: Stored, home: str) -> None:
    where = key.id.split("/")[3]
    if where != home:
        raise CloudError(
            "INVALID_ARGUMENT",
            f"The Cloud KMS key {key.id} is in {where} and cannot be used in {home}: both must be in the same location",
        )


def _symmetric(key: Stored) -> None:
    if key.state.get("purpose") != "ENCRYPT_DECRYPT":
        raise CloudError(
            "INVALID_ARGUMENT", f"{key.id} is for {key.state.get('purpose')}; allowed: a key for ENCRYPT_DECRYPT"
        )


def _granted(call: Call, key: Stored, service: str) -> None:
    if not any(uses_keys(member, service) for member in _members(call, key)):
        agent = key_user(service, "<project number>").removeprefix("serviceAccount:")
        raise CloudError(
            "PERMISSION_DENIED",
            f"Permission denied on Cloud KMS key {key.id}: {agent} needs {', '.join(_ROLES)}. Grant it by a "
            "gcp.kms.CryptoKeyIAMMember and depend on that",
        )


def _members(call: Call, key: Stored) -> Iterator[str]:
    """Everybody whom the key, its ring or the project lets encrypt and decrypt."""
    ring = key.id.partition("/cryptoKeys/")[0]
    on_the_key = {"cryptoKeyId": key.id, "keyRingId": ring, "project": place_of(call.scope).project}
    for grant in call.scope.everywhere(*_GRANTS):
        property = _GRANTS[grant.type]
        if grant.inputs.get(property) == on_the_key[property] and grant.inputs["role"] in _ROLES:
            yield from (text for path in ("member", "members") for _, text in texts_at(grant.inputs, path))


TYPES: Final = (KEY_RING, KEY, KEY_MEMBER, KEY_BINDING, KEY_RING_MEMBER, KEY_RING_BINDING)
