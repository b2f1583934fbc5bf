"""Azure resources of a graph by type without API version, and their references, parents and resource groups."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from lepton_infra.compliance.facts.data_class import TAG, DataClass
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen
from lepton_infra.compliance.graph.paths import texts
from lepton_infra.compliance.graph.three_valued import told

PACKAGE: Final = "azure-native"

_VERSION: Final = re.compile(r"/v[0-9]{8}\w*(?=:)")

_MOVED: Final[Mapping[str, str]] = {"documentdb": "cosmosdb", "insights": "monitor"}
"""Modules renamed in the third major version of the SDK."""

_NAMES: Final[Mapping[str, str]] = {
    "cognitiveservices:Account": "accountName",
    "containerregistry:Registry": "registryName",
    "containerservice:ManagedCluster": "resourceName",
    "cosmosdb:DatabaseAccount": "accountName",
    "dataprotection:BackupPolicy": "backupPolicyName",
    "dataprotection:BackupVault": "vaultName",
    "keyvault:Key": "keyName",
    "keyvault:Vault": "vaultName",
    "managedidentity:UserAssignedIdentity": "resourceName",
    "monitor:ActionGroup": "actionGroupName",
    "network:VirtualNetwork": "virtualNetworkName",
    "operationalinsights:Workspace": "workspaceName",
    "recoveryservices:Vault": "vaultName",
    "resources:ResourceGroup": "resourceGroupName",
    "storage:BlobContainer": "containerName",
    "storage:StorageAccount": "accountName",
}
"""The input with the name of a resource, which others may repeat as plain text."""

_PARENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "accountName": ("StorageAccount", "DatabaseAccount", "Account"),
    "configStoreName": ("ConfigurationStore",),
    "namespaceName": ("Namespace",),
    "networkSecurityGroupName": ("NetworkSecurityGroup",),
    "privateEndpointName": ("PrivateEndpoint",),
    "privateZoneName": ("PrivateZone",),
    "profileName": ("Profile",),
    "registryName": ("Registry",),
    "resourceName": ("ManagedCluster", "UserAssignedIdentity", "SignalR"),
    "routeTableName": ("RouteTable",),
    "serverName": ("Server",),
    "serviceName": ("ApiManagementService",),
    "vaultName": ("Vault", "BackupVault"),
    "virtualNetworkName": ("VirtualNetwork",),
    "workspaceName": ("Workspace",),
}
"""Types of the parent, by the input that has its name; both are of the same module."""

_EXTENDED: Final = ("resourceUri", "scope", "targetResourceId")
"""Inputs with the id of the resource that an extension resource extends."""


def kind(resource: Resource) -> str:
    """Type without package and API version, such as ``storage:StorageAccount``; empty for another package.

    That is the kind of ``azure-native:storage/v20230101:StorageAccount``.
    """
    if resource.package != PACKAGE or resource.is_provider:
        return ""
    module, _, name = _VERSION.sub("", resource.type).removeprefix(f"{PACKAGE}:").partition(":")
    return f"{_MOVED.get(module, module)}:{name}"


@dataclass(frozen=True)
class Azure:
    """The ``azure-native`` resources of a graph, with queries for references and parents."""

    graph: Graph

    def __iter__(self) -> Iterator[Resource]:
        return (each for each in self.graph if each.custom and kind(each))

    @cached_property
    def _by_kind(self) -> Mapping[str, tuple[Resource, ...]]:
        found: dict[str, list[Resource]] = {}
        for resource in self:
            found.setdefault(kind(resource), []).append(resource)
        return {name: tuple(each) for name, each in found.items()}

    def of(self, *kinds: str) -> tuple[Resource, ...]:
        """Resources of these kinds."""
        return tuple(each for name in kinds for each in self._by_kind.get(name, ()))

    def named(self, resource: Resource, property: str, *kinds: str) -> tuple[Resource, ...]:
        """Resources of ``kinds`` that an input of ``resource`` refers to.

        The resources of the input's outputs come first, then those that the graph finds by id or name, then Azure's own
        references: case-insensitive ids, ids of a part, and names within ids and URLs. No kinds: all resources.
        """
        among = self.of(*kinds) if kinds else tuple(self)
        made_of = resource.property_urns.get(property, frozenset())
        found = tuple(each for each in among if each.urn in made_of)
        if not found:
            types = tuple(dict.fromkeys(each.type for each in among))
            found = tuple(
                each for each in self.graph.refers(resource, property, *types) if each.custom and each != resource
            )
        if found:
            return found
        named = [text.lower().rstrip("/") for text in texts(resource.inputs.get(property))]
        others = [each for each in among if each.urn != resource.urn]
        if kinds:
            return tuple(each for each in others if any(_is_named(each, text) for text in named))
        return tuple(nearest for text in named for nearest in _nearest(others, text))

    def behind(self, resource: Resource, property: str, value: Any) -> tuple[Resource, ...]:
        """Resources that one ``value`` within an input refers to; if unknown, those whose outputs make the input."""
        if value is not UNKNOWN:
            alone = replace(resource, inputs={property: value}, property_urns={})
            return self.named(alone, property)
        made_of = resource.property_urns.get(property, frozenset())
        return tuple(each for each in self if each.urn in made_of)

    def naming(self, resource: Resource, property: str, *kinds: str) -> tuple[Resource, ...]:
        """Resources of ``kinds`` whose ``property`` refers to ``resource``."""
        return tuple(each for each in self.of(*kinds) if resource in self.named(each, property, kind(resource)))

    def group(self, resource: Resource) -> Resource | None:
        """The resource group of ``resource``, if the graph has it."""
        return next(iter(self.named(resource, "resourceGroupName", "resources:ResourceGroup")), None)

    def is_part(self, resource: Resource) -> bool:
        """True if ``resource`` has a parent or extends another resource than its group, in the graph or not."""
        return any(True for _ in self._holders(resource))

    def parent(self, resource: Resource) -> Resource | None:
        """The parent of ``resource``, or the resource that it extends, if the graph has it."""
        for property, kinds in self._holders(resource):
            for found in self.named(resource, property, *kinds):
                if found.urn != resource.urn:
                    return found
        return None

    def _holders(self, resource: Resource) -> Iterator[tuple[str, tuple[str, ...]]]:
        module, _, own = kind(resource).partition(":")
        for property, names in _PARENTS.items():
            if own not in names and property in resource.inputs and kind(resource) not in _OWN_NAMES.get(property, ()):
                yield property, tuple(f"{module}:{name}" for name in names)
        for property in _EXTENDED:
            if property in resource.inputs:
                yield property, ()


_OWN_NAMES: Final[Mapping[str, frozenset[str]]] = {
    property: frozenset(name for name, own in _NAMES.items() if own == property) for property in _PARENTS
}


def data_class(azure: Azure, resource: Resource) -> DataClass:
    """Data class by the resource's tag, or by its parent's; personal data if neither has one."""
    tags = resource.inputs.get("tags")
    said = tags.get(TAG) if isinstance(tags, Mapping) else None
    if isinstance(said, str) and said in set(DataClass):
        return DataClass(said)
    parent = azure.parent(resource)
    return DataClass.PERSONAL if parent is None or said is not None else data_class(azure, parent)


def equals(resource: Resource, path: str, *values: Any, default: Any = None) -> Seen[bool]:
    """True if an input is one of ``values``; text is compared case-insensitively, as Azure does."""
    return told(resource, path, lambda value: _folded(value) in [_folded(each) for each in values], default)


def differs(resource: Resource, path: str, *values: Any, default: Any = None) -> Seen[bool]:
    """True if an input is none of ``values``; text is compared case-insensitively."""
    return told(resource, path, lambda value: _folded(value) not in [_folded(each) for each in values], default)


def _folded(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _is_named(resource: Resource, text: str) -> bool:
    """True if a lowercase text is the id of a resource or of a part of it, its name, or a URL of its host."""
    if not text:
        return False
    id = (resource.id or "").lower()
    if id and (text == id or text.startswith(f"{id}/")):
        return True
    name = name_of(resource).lower()
    if not name:
        return False
    return text == name or f"/{name}/" in f"{text}/" or text.startswith(f"https://{name}.")


def _nearest(among: list[Resource], text: str) -> list[Resource]:
    """The resource of a lowercase id, or the one that the id is a part of; by its last name if no id is known yet.

    A name alone counts if only one resource has it.
    """
    if "/" not in text:
        called = [each for each in among if name_of(each).lower() == text]
        return called if len(called) == 1 else []
    holders = [each for each in among if each.id and f"{text}/".startswith(f"{each.id.lower()}/")]
    exact = [each for each in holders if _ends_in(each, text)]
    named = [each for each in among if _ends_in(each, text)]
    if exact or named:
        return (exact or named)[:1]
    parts = [each for each in holders if kind(each) != "resources:ResourceGroup"]
    return sorted(parts, key=lambda each: len(each.id or ""))[-1:]


def _ends_in(resource: Resource, text: str) -> bool:
    """True if the last two parts of an id are a resource's type and name: ``.../storageaccounts/name``."""
    *_, type, name = f"//{text}".split("/")
    short = kind(resource).partition(":")[2].lower()[:-1]
    return bool(name) and name == name_of(resource).lower() and type.startswith(short)


def name_of(resource: Resource) -> str:
    """Physical name of a resource on Azure; empty if it is not known."""
    given = resource.inputs.get(_NAMES.get(kind(resource), ""))
    if isinstance(given, str):
        return given
    name = resource.outputs.get("name")
    return name if isinstance(name, str) else (resource.id or "").rpartition("/")[2]
