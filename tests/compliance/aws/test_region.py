"""Facts of the stack us-east: those of its golden file, and each of them follows its property."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest

from lepton_infra import clouds
from lepton_infra.clouds.aws import facts as reading
from lepton_infra.compliance.facts import (
    EVERYWHERE,
    PRIVATE_SERVICES,
    Encryption,
    Facts,
    Immutability,
    Role,
)
from lepton_infra.compliance.facts.data_class import TAG, DataClass
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph
from tests.compliance import region_facts
from tests.compliance.aws.graphs import changed, with_one, without
from tests.compliance.region_facts import declared

STACK = "us-east"
OVERSIGHT = f"{STACK}-oversight"
CLUSTER = f"{STACK}-cluster-control-plane"
DATA = f"{STACK}-storage-data"


def region() -> Graph:
    return declared(STACK)


@cache
def facts() -> Facts:
    return reading.read(region())


def named(found: tuple[Any, ...], name: str) -> Any:
    (one,) = [each for each in found if each.resource.name == name]
    return one


def test_facts_are_those_of_the_golden_file() -> None:
    assert region_facts.difference(STACK) == "", "if that is meant: make goldens"


@pytest.mark.parametrize("preview", [False, True], ids=["made", "preview"])
def test_nothing_is_passed_over(preview: bool) -> None:
    assert reading.read(declared(STACK, preview=preview)).unread == ()


def test_clouds_reads_what_the_reading_reads() -> None:
    whole = clouds.facts(region())
    assert whole.places == facts().places
    assert whole.stores == facts().stores


def test_in_a_preview_only_policies_with_arns_to_come_are_not_known() -> None:
    for grant in reading.read(declared(STACK, preview=True)).grants:
        assert grant.anyone.value is False, grant.resource.name
        assert grant.everything.value == () or grant.resource.get("policy") is UNKNOWN, grant.resource.name


Change = Callable[[Graph], Graph]


def inputs(name: str, **changes: Any) -> Change:
    return lambda given: changed(given, f"{STACK}-{name}", **changes)


def options(name: str, **changes: Any) -> Change:
    def change(given: Graph) -> Graph:
        (found,) = [each for each in given if each.name == f"{STACK}-{name}"]
        return with_one(given, replace(found, **changes))

    return change


def gone(name: str) -> Change:
    return lambda given: without(given, f"{STACK}-{name}")


def nested(name: str, property: str, **changes: Any) -> Change:
    """Other members of one property."""

    def change(given: Graph) -> Graph:
        (found,) = [each for each in given if each.name == f"{STACK}-{name}"]
        return changed(given, found.name, **{property: {**found.inputs[property], **changes}})

    return change


def edited(name: str, property: str, old: str, new: str) -> Change:
    """Another text in a policy."""

    def change(given: Graph) -> Graph:
        (found,) = [each for each in given if each.name == f"{STACK}-{name}"]
        value = found.inputs[property]
        text = value if isinstance(value, str) else json.dumps(value)
        assert old in text
        other = text.replace(old, new)
        return changed(given, found.name, **{property: other if isinstance(value, str) else json.loads(other)})

    return change


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """A change of the region, a fact that follows it, and the fact's value afterwards."""

    id: str
    change: Change
    fact: Callable[[Facts], Any]
    after: Any


