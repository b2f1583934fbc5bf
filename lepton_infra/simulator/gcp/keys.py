"""Customer-managed keys: where they are, what they are for, and who may use them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lepton_infra.simulator.behaviour import Call, CloudError, Stored
from lepton_infra.simulator.gcp import tokens
from lepton_infra.simulator.gcp.agents import key_user, uses_keys
from lepton_infra.simulator.gcp.identity import location
from lepton_infra.simulator.gcp.made import named
from lepton_infra.simulator.gcp.paths import texts_at
from lepton_infra.simulator.gcp.places import place_of, region_of

_COMPUTE: Final = "compute.googleapis.com"

ENCRYPTED: Final[Mapping[str, Mapping[str, str]]] = {
    tokens.BUCKET: {"encryption.defaultKmsKeyName": "storage.googleapis.com"},
    tokens.CLUSTER: {
        "databaseEncryption.keyName": "container.googleapis.com",
        "nodeConfig.bootDiskKmsKey": _COMPUTE,
    },
    tokens.NODE_POOL: {"nodeConfig.bootDiskKmsKey": _COMPUTE},
    tokens.REPOSITORY: {"kmsKeyName": "artifactregistry.googleapis.com"},
    tokens.LOG_BUCKET: {"cmekSettings.kmsKeyName": "logging.googleapis.com"},
    tokens.TOPIC: {"kmsKeyName": "pubsub.googleapis.com"},
}
"""Properties that hold a key, and the service that encrypts with it."""

ROLES: Final = frozenset({"roles/cloudkms.cryptoKeyEncrypterDecrypter"})
"""What lets a service agent use a key (Cloud KMS, "Permissions and roles")."""

_GLOBAL: Final = frozenset({tokens.TOPIC})
"""Things without a place of their own: their keys may be in any."""


def require(call: Call) -> None:
    """Refuse what would be encrypted under a key that is elsewhere, of another purpose or closed to the service.

    Raises:
        CloudError: with Google's own code.
    """
    for path, service in ENCRYPTED.get(call.type, {}).items():
        for _, given in texts_at(call.inputs, path):
            key = named(call, tokens.KEY, given)
            if key is not None:
                _same_place(call, key)
                _symmetric(key)
                _granted(call, key, service)


def _same_place(call: Call, key: Stored) -> None:
    where = key.id.split("/")[3]
    home = _home(call)
    if call.type not in _GLOBAL and where != home:
        raise CloudError(
            "INVALID_ARGUMENT",
            f"The Cloud KMS key {key.id} is in {where} and cannot be used in {home}: both must be in the same location",
        )


def _home(call: Call) -> str:
    """The region of a resource, or the multi-region of a bucket (``eu`` is KMS's ``europe``)."""
    if call.type == tokens.NODE_POOL:
        cluster = named(call, tokens.CLUSTER, str(call.inputs["cluster"]))
        if cluster is not None:
            return region_of(cluster.state["location"]) or ""
    here = location(call).lower()
    return region_of(here) or {"eu": "europe"}.get(here, here)


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
            f"Permission denied on Cloud KMS key {key.id}: {agent} needs {', '.join(ROLES)}. Grant it by a "
            "gcp.kms.CryptoKeyIAMMember and depend on that",
        )


def _members(call: Call, key: Stored) -> Iterator[str]:
    """Everybody whom the key, its ring or the project lets encrypt and decrypt."""
    ring = key.id.partition("/cryptoKeys/")[0]
    on_the_key = {"cryptoKeyId": key.id, "keyRingId": ring, "project": place_of(call.scope).project}
    for grant in call.scope.everywhere(*_GRANTS):
        property = _GRANTS[grant.type]
        if grant.inputs.get(property) == on_the_key[property] and grant.inputs["role"] in ROLES:
            yield from (text for path in ("member", "members") for _, text in texts_at(grant.inputs, path))


_GRANTS: Final[Mapping[str, str]] = {
    tokens.KEY_MEMBER: "cryptoKeyId",
    tokens.KEY_BINDING: "cryptoKeyId",
    tokens.KEY_RING_MEMBER: "keyRingId",
    tokens.KEY_RING_BINDING: "keyRingId",
    tokens.PROJECT_MEMBER: "project",
    tokens.PROJECT_BINDING: "project",
}
