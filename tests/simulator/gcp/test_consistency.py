"""Inputs of one resource that do not go together, and what would leak out of the provider's project and region."""

from typing import Any

import pytest

from lepton_infra.simulator.behaviour import UNKNOWN
from lepton_infra.simulator.gcp.accelerators import misfit
from tests.kit import gcp_tokens as tokens
from tests.kit.gcp_project import ENTITLEMENT, PROJECT, REGION, Project

CLUSTER: dict[str, Any] = {"name": "main", "location": REGION, "initialNodeCount": 1}
POOL: dict[str, Any] = {"name": "gpu", "cluster": "main", "location": REGION}
BUCKET: dict[str, Any] = {"name": "models-1", "location": REGION}
NAT: dict[str, Any] = {"name": "nat", "router": "r"}
NO_RESERVATION = {"reservationAffinity": {"consumeReservationType": "NO_RESERVATION"}}
PRIVATE = {"enablePrivateNodes": True, "enablePrivateEndpoint": True}
NETWORKS = {"cidrBlocks": [{"cidrBlock": "10.0.0.0/8"}]}


def _rule(type: str, storage_class: str | None = None, **condition: Any) -> dict[str, Any]:
    action = {"type": type} if storage_class is None else {"type": type, "storageClass": storage_class}
    return {"lifecycleRules": [{"action": action, "condition": condition}]}


def _gpus(machine: Any, kind: str, count: int) -> dict[str, Any]:
    return {"nodeConfig": {"machineType": machine, "guestAccelerators": [{"type": kind, "count": count}]}}


ALERT: dict[str, Any] = {
    "displayName": "watch",
    "combiner": "OR",
    "conditions": [{"displayName": "watch", "conditionMatchedLog": {"filter": "severity=ERROR"}}],
}
TOLD = {"alertStrategy": {"notificationRateLimit": {"period": "300s"}}}
JOB: dict[str, Any] = {"name": "transferJobs/nightly", "description": "nightly"}

