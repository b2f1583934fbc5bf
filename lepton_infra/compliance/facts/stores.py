"""Facts about data stores, encryption keys and the locations of data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.graph.graph import Resource, Seen


class Role(StrEnum):
    """Role of a location for the data at it, such as home, copy or backup."""

    HOME = "home"
    """The resource itself is there."""
    PROVIDER = "provider"
    """A provider makes things there."""
    COPY = "copy"
    """Objects are replicated or transferred there."""
    BACKUP = "backup"
    """Backups or snapshots are kept there."""
    REPLICA = "replica"
    """A registry, secret or database has a second home there."""
    GEO = "geo"
    """The cloud keeps redundant copies there by the kind of storage chosen."""
    AI = "ai"
    """A managed model computes there."""
    KEY = "key"
    """A key, or a copy of it, is there."""
    EDGE = "edge"
    """Traffic is terminated there."""
    LOG = "log"
    """Logs are kept or collected there."""
    PEER = "peer"
    """A network or a service there is connected."""


EVERYWHERE = "global"
"""Location of global services, which a cloud runs everywhere at once and does not promise to keep in one place."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A location where data can come to be.

    ``location`` is the cloud's own code (a zone counts as its region), :data:`EVERYWHERE`, or None where a destination
    cannot be told. ``cloud`` is the cloud that the code belongs to. ``holds_data`` is False for what only configures.
    """

    role: Role
    cloud: str
    location: Seen[str | None]
    data_class: DataClass
    holds_data: bool = True


class StoreKind(StrEnum):
    """Kind of data store."""

    BUCKET = "bucket"
    LOG = "log"
    DISK = "disk"
    REGISTRY = "registry"
    SECRETS = "secrets"
    DATABASE = "database"
    BACKUP = "backup"
    QUEUE = "queue"


class Encryption(StrEnum):
    """Encryption at rest by the custody of the key, from the weakest."""

    NONE = "none"
    PROVIDER = "provider-managed"
    CUSTOMER = "customer-managed"
    EXTERNAL = "external"


class Immutability(StrEnum):
    """Immutability of stored content (object lock, retention lock) until its time is over."""

    NONE = "none"
    REVERSIBLE = "reversible"
    IRREVERSIBLE = "irreversible"
    """No one, the cloud's own staff included, can shorten it."""


@dataclass(frozen=True, kw_only=True)
class Store:
    """A data store, such as a bucket, a log, a disk or a registry.

    ``days`` is how long content is kept by age (None: for ever), ``hidden_days`` how long what was replaced or deleted
    lives on in versions and soft deletion. Retention is None where it has no meaning (a disk's content dies with
    it). ``erased_with_resource`` is whether a deletion of the resource empties it first. ``recoverable`` is whether
    replaced content can be had back: versions, or a backup plan that covers it. ``shared_key`` is whether a password or
    key of its own opens it. ``zone_redundant`` is whether its content is in several zones.
    """

    resource: Resource
    kind: StoreKind
    data_class: DataClass
    encryption: Seen[Encryption]
    key: Seen[str] | None = None
    public: Seen[bool] | None = None
    days: Seen[int | None] | None = None
    hidden_days: Seen[int] | None = None
    immutable: Seen[Immutability] | None = None
    erased_with_resource: Seen[bool] | None = None
    locked: Seen[bool] | None = None
    recoverable: Seen[bool] | None = None
    access_logged: Seen[bool] | None = None
    shared_key: Seen[bool] | None = None
    minimum_tls: Seen[str | None] | None = None
    """Lowest version of TLS that it takes, such as ``1.2``; None if it answers without TLS."""
    zone_redundant: Seen[bool] | None = None
    immutable_tags: Seen[bool] | None = None
    """Of a registry: whether tags are immutable, so that none can be moved to another image."""
    scanned: Seen[bool] | None = None
    """Of a registry: whether images are scanned for known weaknesses."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """An encryption key of a key service.

    ``rotation_days`` is None where it never rotates, ``deletion_days`` the time between a deletion and its effect,
    ``everyone`` whether its policy lets anybody use it, ``separated`` whether who administers it cannot use it.
    """

    resource: Resource
    encryption: Seen[Encryption]
    rotation_days: Seen[int | None]
    deletion_days: Seen[int]
    locked: Seen[bool]
    everyone: Seen[bool]
    separated: Seen[bool]
    multi_region: Seen[bool]
