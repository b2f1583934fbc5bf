"""No property by which data could leave comes into a type that we know without somebody saying what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lepton_infra import project
from lepton_infra.clouds.gcp.facts.places import REGISTRY
from lepton_infra.simulator import schema, sdk
from lepton_infra.simulator.shapes import Either, Entries, Items, Record, Shape, fields
from lepton_infra.testing.stacks import stack_graph

TELLING = re.compile(r"region|location|geo|replica|copy|destination", re.IGNORECASE)

SECOND_LOCATIONS = [
    "gcp:alloydb/cluster:Cluster",
    "gcp:artifactregistry/repository:Repository",
    "gcp:bigquery/reservation:Reservation",
    "gcp:cloudrunv2/service:Service",
    "gcp:compute/backendBucket:BackendBucket",
    "gcp:compute/backendService:BackendService",
    "gcp:compute/diskAsyncReplication:DiskAsyncReplication",
    "gcp:compute/globalAddress:GlobalAddress",
    "gcp:compute/globalForwardingRule:GlobalForwardingRule",
    "gcp:compute/image:Image",
    "gcp:compute/managedSslCertificate:ManagedSslCertificate",
    "gcp:compute/resourcePolicy:ResourcePolicy",
    "gcp:compute/snapshot:Snapshot",
    "gcp:compute/snapshotSettings:SnapshotSettings",
    "gcp:container/cluster:Cluster",
    "gcp:container/nodePool:NodePool",
    "gcp:dns/recordSet:RecordSet",
    "gcp:filestore/instance:Instance",
    "gcp:firestore/database:Database",
    "gcp:gkebackup/backupPlan:BackupPlan",
    "gcp:kms/keyRing:KeyRing",
    "gcp:logging/folderSettings:FolderSettings",
    "gcp:logging/organizationSettings:OrganizationSettings",
    "gcp:logging/projectBucketConfig:ProjectBucketConfig",
    "gcp:logging/projectSink:ProjectSink",
    "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
    "gcp:pubsub/topic:Topic",
    "gcp:secretmanager/secret:Secret",
    "gcp:spanner/instanceConfig:InstanceConfig",
    "gcp:sql/databaseInstance:DatabaseInstance",
    "gcp:storage/bucket:Bucket",
    "gcp:storage/transferJob:TransferJob",
]
"""Types with a property that leads to a second place, found by a scan of the whole SDK."""


def paths(type: str) -> Iterator[str]:
    """Every property of a type, at any depth, lists marked."""
    for name, field in (schema.inputs_of(type) or {}).items():
        yield name
        yield from _inside(field.shape, name, frozenset())


def _inside(shape: Shape, path: str, seen: frozenset[type]) -> Iterator[str]:
    match shape:
        case Items():
            yield f"{path}[]"
            yield from _inside(shape.item, f"{path}[]", seen)
        case Entries():
            yield from _inside(shape.item, path, seen)
        case Either():
            for option in shape.options:
                yield from _inside(option, path, seen)
        case Record() if shape.cls not in seen:
            for name, field in fields(shape.cls).items():
                yield f"{path}.{name}"
                yield from _inside(field.shape, f"{path}.{name}", seen | {shape.cls})


@pytest.mark.parametrize("type", sorted(REGISTRY.types))
def test_every_telling_property_is_classified(type: str) -> None:
    telling = [path for path in paths(type) if TELLING.search(path.rpartition(".")[2])]

    assert [path for path in telling if not REGISTRY.is_classified(type, path)] == []


@pytest.mark.parametrize("type", sorted(REGISTRY.types))
def test_every_classified_property_exists(type: str) -> None:
    assert type in sdk.tokens("gcp")
    assert {entry.path for entry in REGISTRY.types[type] if entry.path} - set(paths(type)) == set()


def test_what_is_no_place_has_a_reason_and_nothing_else_does() -> None:
    unexplained = [
        (type, entry.path)
        for type, found in REGISTRY.types.items()
        for entry in found
        if (entry.role is None) != bool(entry.reason)
    ]

    assert unexplained == []


@pytest.mark.parametrize("type", SECOND_LOCATIONS)
def test_types_with_a_second_place_are_known(type: str) -> None:
    assert type in REGISTRY.types


def test_every_type_of_our_own_region_is_known() -> None:
    graph = stack_graph(project.find(Path(__file__)), "ap-south")
    types = {resource.type for resource in graph if resource.package == "gcp" and not resource.is_provider}

    assert types
    assert {type for type in types if not REGISTRY.knows(type)} == set()


def test_a_type_of_a_new_service_is_not_known() -> None:
    assert not REGISTRY.knows("gcp:looker/instance:Instance")
    assert REGISTRY.knows("gcp:looker/instanceIAMMember:InstanceIAMMember")
