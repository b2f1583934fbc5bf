"""No property through which data can leave goes unclassified: neither with a new type nor with a new SDK."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lepton_infra import project
from lepton_infra.clouds.aws.facts.places import REGISTRY
from lepton_infra.simulator import schema
from lepton_infra.simulator.aws.catalogue import TYPES
from lepton_infra.simulator.shapes import Either, Entries, Items, Record, Shape, fields
from lepton_infra.testing.stacks import stack_graph

LIKE_A_PLACE = re.compile(r"region|location|geo|replica|copy|copies|destination", re.IGNORECASE)

SECOND_LOCATIONS = """
    s3/bucket s3/bucketReplicationConfig s3control/multiRegionAccessPoint kms/key kms/externalKey kms/replicaKey
    dynamodb/table dynamodb/globalTable secretsmanager/secret ecr/replicationConfiguration efs/replicationConfiguration
    ebs/snapshotCopy ec2/amiCopy rds/snapshotCopy rds/clusterSnapshotCopy rds/cluster rds/globalCluster
    dlm/lifecyclePolicy backup/plan backup/reportPlan datasync/task cloudtrail/trail cloudtrail/eventDataStore
    cfg/configurationAggregator cfg/aggregateAuthorization securityhub/findingAggregator securityhub/aggregatorV2
    observabilityadmin/centralizationRuleForOrganization securitylake/dataLake ssm/resourceDataSync ssm/association
    ssmincidents/replicationSet cloudwatch/eventEndpoint ec2/vpcEndpoint ec2/vpcEndpointService
    ec2/vpcPeeringConnection ec2transitgateway/peeringAttachment route53/zoneAssociation
    globalaccelerator/endpointGroup cloudfront/distribution bedrock/guardrail bedrock/inferenceProfile
    elasticache/globalReplicationGroup memorydb/multiRegionCluster dsql/cluster keyspaces/keyspace msk/replicator
    storagegateway/nfsFileShare storagegateway/smbFileShare resiliencehub/resiliencyPolicy
    imagebuilder/distributionConfiguration
"""
"""What is known to lead data out of a region, by module and type."""


def inner(shape: Shape, path: str, seen: frozenset[type]) -> Iterator[str]:
    """Every path below a shape, lists as ``[]``."""
    match shape:
        case Items():
            yield from inner(shape.item, f"{path}[]", seen)
        case Entries():
            yield from inner(shape.item, path, seen)
        case Either():
            for option in shape.options:
                yield from inner(option, path, seen)
        case Record() if shape.cls not in seen:
            for name, field in fields(shape.cls).items():
                yield f"{path}.{name}"
                yield from inner(field.shape, f"{path}.{name}", seen | {shape.cls})


def paths(type: str) -> set[str]:
    found: set[str] = set()
    for name, field in (schema.inputs_of(type) or {}).items():
        found |= {name, *inner(field.shape, name, frozenset())}
    return found


def used() -> set[str]:
    """The types that a region is made of, and the others that the embedded cloud knows."""
    region = stack_graph(project.find(Path(__file__)), "us-east")
    return {each.type for each in region if each.package == "aws" and not each.is_provider} | {
        type.token for type in TYPES
    }


def unclassified(type: str, found: set[str]) -> set[str]:
    """Paths with a name like a place that no entry covers."""
    telling = {path for path in found - {"region"} if LIKE_A_PLACE.search(path.rpartition(".")[2])}
    return {path for path in telling if not REGISTRY.is_classified(type, path)}


def test_every_property_of_our_types_that_looks_like_a_place_is_classified() -> None:
    types = used()
    missing = {(type, path) for type in types for path in unclassified(type, paths(type))}

    assert len(types) > 50
    assert missing == set()


def test_a_property_that_is_new_would_be_noticed() -> None:
    assert unclassified("aws:s3/bucket:Bucket", {"replicaRegions", "bucket", "region"}) == {"replicaRegions"}
    assert unclassified("aws:ec2/vpc:Vpc", {"peerings[].peerRegion"}) == {"peerings[].peerRegion"}


@pytest.mark.parametrize("name", SECOND_LOCATIONS.split())
def test_what_is_known_to_lead_data_away_is_in_the_registry(name: str) -> None:
    assert [type for type in REGISTRY.types if type.split(":")[1] == name], name


@pytest.mark.parametrize("type", sorted(REGISTRY.types))
def test_the_registry_names_properties_that_there_are(type: str) -> None:
    known = {path.replace("[]", "") for path in paths(type)}
    entries = REGISTRY.types[type]

    assert entries
    assert [entry.path for entry in entries if entry.path and entry.path.replace("[]", "") not in known] == []
    assert unclassified(type, paths(type)) == set()


def test_an_entry_is_a_place_or_has_a_reason_why_not() -> None:
    ways = {"region", "arn", "bucket", "named", "flag", "model", "everywhere", "home"}
    for type, entries in REGISTRY.types.items():
        for entry in entries:
            assert (entry.role is None) == bool(entry.reason), (type, entry)
            assert entry.role is None or entry.read in ways, (type, entry)
