"""Where things are, and where data can come to be besides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lepton_infra.clouds.aws.facts import places
from lepton_infra.compliance.facts import EVERYWHERE, Place, Role
from lepton_infra.compliance.facts.data_class import TAG, DataClass
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource
from tests.compliance.aws.graphs import ACCOUNT, PROVIDER, graph, made

ABROAD = replace(PROVIDER, urn=f"{PROVIDER.urn}-abroad", name="abroad", inputs={"region": "eu-west-1"})


def of(resource: Resource, *others: Resource) -> list[Place]:
    """The places of one resource."""
    found = places.read(Graph(resources=(*graph(resource, *others), ABROAD)))
    return [place for place in found if place.location.resource.urn == resource.urn]


def second(resource: Resource, *others: Resource) -> list[tuple[Role, Any]]:
    return [
        (place.role, place.location.value)
        for place in places.read(Graph(resources=(*graph(resource, *others), ABROAD)))
        if place.location.resource.urn == resource.urn and place.location.path not in ("", "region")
    ]


def home(resource: Resource, *others: Resource) -> Any:
    given = Graph(resources=(*graph(resource, *others), ABROAD))
    return places.location(given, resource).value


def test_a_resource_stands_where_its_provider_works() -> None:
    assert home(made("aws:ec2/vpc:Vpc")) == "us-east-1"
    assert home(replace(made("aws:ec2/vpc:Vpc"), provider=ABROAD.urn)) == "eu-west-1"


def test_a_resource_with_a_region_of_its_own_stands_there() -> None:
    assert home(made("aws:ec2/vpc:Vpc", region="eu-central-1")) == "eu-central-1"
    assert home(made("aws:ec2/vpc:Vpc", region=UNKNOWN)) is UNKNOWN


def test_location_under_a_default_provider_is_unknown() -> None:
    bare = replace(made("aws:ec2/vpc:Vpc"), provider=None)
    assert home(bare) is None
    assert home(replace(bare, outputs={"region": "us-west-2"})) == "us-west-2"


def test_rights_are_everywhere_and_hold_no_data() -> None:
    (place,) = places.read(Graph(resources=(made("aws:iam/role:Role"),)))
    assert (place.location.value, place.holds_data, place.role) == (EVERYWHERE, False, Role.HOME)


def test_a_provider_is_a_place_by_itself() -> None:
    (place,) = places.read(Graph(resources=(PROVIDER,)))
    assert (place.role, place.location.value, place.holds_data) == (Role.PROVIDER, "us-east-1", False)


BUCKET = made("aws:s3/bucket:Bucket", "copies", bucket="copies", outputs={"arn": "arn:aws:s3:::copies"})


def replicating(target: Any) -> Resource:
    return made(
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        bucket="originals",
        rules=[{"status": "Enabled", "destination": {"bucket": target}}],
    )


@pytest.mark.parametrize("provider", [PROVIDER, ABROAD])
def test_a_copy_is_where_its_bucket_is(provider: Resource) -> None:
    there = replace(BUCKET, provider=provider.urn)
    assert second(replicating("arn:aws:s3:::copies"), there) == [(Role.COPY, provider.inputs["region"])]


def test_a_bucket_of_somebody_else_may_be_anywhere() -> None:
    assert second(replicating("arn:aws:s3:::of-somebody")) == [(Role.COPY, None)]


def test_in_a_preview_a_copy_is_found_by_what_it_is_made_of() -> None:
    there = replace(BUCKET, provider=ABROAD.urn)
    rules = [{"status": "Enabled", "destination": {"bucket": UNKNOWN}}]
    config = made(
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig", of={"rules": there}, bucket="originals", rules=rules
    )
    assert second(config, there) == [(Role.COPY, "eu-west-1")]
    assert second(replicating(UNKNOWN)) == [(Role.COPY, UNKNOWN)]
    rules_unknown = made(config.type, bucket="originals", of={"rules": there})
    assert {location for _, location in second(rules_unknown, there)} == {"eu-west-1"}


@pytest.mark.parametrize(
    ("type", "inputs", "expected"),
    [
        ("aws:secretsmanager/secret:Secret", {"replicas": [{"region": "eu-west-1"}]}, [(Role.REPLICA, "eu-west-1")]),
        (
            "aws:ecr/replicationConfiguration:ReplicationConfiguration",
            {
                "replicationConfiguration": {
                    "rules": [{"destinations": [{"region": "sa-east-1", "registryId": ACCOUNT}]}]
                }
            },
            [(Role.REPLICA, "sa-east-1")],
        ),
        ("aws:kms/key:Key", {"multiRegion": True}, [(Role.KEY, EVERYWHERE)]),
        ("aws:kms/key:Key", {"multiRegion": False}, []),
        (
            "aws:backup/plan:Plan",
            {
                "rules": [
                    {"copyActions": [{"destinationVaultArn": f"arn:aws:backup:eu-west-1:{ACCOUNT}:backup-vault:other"}]}
                ]
            },
            [(Role.BACKUP, "eu-west-1")],
        ),
        ("aws:dynamodb/table:Table", {"replicas": [{"regionName": "eu-west-1"}]}, [(Role.REPLICA, "eu-west-1")]),
        ("aws:efs/replicationConfiguration:ReplicationConfiguration", {"destination": UNKNOWN}, [(Role.COPY, UNKNOWN)]),
        (
            "aws:cfg/configurationAggregator:ConfigurationAggregator",
            {"accountAggregationSource": {"allRegions": True, "accountIds": [ACCOUNT]}},
            [(Role.LOG, EVERYWHERE)],
        ),
        (
            "aws:rds/instance:Instance",
            {"replicateSourceDb": f"arn:aws:rds:eu-west-1:{ACCOUNT}:db:main"},
            [(Role.REPLICA, "eu-west-1")],
        ),
        ("aws:rds/instance:Instance", {"replicateSourceDb": "main"}, []),
        ("aws:ec2/vpcPeeringConnection:VpcPeeringConnection", {"peerRegion": "eu-west-1"}, [(Role.PEER, "eu-west-1")]),
        ("aws:cloudtrail/trail:Trail", {"isMultiRegionTrail": True}, []),
        (
            "aws:bedrock/inferenceProfile:InferenceProfile",
            {"modelSource": {"copyFrom": "arn:aws:bedrock:us-east-1:1:inference-profile/global.vendor.model"}},
            [(Role.AI, EVERYWHERE)],
        ),
        (
            "aws:bedrock/inferenceProfile:InferenceProfile",
            {"modelSource": {"copyFrom": "arn:aws:bedrock:us-east-1::foundation-model/vendor.model"}},
            [(Role.AI, "us-east-1")],
        ),
        (
            "aws:bedrock/inferenceProfile:InferenceProfile",
            {"modelSource": {"copyFrom": "arn:aws:bedrock:us-east-1:1:inference-profile/eu.vendor.model"}},
            [(Role.AI, None)],
        ),
    ],
)
def test_destinations_of_data(type: str, inputs: dict[str, Any], expected: list[tuple[Role, Any]]) -> None:
    assert second(made(type, **inputs)) == expected


@pytest.mark.parametrize(
    ("type", "role"),
    [
        ("aws:cloudfront/distribution:Distribution", Role.EDGE),
        ("aws:globalaccelerator/accelerator:Accelerator", Role.EDGE),
        ("aws:rds/globalCluster:GlobalCluster", Role.REPLICA),
    ],
)
def test_what_runs_everywhere_is_everywhere(type: str, role: Role) -> None:
    (place,) = [place for place in places.read(graph(made(type))) if place.role is not Role.PROVIDER]
    assert (place.role, place.location.value, place.holds_data) == (role, EVERYWHERE, True)


def test_a_copied_key_is_a_key_where_it_is_made() -> None:
    (place,) = of(replace(made("aws:kms/replicaKey:ReplicaKey", region="eu-west-1"), provider=PROVIDER.urn))
    assert (place.role, place.location.value) == (Role.KEY, "eu-west-1")


def test_a_place_has_the_class_of_what_is_there() -> None:
    tagged = made("aws:s3/bucket:Bucket", "originals", bucket="originals", tags={TAG: "model_artifact"})
    copying = replicating("arn:aws:s3:::of-somebody")
    found = places.read(graph(tagged, copying, made("aws:cloudwatch/logGroup:LogGroup", tags={TAG: "invented"})))
    classes = {place.location.resource.type.rpartition(":")[2]: place.data_class for place in found}
    assert classes["Bucket"] is DataClass.MODEL_ARTIFACT
    assert classes["BucketReplicationConfig"] is DataClass.MODEL_ARTIFACT
    assert classes["LogGroup"] is DataClass.PERSONAL
