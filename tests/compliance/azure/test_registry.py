"""The ratchet: no property of Azure whose name speaks of a place goes by without somebody having decided what it is."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from lepton_infra import project
from lepton_infra.clouds.azure.facts.places import REGISTRY
from lepton_infra.simulator import schema
from lepton_infra.simulator.azure_native.catalogue import TYPES
from lepton_infra.simulator.shapes import Either, Entries, Field, Items, Record, Shape, fields
from lepton_infra.testing.stacks import stack_graph

STEMS = ("region", "location", "geo", "replica", "replication", "copy", "copies", "destination")
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

SECOND_PLACES = frozenset(
    {
        "apimanagement:ApiManagementService",
        "appconfiguration:Replica",
        "azurefleet:Fleet",
        "cdn:Profile",
        "cognitiveservices:Account",
        "cognitiveservices:Deployment",
        "compute:GalleryImageVersion",
        "containerregistry:Replication",
        "cosmosdb:DatabaseAccount",
        "dataprotection:BackupVault",
        "dbforpostgresql:Server",
        "keyvault:ManagedHsm",
        "keyvault:Vault",
        "machinelearningservices:Registry",
        "recoveryservices:ReplicationFabric",
        "recoveryservices:Vault",
        "servicebus:Namespace",
        "sql:Database",
        "storage:ObjectReplicationPolicy",
        "storage:StorageAccount",
    }
)
"""Types by which data is known to leave a location, ours or not."""


def speaks_of_a_place(name: str) -> bool:
    return any(word.lower().startswith(STEMS) for word in WORD.findall(name))


def named_like_places(type: str) -> list[str]:
    """The property paths of a type whose last name speaks of a place."""
    names = (path for path in all_paths(type) if not path.endswith(("[]", "{}")))
    return sorted(path for path in names if speaks_of_a_place(path.rpartition(".")[2]))


def all_paths(type: str) -> set[str]:
    return set(_paths(schema.inputs_of(f"azure-native:{type}") or {}, "", frozenset()))


def _paths(properties: dict[str, Field] | object, path: str, seen: frozenset[object]) -> Iterator[str]:
    assert hasattr(properties, "items")
    for name, field in properties.items():
        inner = f"{path}.{name}" if path else name
        yield inner
        yield from _below(field.shape, inner, seen)


def _below(shape: Shape, path: str, seen: frozenset[object]) -> Iterator[str]:
    match shape:
        case Record() if shape.cls not in seen:
            yield from _paths(fields(shape.cls), path, seen | {shape.cls})
        case Items():
            yield from (f"{path}[]", *_below(shape.item, f"{path}[]", seen))
        case Entries():
            yield from (f"{path}{{}}", *_below(shape.item, f"{path}{{}}", seen))
        case Either():
            for option in shape.options:
                yield from _below(option, path, seen)


def ours() -> list[str]:
    graph = stack_graph(project.find(Path(__file__)), "eu-west")
    types = {each.type for each in graph if each.package == "azure-native" and not each.is_provider}
    return sorted(type.removeprefix("azure-native:") for type in types)


def unclassified(types: Iterable[str]) -> set[tuple[str, str]]:
    """Paths with a name like a place that no entry covers. `location` of every type is its home."""
    named = {(type, path) for type in types for path in named_like_places(type) if path != "location"}
    return {(type, path) for type, path in named if not REGISTRY.is_classified(type, path)}


def test_every_property_of_our_types_that_speaks_of_a_place_is_classified() -> None:
    types = ours()

    assert len(types) > 20
    assert unclassified(types) == set()


def test_every_property_of_the_types_the_embedded_cloud_knows_is_classified() -> None:
    assert unclassified([type.token.removeprefix("azure-native:") for type in TYPES]) == set()


def test_every_known_second_place_is_in_the_registry() -> None:
    assert SECOND_PLACES - REGISTRY.types.keys() == set()
    assert unclassified(SECOND_PLACES) == set()


@pytest.mark.parametrize("name", ["regionDetails", "geoRedundantBackup", "targetRegions", "copySettings", "replicas"])
def test_a_new_property_for_a_place_would_be_noticed(name: str) -> None:
    assert speaks_of_a_place(name)
    assert not REGISTRY.is_classified("storage:StorageAccount", name)


@pytest.mark.parametrize("name", ["messageOfTheDay", "podIPAllocationMode", "tags"])
def test_other_names_are_let_be(name: str) -> None:
    assert not speaks_of_a_place(name)


@pytest.mark.parametrize("type", sorted(set(REGISTRY.types) - {"*"}))
def test_the_registry_names_properties_that_exist(type: str) -> None:
    known = all_paths(type)

    missing = [
        entry.path for entry in REGISTRY.types[type] if entry.role and entry.path and not _exists(entry.path, known)
    ]
    assert missing == []


def _exists(path: str, known: set[str]) -> bool:
    """Whether the SDK has the property, or leaves open what is at its path."""
    return path in known or any(path.startswith(f"{each}.") and each.endswith("{}.config") for each in known)


def test_what_is_no_place_has_a_reason_and_nothing_else_does() -> None:
    entries = [entry for found in REGISTRY.types.values() for entry in found]

    assert len([entry for entry in entries if entry.role is not None]) > 40
    assert [entry for entry in entries if (entry.role is None) != bool(entry.reason)] == []