# type, a base, what makes it right, what makes it wrong, where the failure is and words of it
PAIRS: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], str, str]] = [
    (tokens.ALERT_POLICY, ALERT, TOLD, {}, "alertStrategy.notificationRateLimit", "needs a notificationRateLimit"),
    (
        tokens.ALERT_POLICY,
        ALERT | TOLD,
        {},
        {"conditions": [*ALERT["conditions"], *ALERT["conditions"]]},
        "conditions",
        "exactly one condition",
    ),
    (
        tokens.NOTIFICATION_CHANNEL,
        {"displayName": "dpo", "type": "email"},
        {"labels": {"email_address": "dpo@example.com"}},
        {"labels": {"address": "dpo@example.com"}},
        "labels.email_address",
        "needs email_address",
    ),
    (
        tokens.NOTIFICATION_CHANNEL,
        {"displayName": "dpo", "type": "email"},
        {"labels": {"email_address": "dpo@example.com"}},
        {"labels": {"email_address": "dpo"}},
        "labels.email_address",
        "is no e-mail address",
    ),
    (
        tokens.TRANSFER_JOB,
        JOB,
        {"transferSpec": {"transferOptions": {"deleteObjectsUniqueInSink": True}}},
        {
            "transferSpec": {
                "transferOptions": {"deleteObjectsUniqueInSink": True, "deleteObjectsFromSourceAfterTransfer": True}
            }
        },
        "transferSpec.transferOptions.deleteObjectsUniqueInSink",
        "excludes deleteObjectsFromSourceAfterTransfer",
    ),
    (
        tokens.CLUSTER,
        CLUSTER,
        {"privateClusterConfig": PRIVATE, "masterAuthorizedNetworksConfig": NETWORKS},
        {"privateClusterConfig": PRIVATE},
        "masterAuthorizedNetworksConfig",
        "must be given",
    ),
    (
        tokens.CLUSTER,
        CLUSTER,
        {"privateClusterConfig": PRIVATE, "masterAuthorizedNetworksConfig": NETWORKS},
        {
            "privateClusterConfig": PRIVATE,
            "masterAuthorizedNetworksConfig": {"cidrBlocks": [{"cidrBlock": "8.8.8.0/24"}]},
        },
        "masterAuthorizedNetworksConfig.cidrBlocks[0].cidrBlock",
        "8.8.8.0/24 is public",
    ),
    (
        tokens.CLUSTER,
        {**CLUSTER, "masterAuthorizedNetworksConfig": NETWORKS},
        {"privateClusterConfig": PRIVATE},
        {"privateClusterConfig": {"enablePrivateNodes": False, "enablePrivateEndpoint": True}},
        "privateClusterConfig.enablePrivateNodes",
        "needs enablePrivateNodes",
    ),
    (
        tokens.CLUSTER,
        CLUSTER,
        {"workloadIdentityConfig": {"workloadPool": f"{PROJECT}.svc.id.goog"}},
        {"workloadIdentityConfig": {"workloadPool": "another.svc.id.goog"}},
        "workloadIdentityConfig.workloadPool",
        f"allowed: {PROJECT}.svc.id.goog",
    ),
    (
        tokens.CLUSTER,
        CLUSTER,
        {"databaseEncryption": {"state": "ENCRYPTED", "keyName": UNKNOWN}},
        {"databaseEncryption": {"state": "ENCRYPTED"}},
        "databaseEncryption.keyName",
        "needs a keyName",
    ),
    (
        tokens.CLUSTER,
        CLUSTER,
        {"databaseEncryption": {"state": "DECRYPTED"}},
        {"databaseEncryption": {"state": "DECRYPTED", "keyName": "k"}},
        "databaseEncryption.keyName",
        "takes no keyName",
    ),
    (
        tokens.CLUSTER,
        {**CLUSTER, "datapathProvider": "ADVANCED_DATAPATH"},
        {"networkingMode": "VPC_NATIVE"},
        {"networkingMode": "ROUTES"},
        "networkingMode",
        "needs VPC_NATIVE",
    ),
    (
        tokens.CLUSTER,
        CLUSTER,
        {"datapathProvider": "LEGACY_DATAPATH", "networkPolicy": {"enabled": True}},
        {"datapathProvider": "ADVANCED_DATAPATH", "networkPolicy": {"enabled": True}},
        "networkPolicy.enabled",
        "by itself",
    ),
    (
        tokens.CLUSTER,
        {"name": "main", "location": REGION},
        {"enableAutopilot": True},
        {"removeDefaultNodePool": True},
        "initialNodeCount",
        "greater than zero",
    ),
    (
        tokens.KEY,
        {"name": "k", "keyRing": UNKNOWN},
        {"rotationPeriod": "86400s"},
        {"rotationPeriod": "86400s", "purpose": "MAC"},
        "rotationPeriod",
        "not rotated",
    ),
    (
        tokens.BUCKET,
        BUCKET,
        {"versioning": {"enabled": False}, "retentionPolicy": {"retentionPeriod": "60"}},
        {"versioning": {"enabled": True}, "retentionPolicy": {"retentionPeriod": "60"}},
        "retentionPolicy",
        "both versioning",
    ),
    (
        tokens.BUCKET,
        BUCKET,
        _rule("SetStorageClass", "NEARLINE", age=1),
        _rule("SetStorageClass", age=1),
        "lifecycleRules[0].action.storageClass",
        "needs a storageClass",
    ),
    (
        tokens.BUCKET,
        BUCKET,
        _rule("Delete", age=1),
        _rule("Delete", "NEARLINE", age=1),
        "lifecycleRules[0].action.storageClass",
        "takes no storageClass",
    ),
    (
        tokens.BUCKET,
        BUCKET,
        _rule("Delete", age=0),
        _rule("Delete"),
        "lifecycleRules[0].condition",
        "at least one",
    ),
    (
        tokens.BUCKET,
        BUCKET,
        _rule("AbortIncompleteMultipartUpload", age=7, withState="ANY"),
        _rule("AbortIncompleteMultipartUpload", daysSinceNoncurrentTime=7),
        "lifecycleRules[0].condition",
        "daysSinceNoncurrentTime cannot be asked of an upload",
    ),
    (
        tokens.ROUTER_NAT,
        {**NAT, "natIpAllocateOption": "AUTO_ONLY"},
        {"sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES"},
        {"sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS"},
        "subnetworks",
        "needs subnetworks",
    ),
    (
        tokens.ROUTER_NAT,
        {**NAT, "natIpAllocateOption": "AUTO_ONLY", "subnetworks": [{"name": "s", "sourceIpRangesToNats": []}]},
        {"sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS"},
        {"sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES"},
        "subnetworks",
        "takes no subnetworks",
    ),
    (
        tokens.ROUTER_NAT,
        {**NAT, "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES"},
        {"natIpAllocateOption": "MANUAL_ONLY", "natIps": ["a"]},
        {"natIpAllocateOption": "MANUAL_ONLY"},
        "natIps",
        "needs natIps",
    ),
    (
        tokens.ROUTER_NAT,
        {**NAT, "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES"},
        {"natIpAllocateOption": "AUTO_ONLY"},
        {"natIpAllocateOption": "AUTO_ONLY", "natIps": ["a"]},
        "natIps",
        "takes no natIps",
    ),
    (
        tokens.ROUTER_NAT,
        {**NAT, "natIpAllocateOption": "AUTO_ONLY", "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES"},
        {"enableDynamicPortAllocation": True},
        {"enableDynamicPortAllocation": True, "enableEndpointIndependentMapping": True},
        "enableDynamicPortAllocation",
        "exclude each other",
    ),
    (
        tokens.FIREWALL,
        {"name": "f", "network": "n"},
        {"denies": [{"protocol": "all"}]},
        {"denies": [{"protocol": "all"}], "allows": [{"protocol": "tcp"}]},
        "allows",
        "exactly one of allows, denies",
    ),
    (
        tokens.FIREWALL,
        {"name": "f", "network": "n", "allows": [{"protocol": "tcp"}], "direction": "EGRESS"},
        {"destinationRanges": ["10.0.0.0/8"]},
        {"sourceRanges": ["10.0.0.0/8"]},
        "sourceRanges",
        "direction EGRESS",
    ),
    (
        tokens.SUBNETWORK,
        {"name": "s", "network": "n"},
        {"ipCidrRange": "10.0.0.0/20"},
        {},
        "ipCidrRange",
        "needs an ipCidrRange",
    ),
    (
        tokens.NODE_POOL,
        POOL,
        _gpus("g2-standard-8", "nvidia-l4", 1),
        _gpus("g2-standard-8", "nvidia-l4", 2),
        "nodeConfig.guestAccelerators[0].type",
        "g2-standard-8 has 1 x nvidia-l4",
    ),
    (
        tokens.NODE_POOL,
        POOL,
        {"nodeConfig": {"spot": True}},
        {"nodeConfig": {"spot": True, "preemptible": True}},
        "nodeConfig.preemptible",
        "spot and preemptible exclude",
    ),
    (
        tokens.NODE_POOL,
        {**POOL, "management": {"autoRepair": False}},
        {"nodeConfig": {"flexStart": True, **NO_RESERVATION}},
        {"nodeConfig": {"flexStart": True, "spot": True, **NO_RESERVATION}},
        "nodeConfig.flexStart",
        "spot and flexStart exclude",
    ),
    (
        tokens.NODE_POOL,
        POOL,
        {"nodeConfig": {"spot": True, **NO_RESERVATION}},
        {"nodeConfig": {"spot": True, "reservationAffinity": {"consumeReservationType": "ANY_RESERVATION"}}},
        "nodeConfig.reservationAffinity.consumeReservationType",
        "cannot consume reservations",
    ),
    (
        tokens.NODE_POOL,
        POOL,
        {
            "nodeConfig": {
                "reservationAffinity": {
                    "consumeReservationType": "SPECIFIC_RESERVATION",
                    "key": "compute.googleapis.com/reservation-name",
                    "values": ["r"],
                }
            }
        },
        {"nodeConfig": {"reservationAffinity": {"consumeReservationType": "SPECIFIC_RESERVATION", "key": "k"}}},
        "nodeConfig.reservationAffinity.values",
        "needs key and values",
    ),
    (
        tokens.NODE_POOL,
        POOL,
        {"autoscaling": {"totalMinNodeCount": 1, "totalMaxNodeCount": 2}},
        {"autoscaling": {"totalMinNodeCount": 1, "totalMaxNodeCount": 2, "maxNodeCount": 1}},
        "autoscaling.maxNodeCount",
        "counts per zone",
    ),
    (
        tokens.NODE_POOL,
        POOL,
        {"autoscaling": {"minNodeCount": 1, "maxNodeCount": 1}},
        {"autoscaling": {"minNodeCount": 2, "maxNodeCount": 1}},
        "autoscaling.minNodeCount",
        "2 exceeds maxNodeCount 1",
    ),
    (
        tokens.NODE_POOL,
        POOL,
        {"autoscaling": {"totalMaxNodeCount": 1}},
        {"autoscaling": {"totalMinNodeCount": 1}},
        "autoscaling.totalMaxNodeCount",
        "totalMinNodeCount needs",
    ),
    (
        tokens.NODE_POOL,
        POOL,
        {"nodeConfig": {"flexStart": True, **NO_RESERVATION}, "management": {"autoRepair": False}},
        {"nodeConfig": {"flexStart": True, **NO_RESERVATION}, "management": {"autoRepair": True}},
        "management.autoRepair",
        "autoRepair false",
    ),
    (
        tokens.NODE_POOL,
        {**POOL, "management": {"autoRepair": False}},
        {"nodeConfig": {"flexStart": True, **NO_RESERVATION}},
        {"nodeConfig": {"flexStart": True}},
        "nodeConfig.reservationAffinity.consumeReservationType",
        "flexStart needs NO_RESERVATION",
    ),
    (
        tokens.NODE_POOL,
        {**POOL, "management": {"autoRepair": False}, "nodeConfig": {"flexStart": True, **NO_RESERVATION}},
        {"initialNodeCount": 0},
        {"initialNodeCount": 1},
        "initialNodeCount",
        "no count of nodes but 0",
    ),
    (
        tokens.NODE_POOL,
        {**POOL, "queuedProvisioning": {"enabled": True}, "nodeConfig": NO_RESERVATION},
        {"autoscaling": {"totalMinNodeCount": 0, "totalMaxNodeCount": 1}},
        {"autoscaling": {"totalMinNodeCount": 1, "totalMaxNodeCount": 1}},
        "autoscaling.totalMinNodeCount",
        "queuedProvisioning needs 0",
    ),
    (
        tokens.NODE_POOL,
        POOL,
        {"upgradeSettings": {"maxSurge": 0, "maxUnavailable": 1}},
        {"upgradeSettings": {"maxSurge": 0, "maxUnavailable": 0}},
        "upgradeSettings.maxSurge",
        "cannot both be 0",
    ),
    (
        tokens.NODE_POOL,
        {**POOL, "placementPolicy": {"type": "COMPACT"}},
        {"nodeLocations": [f"{REGION}-a"]},
        {"nodeLocations": [f"{REGION}-a", f"{REGION}-b"]},
        "nodeLocations",
        "exactly one zone",
    ),
    (
        tokens.NODE_POOL,
        {"name": "gpu", "cluster": "main"},
        {"location": REGION, "nodeLocations": [f"{REGION}-a"]},
        {"location": REGION, "nodeLocations": ["asia-south2-a"]},
        "nodeLocations[0]",
        f"not in the region of the provider, {REGION}",
    ),
    (
        tokens.NODE_POOL,
        {"name": "gpu", "cluster": "main", "location": REGION},
        {"nodeLocations": [f"{REGION}-c"]},
        {"nodeLocations": [f"{REGION}-f"]},
        "nodeLocations[0]",
        f"allowed: {REGION}-a, {REGION}-b, {REGION}-c",
    ),
    (
        tokens.BUCKET,
        {"name": "models-1"},
        {"location": REGION.upper()},
        {"location": "EU"},
        "location",
        "would leak",
    ),
    (
        tokens.KEY_RING,
        {"name": "ring"},
        {"location": REGION},
        {"location": "global"},
        "location",
        "would leak",
    ),
    (
        tokens.ENTITLEMENT,
        {key: value for key, value in ENTITLEMENT.items() if key != "location"},
        {"location": "global"},
        {"location": REGION},
        "location",
        "is no location of this kind",
    ),
    (
        tokens.ENTITLEMENT,
        {key: value for key, value in ENTITLEMENT.items() if key != "parent"},
        {"parent": f"projects/{PROJECT}"},
        {"parent": "projects/another-project"},
        "parent",
        "is not the project of the provider",
    ),
    (
        tokens.NETWORK,
        {"name": "n"},
        {"project": PROJECT},
        {"project": "another-project"},
        "project",
        f"not the project of the provider, {PROJECT}",
    ),
    (
        tokens.SUBNETWORK,
        {"name": "s", "ipCidrRange": "10.0.0.0/20", "region": REGION},
        {"network": f"projects/{PROJECT}/global/networks/n"},
        {"network": "projects/another-project/global/networks/n"},
        "network",
        "in another project",
    ),
    (
        tokens.BUCKET,
        BUCKET,
        {"encryption": {"defaultKmsKeyName": f"projects/{PROJECT}/locations/{REGION}/keyRings/r/cryptoKeys/k"}},
        {"encryption": {"defaultKmsKeyName": f"projects/{PROJECT}/locations/europe-west4/keyRings/r/cryptoKeys/k"}},
        "encryption.defaultKmsKeyName",
        "is elsewhere",
    ),
    (
        tokens.LOG_SINK,
        {"name": "logs"},
        {"destination": f"logging.googleapis.com/projects/{PROJECT}/locations/{REGION}/buckets/b"},
        {"destination": f"logging.googleapis.com/projects/{PROJECT}/locations/global/buckets/b"},
        "destination",
        "is elsewhere",
    ),
]


