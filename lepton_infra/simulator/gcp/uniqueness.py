"""Names that are taken, each within its own reach and with Google's own refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lepton_infra.simulator.behaviour import Call, CloudError
from lepton_infra.simulator.gcp import tokens

OVERWRITING: Final = frozenset({*tokens.GRANTS, tokens.SERVICE, tokens.SERVICE_IDENTITY, tokens.AUDIT_CONFIG})
"""Types that are put rather than created: a second creation changes what is there, or nothing."""

_MESSAGES: Final[Mapping[str, tuple[str, str]]] = {
    tokens.KEY_RING: ("ALREADY_EXISTS", "KeyRing {id} already exists."),
    tokens.KEY: ("ALREADY_EXISTS", "CryptoKey {id} already exists."),
    tokens.BUCKET: (
        "conflict",
        "The requested bucket name is not available: {id}. The bucket namespace is shared by all users of the system.",
    ),
    tokens.CLUSTER: ("ALREADY_EXISTS", "Already exists: {id}."),
    tokens.NODE_POOL: ("ALREADY_EXISTS", "Already exists: {id}."),
    tokens.SERVICE_ACCOUNT: ("ALREADY_EXISTS", "Service account {id} already exists within project."),
}
_OF_COMPUTE: Final = ("alreadyExists", "The resource '{id}' already exists")
_OF_OTHERS: Final = ("ALREADY_EXISTS", "Requested entity already exists: {id}")

RESERVED: Final[Mapping[str, str]] = {
    tokens.KEY_RING: "key rings cannot be deleted, so the name is taken for ever; take another one",
    tokens.KEY: "keys cannot be deleted, so the name is taken for ever; take another one, or a new key ring",
    tokens.CUSTOM_ROLE: "it was deleted, and its id is free again after 37 days; undelete it, or take another one",
    tokens.TRANSFER_JOB: "it was deleted, and its name is free again after 30 days; take another one",
    tokens.LOG_BUCKET: "it was deleted, and its name is free again after 7 days; undelete it, or take another one",
}
"""Names that stay taken after a deletion. Sources: Cloud KMS, "Object hierarchy" ("key rings and keys cannot be
deleted"); ``projects.roles.delete`` in the IAM API (7 days until it is removed, 30 more until its id is free);
``projects.locations.buckets.delete`` in the Logging API; ``transferJobs`` in the Storage Transfer API. Names of service
accounts, buckets and clusters are free at once. There is no clock here: a name that is free again after days stays
taken as long as the store lives."""


def require(call: Call, id: str) -> None:
    """Refuse what is there already, or what cannot be made again under its name.

    Raises:
        CloudError: with Google's own code.
    """
    if call.type in OVERWRITING or call.old is not None:
        return
    others = _OF_COMPUTE if call.type.startswith("gcp:compute/") else _OF_OTHERS
    code, message = _MESSAGES.get(call.type, others)
    # Every id but a bucket's begins with the project, so the same id is the same thing in whichever region's scope.
    if any(other.id == id for other in call.scope.everywhere(call.type)):
        raise CloudError(code, message.format(id=id))
    if call.type in RESERVED and any(gone.id == id for gone in call.scope.deleted(call.type)):
        raise CloudError(code, f"{message.format(id=id)} ({RESERVED[call.type]})")