MUTATIONS: list[Mutation] = [
    Mutation(
        id="a bucket loses its block of public access",
        change=gone("storage-data-public-access"),
        fact=lambda read: named(read.stores, DATA).public.value,
        after=True,
    ),
    Mutation(
        id="one of the four blocks is off",
        change=inputs("storage-data-public-access", restrictPublicBuckets=False),
        fact=lambda read: named(read.stores, DATA).public.value,
        after=True,
    ),
    Mutation(
        id="a bucket takes S3's own key",
        change=inputs(
            "storage-data-encryption", rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]
        ),
        fact=lambda read: named(read.stores, DATA).encryption.value,
        after=Encryption.PROVIDER,
    ),
    Mutation(
        id="a bucket takes the key that AWS holds",
        change=inputs(
            "storage-data-encryption", rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}}]
        ),
        fact=lambda read: named(read.stores, DATA).encryption.value,
        after=Encryption.PROVIDER,
    ),
    Mutation(
        id="a bucket keeps no versions",
        change=inputs("storage-models-versioning", versioningConfiguration={"status": "Suspended"}),
        fact=lambda read: named(read.stores, f"{STACK}-storage-models").recoverable.value,
        after=False,
    ),
    Mutation(
        id="versions live for ever",
        change=inputs("storage-data-lifecycle", rules=[]),
        fact=lambda read: named(read.stores, DATA).hidden_days.value,
        after=36525,
    ),
    Mutation(
        id="a rule is off",
        change=edited("oversight-audit-lifecycle", "rules", '"Enabled"', '"Disabled"'),
        fact=lambda read: named(read.stores, f"{OVERSIGHT}-audit").days.value,
        after=None,
    ),
    Mutation(
        id="a rule is of a part of the bucket",
        change=edited("oversight-audit-lifecycle", "rules", '"prefix": ""', '"prefix": "old/"'),
        fact=lambda read: named(read.stores, f"{OVERSIGHT}-audit").days.value,
        after=None,
    ),
    Mutation(
        id="a lock becomes one that nobody can lift",
        change=inputs("oversight-audit-lock", rule={"defaultRetention": {"mode": "COMPLIANCE", "days": 365}}),
        fact=lambda read: named(read.stores, f"{OVERSIGHT}-audit").immutable.value,
        after=Immutability.IRREVERSIBLE,
    ),
    Mutation(
        id="plain HTTP is let in",
        change=edited("storage-data-policy", "policy", "aws:SecureTransport", "aws:ViaAWSService"),
        fact=lambda read: named(read.stores, DATA).minimum_tls.value,
        after=None,
    ),
    Mutation(
        id="a bucket is emptied with its deletion",
        change=inputs("storage-data", forceDestroy=True),
        fact=lambda read: (named(read.stores, DATA).erased_with_resource.value, named(read.stores, DATA).locked.value),
        after=(True, False),
    ),
    Mutation(
        id="a bucket loses its protection",
        change=options("storage-data", protect=False),
        fact=lambda read: named(read.stores, DATA).locked.value,
        after=False,
    ),
    Mutation(
        id="a store says nothing of what it holds",
        change=inputs("storage-models", tags={}),
        fact=lambda read: named(read.stores, f"{STACK}-storage-models").data_class,
        after=DataClass.PERSONAL,
    ),
    Mutation(
        id="a store says something else",
        change=inputs("storage-data", tags={TAG: "prompt"}),
        fact=lambda read: named(read.stores, DATA).data_class,
        after=DataClass.PROMPT,
    ),
    Mutation(
        id="logs are kept for ever",
        change=inputs("cluster-logs", retentionInDays=None),
        fact=lambda read: named(read.stores, f"{STACK}-cluster-logs").days.value,
        after=None,
    ),
    Mutation(
        id="logs lose their key",
        change=inputs("cluster-logs", kmsKeyId=None),
        fact=lambda read: named(read.stores, f"{STACK}-cluster-logs").encryption.value,
        after=Encryption.PROVIDER,
    ),
    Mutation(
        id="logs lose the cloud's protection",
        change=inputs("cluster-logs", deletionProtectionEnabled=False),
        fact=lambda read: named(read.stores, f"{STACK}-cluster-logs").locked.value,
        after=False,
    ),
    Mutation(
        id="tags of images can be moved",
        change=inputs("registry-images", imageTagMutability="MUTABLE"),
        fact=lambda read: named(read.stores, f"{STACK}-registry-images").immutable_tags.value,
        after=False,
    ),
    Mutation(
        id="images are not scanned",
        change=inputs("registry-images", imageScanningConfiguration={"scanOnPush": False}),
        fact=lambda read: named(read.stores, f"{STACK}-registry-images").scanned.value,
        after=False,
    ),
    Mutation(
        id="a key does not rotate",
        change=inputs("storage-data-key", enableKeyRotation=False),
        fact=lambda read: named(read.keys, f"{DATA}-key").rotation_days.value,
        after=None,
    ),
    Mutation(
        id="a key rotates once a year",
        change=inputs("storage-data-key", rotationPeriodInDays=None),
        fact=lambda read: named(read.keys, f"{DATA}-key").rotation_days.value,
        after=365,
    ),
    Mutation(
        id="a key dies fast",
        change=inputs("storage-data-key", deletionWindowInDays=7),
        fact=lambda read: named(read.keys, f"{DATA}-key").deletion_days.value,
        after=7,
    ),
    Mutation(
        id="a key is of several regions",
        change=inputs("storage-data-key", multiRegion=True),
        fact=lambda read: (
            named(read.keys, f"{DATA}-key").multi_region.value,
            {place.location.value for place in read.places if place.role is Role.KEY},
        ),
        after=(True, {EVERYWHERE}),
    ),
    Mutation(
        id="who administers a key may use it",
        change=edited("storage-data-key", "policy", '"kms:CancelKeyDeletion"', '"kms:Decrypt"'),
        fact=lambda read: named(read.keys, f"{DATA}-key").separated.value,
        after=False,
    ),
    Mutation(
        id="a key has no policy of its own",
        change=inputs("storage-data-key", policy=None),
        fact=lambda read: named(read.keys, f"{DATA}-key").separated.value,
        after=False,
    ),
    Mutation(
        id="a key is for everybody",
        change=edited("cluster-disks-key", "policy", "StringEquals", "StringNotEquals"),
        fact=lambda read: named(read.keys, f"{STACK}-cluster-disks-key").everyone.value,
        after=True,
    ),
    Mutation(
        id="the API is open to everybody",
        change=nested("cluster-control-plane", "vpcConfig", endpointPublicAccess=True),
        fact=lambda read: named(read.clusters, CLUSTER).open_to.value,
        after=frozenset({"0.0.0.0/0"}),
    ),
    Mutation(
        id="secrets lose their key",
        change=inputs("cluster-control-plane", encryptionConfig=None),
        fact=lambda read: named(read.clusters, CLUSTER).secrets_key.value,
        after=Encryption.PROVIDER,
    ),
    Mutation(
        id="the creator becomes administrator",
        change=nested("cluster-control-plane", "accessConfig", bootstrapClusterCreatorAdminPermissions=True),
        fact=lambda read: named(read.clusters, CLUSTER).local_accounts.value,
        after=True,
    ),
    Mutation(
        id="accounts come from a config map",
        change=nested("cluster-control-plane", "accessConfig", authenticationMode="API_AND_CONFIG_MAP"),
        fact=lambda read: named(read.clusters, CLUSTER).local_accounts.value,
        after=True,
    ),
    Mutation(
        id="network policies are not enforced",
        change=inputs("cluster-vpc-cni", configurationValues=None),
        fact=lambda read: named(read.clusters, CLUSTER).network_policy.value,
        after=False,
    ),
    Mutation(
        id="audit logs are off",
        change=inputs("cluster-control-plane", enabledClusterLogTypes=["api"]),
        fact=lambda read: named(read.clusters, CLUSTER).audit_logs.value,
        after=frozenset({"api"}),
    ),
    Mutation(
        id="the cloud lets the cluster be deleted",
        change=inputs("cluster-control-plane", deletionProtection=False),
        fact=lambda read: named(read.clusters, CLUSTER).locked.value,
        after=False,
    ),
    Mutation(
        id="machines do not encrypt what they send",
        change=inputs("cluster-system", instanceTypes=["t3.large"]),
        fact=lambda read: named(read.clusters, CLUSTER).transport_encrypted.value,
        after=False,
    ),
    Mutation(
        id="pods reach the machine's credentials",
        change=nested("cluster-system-template", "metadataOptions", httpPutResponseHopLimit=2),
        fact=lambda read: named(read.nodes, f"{STACK}-cluster-system").metadata_guarded.value,
        after=False,
    ),
    Mutation(
        id="disks take the key that AWS holds",
        change=inputs("cluster-system-template", blockDeviceMappings=[{"ebs": {"encrypted": "true"}}]),
        fact=lambda read: named(read.nodes, f"{STACK}-cluster-system").disk.value,
        after=Encryption.PROVIDER,
    ),
    Mutation(
        id="disks are not encrypted",
        change=inputs("cluster-system-template", blockDeviceMappings=[{"ebs": {}}]),
        fact=lambda read: named(read.nodes, f"{STACK}-cluster-system").disk.value,
        after=Encryption.NONE,
    ),
    Mutation(
        id="somebody can log in",
        change=inputs("cluster-system-template", keyName="operators"),
        fact=lambda read: named(read.nodes, f"{STACK}-cluster-system").remote_login.value,
        after=True,
    ),
    Mutation(
        id="a subnet gives out public addresses",
        change=inputs("network-private-us-east-1a", mapPublicIpOnLaunch=True),
        fact=lambda read: named(read.nodes, f"{STACK}-cluster-system").public_address.value,
        after=True,
    ),
    Mutation(
        id="flow logs are gone",
        change=gone("network-flow"),
        fact=lambda read: read.networks[0].flow_logs.value,
        after=False,
    ),
    Mutation(
        id="images are not reached privately",
        change=gone("network-endpoint-ecr-dkr"),
        fact=lambda read: read.networks[0].private_services.value,
        after=PRIVATE_SERVICES - {"registry"},
    ),
    Mutation(
        id="the default group is left as it comes",
        change=gone("network-default"),
        fact=lambda read: read.networks[0].default_open.value,
        after=True,
    ),
    Mutation(
        id="a role may do everything",
        change=edited("cluster-role-rights", "policy", '"kms:ListGrants"', '"*"'),
        fact=lambda read: named(read.grants, f"{STACK}-cluster-role-rights").everything.value,
        after=("Action *",),
    ),
    Mutation(
        id="a role of AWS gives everything",
        change=inputs("cluster-role-AmazonEKSClusterPolicy", policyArn="arn:aws:iam::aws:policy/AdministratorAccess"),
        fact=lambda read: named(read.grants, f"{STACK}-cluster-role-AmazonEKSClusterPolicy").everything.value,
        after=("AdministratorAccess",),
    ),
    Mutation(
        id="a trust is in a whole account",
        change=edited("oversight-break-glass", "assumeRolePolicy", "aws:PrincipalArn", "aws:SourceIdentity"),
        fact=lambda read: named(read.grants, f"{OVERSIGHT}-break-glass").exact.value,
        after=False,
    ),
    Mutation(
        id="one factor is enough",
        change=edited("oversight-break-glass", "assumeRolePolicy", "aws:MultiFactorAuthPresent", "aws:SecureTransport"),
        fact=lambda read: read.break_glass[0].second_factor.value,
        after=False,
    ),
    Mutation(
        id="an emergency lasts a day",
        change=inputs("oversight-break-glass", maxSessionDuration=43200),
        fact=lambda read: read.break_glass[0].minutes.value,
        after=720,
    ),
    Mutation(
        id="the trail is of one region",
        change=inputs("oversight-trail", isMultiRegionTrail=False),
        fact=lambda read: read.trails[0].complete.value,
        after=False,
    ),
    Mutation(
        id="the trail is off",
        change=inputs("oversight-trail", enableLogging=False),
        fact=lambda read: read.trails[0].complete.value,
        after=False,
    ),
    Mutation(
        id="the trail is not validated",
        change=inputs("oversight-trail", enableLogFileValidation=None),
        fact=lambda read: read.trails[0].verified.value,
        after=False,
    ),
    Mutation(
        id="the trail hears of no objects",
        change=inputs("oversight-trail", advancedEventSelectors=None),
        fact=lambda read: (read.trails[0].complete.value, read.trails[0].data_access.value),
        after=(True, False),
    ),
    Mutation(
        id="the trail hears of reads only",
        change=edited("oversight-trail", "advancedEventSelectors", '"eventCategory"', '"readOnly"'),
        fact=lambda read: (read.trails[0].complete.value, read.trails[0].data_access.value),
        after=(False, False),
    ),
    Mutation(
        id="the trail loses its key",
        change=inputs("oversight-trail", kmsKeyId=None),
        fact=lambda read: read.trails[0].encryption.value,
        after=Encryption.PROVIDER,
    ),
    Mutation(
        id="an alert leads nowhere",
        change=gone("oversight-audit-changed-target"),
        fact=lambda read: {alert.about: alert.routed.value for alert in read.alerts},
        after={"audit-changed": False, "break-glass": True},
    ),
    Mutation(
        id="an alert is off",
        change=inputs("oversight-break-glass-used", state="DISABLED"),
        fact=lambda read: {alert.about: alert.routed.value for alert in read.alerts},
        after={"audit-changed": True, "break-glass": False},
    ),
    Mutation(
        id="nobody hears of keys",
        change=edited("oversight-audit-changed", "eventPattern", '"ScheduleKeyDeletion"', '"CreateKey"'),
        fact=lambda read: {alert.about for alert in read.alerts},
        after={"other", "break-glass"},
    ),
    Mutation(
        id="alerts lose their key",
        change=inputs("oversight-alerts", kmsMasterKeyId=None),
        fact=lambda read: read.alert_routes[0].encryption and read.alert_routes[0].encryption.value,
        after=Encryption.NONE,
    ),
    Mutation(
        id="nothing is backed up",
        change=gone("oversight-backups-data"),
        fact=lambda read: read.backups[0].covers.value,
        after=frozenset(),
    ),
    Mutation(
        id="backups are kept for ever",
        change=edited("oversight-backups", "rules", '"deleteAfter": 30', '"coldStorageAfter": 30'),
        fact=lambda read: read.backups[0].days.value,
        after=None,
    ),
    Mutation(
        id="no copy is out of reach",
        change=edited("oversight-backups", "rules", '"copyActions"', '"scanActions"'),
        fact=lambda read: read.backups[0].elsewhere.value,
        after=False,
    ),
    Mutation(
        id="restoring is not tried",
        change=gone("oversight-restore-trial"),
        fact=lambda read: read.backups[0].restore_tested.value,
        after=False,
    ),
    Mutation(
        id="nobody looks for attacks",
        change=inputs("oversight-detector", enable=False),
        fact=lambda read: named(read.detections, f"{OVERSIGHT}-detector").on.value,
        after=False,
    ),
    Mutation(
        id="a resource leaves the region",
        change=inputs("storage-data", region="eu-west-1"),
        fact=lambda read: {place.location.value for place in read.places} - {EVERYWHERE},
        after={"us-east-1", "eu-west-1"},
    ),
]


@pytest.mark.parametrize("case", MUTATIONS, ids=lambda case: case.id)
def test_a_fact_follows_its_property(case: Mutation) -> None:
    before = _or_none(case.fact, facts())
    found = case.fact(reading.read(case.change(region())))

    assert found == case.after
    assert before != case.after


def _or_none(fact: Callable[[Facts], Any], read: Facts) -> Any:
    """The fact before the change; None where the question does not arise then."""
    try:
        return fact(read)
    except AttributeError:
        return NotImplemented