@pytest.mark.parametrize(
    ("type", "inputs"),
    [pytest.param(type, {**base, **right}, id=f"{path}: {words}") for type, base, right, _, path, words in PAIRS],
)
def test_what_goes_together_passes(project: Project, type: str, inputs: dict[str, Any]) -> None:
    assert project.check(type, inputs) == []


@pytest.mark.parametrize(
    ("type", "inputs", "path", "words"),
    [
        pytest.param(type, {**base, **wrong}, path, words, id=f"{path}: {words}")
        for type, base, _, wrong, path, words in PAIRS
    ],
)
def test_what_does_not_go_together_is_refused(
    project: Project, type: str, inputs: dict[str, Any], path: str, words: str
) -> None:
    failures = project.check(type, inputs)

    assert any(failure.path == path and words in failure.reason for failure in failures), failures


@pytest.mark.parametrize(
    ("machine", "kind", "count"),
    [
        ("a2-highgpu-8g", "nvidia-tesla-a100", 8),
        ("a3-highgpu-8g", "nvidia-h100-80gb", 8),
        ("a3-ultragpu-8g", "nvidia-h200-141gb", 8),
        ("n1-standard-8", "nvidia-tesla-t4", 2),
    ],
)
def test_machines_have_their_gpus(machine: str, kind: str, count: int) -> None:
    assert misfit(machine, kind, count) is None


@pytest.mark.parametrize(
    ("machine", "kind", "count", "words"),
    [
        ("a2-highgpu-8g", "nvidia-a100-80gb", 8, "a2-highgpu-8g has 8 x nvidia-tesla-a100"),
        ("n2-standard-8", "nvidia-tesla-t4", 1, "n2-standard-8 takes no nvidia-tesla-t4"),
        ("n2-standard-8", "nvidia-l4", 1, "g2-standard-12"),
        ("n1-standard-8", "nvidia-l4", 1, "n1-standard-8 takes no nvidia-l4"),
        ("n1-standard-8", "nvidia-tesla-t4", 3, "allowed: 1, 2, 4"),
        ("n2-standard-8", "nvidia-x", 1, "none that is known"),
    ],
)
def test_machines_have_no_others(machine: str, kind: str, count: int, words: str) -> None:
    assert words in str(misfit(machine, kind, count))
