"""Facts of databases, caches and queues, from a table of their property names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lepton_infra.clouds.azure.facts.declared import Azure, data_class, differs, equals
from lepton_infra.clouds.azure.facts.encryption import by_key, key_of, version
from lepton_infra.clouds.azure.facts.protection import is_locked
from lepton_infra.compliance.facts import Encryption, Store, StoreKind
from lepton_infra.compliance.graph.graph import Resource
from lepton_infra.compliance.graph.three_valued import told

SQL_DATABASE: Final = "sql:Database"


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Property names of a kind of store: encryption key, public access, local logins, TLS version, zones.

    ``login`` is the property and the value that disable its own passwords or keys, ``zones`` the same for copies in
    several zones, ``tls`` the property and Azure's default.
    """

    kind: StoreKind
    key: str
    public: str = "publicNetworkAccess"
    login: tuple[str, Any] | None = None
    tls: tuple[str, str] | None = None
    zones: tuple[str, Any] | None = None
    recoverable: bool | None = None


PLAIN: Final[Mapping[str, Shape]] = {
    "appconfiguration:ConfigurationStore": Shape(
        kind=StoreKind.DATABASE,
        key="encryption.keyVaultProperties.keyIdentifier",
        login=("disableLocalAuth", True),
    ),
    "cosmosdb:DatabaseAccount": Shape(
        kind=StoreKind.DATABASE,
        key="keyVaultKeyUri",
        login=("disableLocalAuth", True),
        tls=("minimalTlsVersion", "Tls12"),
        zones=("locations[0].isZoneRedundant", True),
        recoverable=True,
    ),
    "dbformysql:Server": Shape(
        kind=StoreKind.DATABASE,
        key="dataEncryption.primaryKeyURI",
        public="network.publicNetworkAccess",
        zones=("highAvailability.mode", "ZoneRedundant"),
        recoverable=True,
    ),
    "dbforpostgresql:Server": Shape(
        kind=StoreKind.DATABASE,
        key="dataEncryption.primaryKeyURI",
        public="network.publicNetworkAccess",
        login=("authConfig.passwordAuth", "Disabled"),
        zones=("highAvailability.mode", "ZoneRedundant"),
        recoverable=True,
    ),
    "eventhub:Namespace": Shape(
        kind=StoreKind.QUEUE,
        key="encryption.keyVaultProperties",
        login=("disableLocalAuth", True),
        tls=("minimumTlsVersion", "1.2"),
        zones=("zoneRedundant", True),
    ),
    "redis:Redis": Shape(
        kind=StoreKind.DATABASE,
        key="encryption",
        login=("disableAccessKeyAuthentication", True),
        tls=("minimumTlsVersion", "1.0"),
    ),
    "servicebus:Namespace": Shape(
        kind=StoreKind.QUEUE,
        key="encryption.keyVaultProperties",
        login=("disableLocalAuth", True),
        tls=("minimumTlsVersion", "1.2"),
        zones=("zoneRedundant", True),
    ),
    "sql:Server": Shape(
        kind=StoreKind.DATABASE,
        key="keyId",
        login=("administrators.azureADOnlyAuthentication", True),
        tls=("minimalTlsVersion", "1.0"),
        recoverable=True,
    ),
}
"""Kinds of store without a module of their own. ``recoverable`` databases make their backups by themselves."""

KINDS: Final = frozenset({SQL_DATABASE, *PLAIN})


def databases(azure: Azure) -> Iterator[Store]:
    """Facts of every store of ``PLAIN``, and of every SQL database."""
    for name, shape in PLAIN.items():
        for resource in azure.of(name):
            yield _plain(azure, resource, shape)
    for resource in azure.of(SQL_DATABASE):
        yield _database(azure, resource)


def _plain(azure: Azure, resource: Resource, shape: Shape) -> Store:
    login, tls, zones = shape.login, shape.tls, shape.zones
    return Store(
        resource=resource,
        kind=shape.kind,
        data_class=data_class(azure, resource),
        encryption=by_key(resource, shape.key),
        key=key_of(azure, resource, shape.key),
        public=differs(resource, shape.public, "Disabled", "SecuredByPerimeter", default="Enabled"),
        locked=is_locked(azure, resource),
        recoverable=None if shape.recoverable is None else resource.says(shape.recoverable),
        shared_key=None if login is None else differs(resource, login[0], login[1]),
        minimum_tls=None if tls is None else told(resource, tls[0], version, tls[1]),
        zone_redundant=None if zones is None else equals(resource, *zones),
    )


def _database(azure: Azure, resource: Resource) -> Store:
    """The store of a SQL database; key, logins and public access are its server's."""
    server = azure.parent(resource)
    return Store(
        resource=resource,
        kind=StoreKind.DATABASE,
        data_class=data_class(azure, resource),
        encryption=by_key(server, "keyId") if server is not None else resource.says(Encryption.PROVIDER),
        locked=is_locked(azure, resource),
        recoverable=resource.says(True),
        zone_redundant=equals(resource, "zoneRedundant", True),
    )
