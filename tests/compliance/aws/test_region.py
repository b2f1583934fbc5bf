"""The region of us-east, read: what it means, before and after it is made, and that every fact follows its property."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lepton_infra import clouds, project
from lepton_infra.clouds.aws import facts as reading
from lepton_infra.compliance.facts import (
    ALERTS,
    AUDIT_LOGS,
    EVERYWHERE,
    PRIVATE_SERVICES,
    Encryption,
    Facts,
    Immutability,
    Role,
)
from lepton_infra.compliance.facts.data_class import TAG, DataClass
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph
from lepton_infra.testing.compliance import neutral
from lepton_infra.testing.stacks import stack_graph
from tests.compliance.aws.graphs import changed, with_one, without

STACK = "us-east"
OVERSIGHT = f"{STACK}-oversight"
CLUSTER = f"{STACK}-cluster-control-plane"
DATA = f"{STACK}-storage-data"


@cache
def region(*, preview: bool = False) -> Graph:
    return neutral(stack_graph(project.find(Path(__file__)), STACK, preview=preview))


@cache
def facts(*, preview: bool = False) -> Facts:
    return reading.read(region(preview=preview))


@pytest.fixture(params=[False, True], ids=["made", "preview"])
def read(request: pytest.FixtureRequest) -> Facts:
    return facts(preview=bool(request.param))


def named(found: tuple[Any, ...], name: str) -> Any:
    (one,) = [each for each in found if each.resource.name == name]
    return one


def values(record: Any) -> dict[str, Any]:
    """The facts of a record as plain values."""
    return {
        key: value.value if hasattr(value, "value") and hasattr(value, "path") else value
        for key, value in vars(record).items()
        if key != "resource"
    }


def test_nothing_is_passed_over(read: Facts) -> None:
    assert [str(each) for each in read.unread] == []


def test_every_place_is_the_stacks_own(read: Facts) -> None:
    assert {place.location.value for place in read.places if place.holds_data} == {"us-east-1"}
    assert {place.location.value for place in read.places} == {"us-east-1", EVERYWHERE}
    assert {place.role for place in read.places} == {Role.HOME, Role.PROVIDER, Role.LOG, Role.BACKUP}


def test_clouds_reads_what_the_reading_reads() -> None:
    whole = clouds.facts(region())
    assert whole.places == facts().places
    assert whole.stores == facts().stores


def test_the_data_bucket(read: Facts) -> None:
    store = values(named(read.stores, DATA))
    assert store.pop("minimum_tls") in ("1.2", UNKNOWN), "in a preview its policy holds the ARN of a key to be made"
    assert store.pop("key").endswith(f"::{DATA}-key")
    assert {key: value for key, value in store.items() if value is not None} == {
        "kind": "bucket",
        "data_class": DataClass.PERSONAL,
        "encryption": Encryption.CUSTOMER,
        "public": False,
        "hidden_days": 30,
        "immutable": Immutability.NONE,
        "erased_with_resource": False,
        "locked": True,
        "recoverable": True,
        "access_logged": True,
        "zone_redundant": True,
    }


def test_stores_by_class_and_encryption(read: Facts) -> None:
    found = {store.resource.name.removeprefix(f"{STACK}-"): store for store in read.stores}
    classes = {name: store.data_class for name, store in found.items() if not name.startswith("registry-")}
    assert classes == {
        "storage-data": DataClass.PERSONAL,
        "storage-models": DataClass.MODEL_ARTIFACT,
        "storage-access-log": DataClass.AUDIT_LOG,
        "oversight-audit": DataClass.AUDIT_LOG,
        "oversight-vault": DataClass.BACKUP,
        "oversight-sealed": DataClass.BACKUP,
        "cluster-logs": DataClass.AUDIT_LOG,
        "network-flow-logs": DataClass.AUDIT_LOG,
        "oversight-ai-events": DataClass.AI_EVENT,
    }
    weaker = {name for name, store in found.items() if store.encryption.value is not Encryption.CUSTOMER}
    assert weaker == {"storage-access-log"}, "S3 delivers access logs to no bucket under a customer's key"
    assert [name for name, store in found.items() if values(store)["locked"] is not True] == []
    logs = [store.days for store in read.stores if store.data_class is DataClass.AUDIT_LOG]
    assert {days and days.value for days in logs} == {365}


def test_images_are_fixed_and_scanned(read: Facts) -> None:
    images = [store for store in read.stores if store.kind == "registry"]
    assert images
    assert {(values(store)["immutable_tags"], values(store)["scanned"]) for store in images} == {(True, True)}
    assert {store.data_class for store in images} == {DataClass.MODEL_ARTIFACT}


def test_keys(read: Facts) -> None:
    assert len(read.keys) == 10
    for key in read.keys:
        assert values(key) == {
            "encryption": Encryption.CUSTOMER,
            "rotation_days": 90,
            "deletion_days": 30,
            "locked": True,
            "everyone": False,
            "separated": True,
            "multi_region": False,
        }, key.resource.name


def test_the_cluster(read: Facts) -> None:
    (cluster,) = read.clusters
    found = values(cluster)
    assert found.pop("audit_logs") >= AUDIT_LOGS
    assert found == {
        "open_to": frozenset(),
        "secrets_key": Encryption.CUSTOMER,
        "local_accounts": False,
        "workload_identity": True,
        "network_policy": True,
        "transport_encrypted": None,
        "verifies_images": False,
        "locked": True,
        "zones": 3,
    }


def test_nodes(read: Facts) -> None:
    assert len(read.nodes) == 3
    for nodes in read.nodes:
        found = values(nodes)
        assert found.pop("accelerated") is ("pool-l4" in nodes.resource.name)
        assert found == {
            "disk": Encryption.CUSTOMER,
            "metadata_guarded": True,
            "public_address": False,
            "remote_login": False,
            "verified_boot": None,
            "zones": 3,
        }


def test_the_network(read: Facts) -> None:
    (network,) = read.networks
    assert values(network) == {"flow_logs": True, "private_services": PRIVATE_SERVICES, "default_open": False}
    (opening,) = read.openings
    assert (opening.inbound, opening.from_port, opening.to_port) == (True, 443, 443)
    assert opening.peers.value == frozenset({network.resource.get("cidrBlock")})
    assert read.listeners == ()


def test_rights() -> None:
    for grant in facts().grants:
        assert grant.everything.value == (), grant.resource.name
        assert grant.anyone.value is False, grant.resource.name
        assert grant.exact is None or grant.exact.value is True, grant.resource.name
    assert facts().credentials == ()


def test_in_a_preview_only_policies_with_arns_to_come_are_not_known() -> None:
    for grant in facts(preview=True).grants:
        assert grant.anyone.value is False, grant.resource.name
        assert grant.everything.value == () or grant.resource.get("policy") is UNKNOWN, grant.resource.name


def test_oversight(read: Facts) -> None:
    (trail,) = read.trails
    assert values(trail) == {
        "complete": True,
        "verified": True,
        "encryption": Encryption.CUSTOMER,
        "data_access": True,
        "with_content": False,
    }
    assert {alert.about for alert in read.alerts if alert.routed.value is True} == ALERTS
    (route,) = read.alert_routes
    assert (route.receivers.value, route.encryption and route.encryption.value) == (
        ("security@example.com",),
        Encryption.CUSTOMER,
    )
    (emergency,) = read.break_glass
    assert values(emergency) == {"minutes": 60, "second_factor": True}
    assert {detection.on.value for detection in read.detections} == {True}


def test_backups(read: Facts) -> None:
    (backup,) = read.backups
    covered = backup.covers.value
    assert isinstance(covered, frozenset)
    assert {urn.rpartition("::")[2] for urn in covered} == {DATA}
    assert {**values(backup), "covers": None} == {
        "covers": None,
        "days": 30,
        "elsewhere": True,
        "restore_tested": True,
    }
    sealed = named(read.stores, f"{OVERSIGHT}-sealed")
    assert sealed.immutable.value is Immutability.IRREVERSIBLE


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


MUTATIONS: list[tuple[str, Change, Callable[[Facts], Any], Any]] = [
    (
        "a bucket loses its block of public access",
        gone("storage-data-public-access"),
        lambda read: named(read.stores, DATA).public.value,
        True,
    ),
    (
        "one of the four blocks is off",
        inputs("storage-data-public-access", restrictPublicBuckets=False),
        lambda read: named(read.stores, DATA).public.value,
        True,
    ),
    (
        "a bucket takes S3's own key",
        inputs("storage-data-encryption", rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]),
        lambda read: named(read.stores, DATA).encryption.value,
        Encryption.PROVIDER,
    ),
    (
        "a bucket takes the key that AWS holds",
        inputs("storage-data-encryption", rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}}]),
        lambda read: named(read.stores, DATA).encryption.value,
        Encryption.PROVIDER,
    ),
    (
        "a bucket keeps no versions",
        inputs("storage-models-versioning", versioningConfiguration={"status": "Suspended"}),
        lambda read: named(read.stores, f"{STACK}-storage-models").recoverable.value,
        False,
    ),
    (
        "versions live for ever",
        inputs("storage-data-lifecycle", rules=[]),
        lambda read: named(read.stores, DATA).hidden_days.value,
        36525,
    ),
    (
        "a rule is off",
        edited("oversight-audit-lifecycle", "rules", '"Enabled"', '"Disabled"'),
        lambda read: named(read.stores, f"{OVERSIGHT}-audit").days.value,
        None,
    ),
    (
        "a rule is of a part of the bucket",
        edited("oversight-audit-lifecycle", "rules", '"prefix": ""', '"prefix": "old/"'),
        lambda read: named(read.stores, f"{OVERSIGHT}-audit").days.value,
        None,
    ),
    (
        "a lock becomes one that nobody can lift",
        inputs("oversight-audit-lock", rule={"defaultRetention": {"mode": "COMPLIANCE", "days": 365}}),
        lambda read: named(read.stores, f"{OVERSIGHT}-audit").immutable.value,
        Immutability.IRREVERSIBLE,
    ),
    (
        "plain HTTP is let in",
        edited("storage-data-policy", "policy", "aws:SecureTransport", "aws:ViaAWSService"),
        lambda read: named(read.stores, DATA).minimum_tls.value,
        None,
    ),
    (
        "a bucket is emptied with its deletion",
        inputs("storage-data", forceDestroy=True),
        lambda read: (named(read.stores, DATA).erased_with_resource.value, named(read.stores, DATA).locked.value),
        (True, False),
    ),
    (
        "a bucket loses its protection",
        options("storage-data", protect=False),
        lambda read: named(read.stores, DATA).locked.value,
        False,
    ),
    (
        "a store says nothing of what it holds",
        inputs("storage-models", tags={}),
        lambda read: named(read.stores, f"{STACK}-storage-models").data_class,
        DataClass.PERSONAL,
    ),
    (
        "a store says something else",
        inputs("storage-data", tags={TAG: "prompt"}),
        lambda read: named(read.stores, DATA).data_class,
        DataClass.PROMPT,
    ),
    (
        "logs are kept for ever",
        inputs("cluster-logs", retentionInDays=None),
        lambda read: named(read.stores, f"{STACK}-cluster-logs").days.value,
        None,
    ),
    (
        "logs lose their key",
        inputs("cluster-logs", kmsKeyId=None),
        lambda read: named(read.stores, f"{STACK}-cluster-logs").encryption.value,
        Encryption.PROVIDER,
    ),
    (
        "logs lose the cloud's protection",
        inputs("cluster-logs", deletionProtectionEnabled=False),
        lambda read: named(read.stores, f"{STACK}-cluster-logs").locked.value,
        False,
    ),
    (
        "tags of images can be moved",
        inputs("registry-images", imageTagMutability="MUTABLE"),
        lambda read: named(read.stores, f"{STACK}-registry-images").immutable_tags.value,
        False,
    ),
    (
        "images are not scanned",
        inputs("registry-images", imageScanningConfiguration={"scanOnPush": False}),
        lambda read: named(read.stores, f"{STACK}-registry-images").scanned.value,
        False,
    ),
    (
        "a key does not rotate",
        inputs("storage-data-key", enableKeyRotation=False),
        lambda read: named(read.keys, f"{DATA}-key").rotation_days.value,
        None,
    ),
    (
        "a key rotates once a year",
        inputs("storage-data-key", rotationPeriodInDays=None),
        lambda read: named(read.keys, f"{DATA}-key").rotation_days.value,
        365,
    ),
    (
        "a key dies fast",
        inputs("storage-data-key", deletionWindowInDays=7),
        lambda read: named(read.keys, f"{DATA}-key").deletion_days.value,
        7,
    ),
    (
        "a key is of several regions",
        inputs("storage-data-key", multiRegion=True),
        lambda read: (
            named(read.keys, f"{DATA}-key").multi_region.value,
            {place.location.value for place in read.places if place.role is Role.KEY},
        ),
        (True, {EVERYWHERE}),
    ),
    (
        "who administers a key may use it",
        edited("storage-data-key", "policy", '"kms:CancelKeyDeletion"', '"kms:Decrypt"'),
        lambda read: named(read.keys, f"{DATA}-key").separated.value,
        False,
    ),
    (
        "a key has no policy of its own",
        inputs("storage-data-key", policy=None),
        lambda read: named(read.keys, f"{DATA}-key").separated.value,
        False,
    ),
    (
        "a key is for everybody",
        edited("cluster-disks-key", "policy", "StringEquals", "StringNotEquals"),
        lambda read: named(read.keys, f"{STACK}-cluster-disks-key").everyone.value,
        True,
    ),
    (
        "the API is open to everybody",
        nested("cluster-control-plane", "vpcConfig", endpointPublicAccess=True),
        lambda read: named(read.clusters, CLUSTER).open_to.value,
        frozenset({"0.0.0.0/0"}),
    ),
    (
        "secrets lose their key",
        inputs("cluster-control-plane", encryptionConfig=None),
        lambda read: named(read.clusters, CLUSTER).secrets_key.value,
        Encryption.PROVIDER,
    ),
    (
        "the creator becomes administrator",
        nested("cluster-control-plane", "accessConfig", bootstrapClusterCreatorAdminPermissions=True),
        lambda read: named(read.clusters, CLUSTER).local_accounts.value,
        True,
    ),
    (
        "accounts come from a config map",
        nested("cluster-control-plane", "accessConfig", authenticationMode="API_AND_CONFIG_MAP"),
        lambda read: named(read.clusters, CLUSTER).local_accounts.value,
        True,
    ),
    (
        "network policies are not enforced",
        inputs("cluster-vpc-cni", configurationValues=None),
        lambda read: named(read.clusters, CLUSTER).network_policy.value,
        False,
    ),
    (
        "audit logs are off",
        inputs("cluster-control-plane", enabledClusterLogTypes=["api"]),
        lambda read: named(read.clusters, CLUSTER).audit_logs.value,
        frozenset({"api"}),
    ),
    (
        "the cloud lets the cluster be deleted",
        inputs("cluster-control-plane", deletionProtection=False),
        lambda read: named(read.clusters, CLUSTER).locked.value,
        False,
    ),
    (
        "machines do not encrypt what they send",
        inputs("cluster-system", instanceTypes=["t3.large"]),
        lambda read: named(read.clusters, CLUSTER).transport_encrypted.value,
        False,
    ),
    (
        "pods reach the machine's credentials",
        nested("cluster-system-template", "metadataOptions", httpPutResponseHopLimit=2),
        lambda read: named(read.nodes, f"{STACK}-cluster-system").metadata_guarded.value,
        False,
    ),
    (
        "disks take the key that AWS holds",
        inputs("cluster-system-template", blockDeviceMappings=[{"ebs": {"encrypted": "true"}}]),
        lambda read: named(read.nodes, f"{STACK}-cluster-system").disk.value,
        Encryption.PROVIDER,
    ),
    (
        "disks are not encrypted",
        inputs("cluster-system-template", blockDeviceMappings=[{"ebs": {}}]),
        lambda read: named(read.nodes, f"{STACK}-cluster-system").disk.value,
        Encryption.NONE,
    ),
    (
        "somebody can log in",
        inputs("cluster-system-template", keyName="operators"),
        lambda read: named(read.nodes, f"{STACK}-cluster-system").remote_login.value,
        True,
    ),
    (
        "a subnet gives out public addresses",
        inputs("network-private-us-east-1a", mapPublicIpOnLaunch=True),
        lambda read: named(read.nodes, f"{STACK}-cluster-system").public_address.value,
        True,
    ),
    (
        "flow logs are gone",
        gone("network-flow"),
        lambda read: read.networks[0].flow_logs.value,
        False,
    ),
    (
        "images are not reached privately",
        gone("network-endpoint-ecr-dkr"),
        lambda read: read.networks[0].private_services.value,
        PRIVATE_SERVICES - {"registry"},
    ),
    (
        "the default group is left as it comes",
        gone("network-default"),
        lambda read: read.networks[0].default_open.value,
        True,
    ),
    (
        "a role may do everything",
        edited("cluster-role-rights", "policy", '"kms:ListGrants"', '"*"'),
        lambda read: named(read.grants, f"{STACK}-cluster-role-rights").everything.value,
        ("Action *",),
    ),
    (
        "a role of AWS gives everything",
        inputs("cluster-role-AmazonEKSClusterPolicy", policyArn="arn:aws:iam::aws:policy/AdministratorAccess"),
        lambda read: named(read.grants, f"{STACK}-cluster-role-AmazonEKSClusterPolicy").everything.value,
        ("AdministratorAccess",),
    ),
    (
        "a trust is in a whole account",
        edited("oversight-break-glass", "assumeRolePolicy", "aws:PrincipalArn", "aws:SourceIdentity"),
        lambda read: named(read.grants, f"{OVERSIGHT}-break-glass").exact.value,
        False,
    ),
    (
        "one factor is enough",
        edited("oversight-break-glass", "assumeRolePolicy", "aws:MultiFactorAuthPresent", "aws:SecureTransport"),
        lambda read: read.break_glass[0].second_factor.value,
        False,
    ),
    (
        "an emergency lasts a day",
        inputs("oversight-break-glass", maxSessionDuration=43200),
        lambda read: read.break_glass[0].minutes.value,
        720,
    ),
    (
        "the trail is of one region",
        inputs("oversight-trail", isMultiRegionTrail=False),
        lambda read: read.trails[0].complete.value,
        False,
    ),
    (
        "the trail is off",
        inputs("oversight-trail", enableLogging=False),
        lambda read: read.trails[0].complete.value,
        False,
    ),
    (
        "the trail is not validated",
        inputs("oversight-trail", enableLogFileValidation=None),
        lambda read: read.trails[0].verified.value,
        False,
    ),
    (
        "the trail hears of no objects",
        inputs("oversight-trail", advancedEventSelectors=None),
        lambda read: (read.trails[0].complete.value, read.trails[0].data_access.value),
        (True, False),
    ),
    (
        "the trail hears of reads only",
        edited("oversight-trail", "advancedEventSelectors", '"eventCategory"', '"readOnly"'),
        lambda read: (read.trails[0].complete.value, read.trails[0].data_access.value),
        (False, False),
    ),
    (
        "the trail loses its key",
        inputs("oversight-trail", kmsKeyId=None),
        lambda read: read.trails[0].encryption.value,
        Encryption.PROVIDER,
    ),
    (
        "an alert leads nowhere",
        gone("oversight-audit-changed-target"),
        lambda read: {alert.about: alert.routed.value for alert in read.alerts},
        {"audit-changed": False, "break-glass": True},
    ),
    (
        "an alert is off",
        inputs("oversight-break-glass-used", state="DISABLED"),
        lambda read: {alert.about: alert.routed.value for alert in read.alerts},
        {"audit-changed": True, "break-glass": False},
    ),
    (
        "nobody hears of keys",
        edited("oversight-audit-changed", "eventPattern", '"ScheduleKeyDeletion"', '"CreateKey"'),
        lambda read: {alert.about for alert in read.alerts},
        {"other", "break-glass"},
    ),
    (
        "alerts lose their key",
        inputs("oversight-alerts", kmsMasterKeyId=None),
        lambda read: read.alert_routes[0].encryption and read.alert_routes[0].encryption.value,
        Encryption.NONE,
    ),
    (
        "nothing is backed up",
        gone("oversight-backups-data"),
        lambda read: read.backups[0].covers.value,
        frozenset(),
    ),
    (
        "backups are kept for ever",
        edited("oversight-backups", "rules", '"deleteAfter": 30', '"coldStorageAfter": 30'),
        lambda read: read.backups[0].days.value,
        None,
    ),
    (
        "no copy is out of reach",
        edited("oversight-backups", "rules", '"copyActions"', '"scanActions"'),
        lambda read: read.backups[0].elsewhere.value,
        False,
    ),
    (
        "restoring is not tried",
        gone("oversight-restore-trial"),
        lambda read: read.backups[0].restore_tested.value,
        False,
    ),
    (
        "nobody looks for attacks",
        inputs("oversight-detector", enable=False),
        lambda read: named(read.detections, f"{OVERSIGHT}-detector").on.value,
        False,
    ),
    (
        "a resource leaves the region",
        inputs("storage-data", region="eu-west-1"),
        lambda read: {place.location.value for place in read.places} - {EVERYWHERE},
        {"us-east-1", "eu-west-1"},
    ),
]


@pytest.mark.parametrize(("change", "fact", "after"), [pytest.param(*row[1:], id=row[0]) for row in MUTATIONS])
def test_a_fact_follows_its_property(change: Change, fact: Callable[[Facts], Any], after: Any) -> None:
    before = _or_none(fact, facts())
    found = fact(reading.read(change(region())))

    assert found == after
    assert before != after


def _or_none(fact: Callable[[Facts], Any], read: Facts) -> Any:
    """The fact before the change; None where the question does not arise then."""
    try:
        return fact(read)
    except AttributeError:
        return NotImplemented
