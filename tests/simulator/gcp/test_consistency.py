"""Inputs of one resource that do not go together, and what would leak out of the provider's project and region."""

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Inputs that go together and inputs that do not, over one base; where the failure is, and words of it."""

    type: str
    base: Mapping[str, Any]
    right: Mapping[str, Any]
    wrong: Mapping[str, Any]
    path: str
    words: str

    @property
    def id(self) -> str:
        return f"{self.path}: {self.words}"


PAIRS: list[Pair] = [
    Pair(
        type=tokens.ALERT_POLICY,
        base=ALERT,
        right=TOLD,
        wrong={},
        path="alertStrategy.notificationRateLimit",
        words="needs a notificationRateLimit",
    ),
    Pair(
        type=tokens.ALERT_POLICY,
        base=ALERT | TOLD,
        right={},
        wrong={"conditions": [*ALERT["conditions"], *ALERT["conditions"]]},
        path="conditions",
        words="exactly one condition",
    ),
    Pair(
        type=tokens.NOTIFICATION_CHANNEL,
        base={"displayName": "dpo", "type": "email"},
        right={"labels": {"email_address": "dpo@example.com"}},
        wrong={"labels": {"address": "dpo@example.com"}},
        path="labels.email_address",
        words="needs email_address",
    ),
    Pair(
        type=tokens.NOTIFICATION_CHANNEL,
        base={"displayName": "dpo", "type": "email"},
        right={"labels": {"email_address": "dpo@example.com"}},
        wrong={"labels": {"email_address": "dpo"}},
        path="labels.email_address",
        words="is no e-mail address",
    ),
    Pair(
        type=tokens.TRANSFER_JOB,
        base=JOB,
        right={"transferSpec": {"transferOptions": {"deleteObjectsUniqueInSink": True}}},
        wrong={
            "transferSpec": {
                "transferOptions": {"deleteObjectsUniqueInSink": True, "deleteObjectsFromSourceAfterTransfer": True}
            }
        },
        path="transferSpec.transferOptions.deleteObjectsUniqueInSink",
        words="excludes deleteObjectsFromSourceAfterTransfer",
    ),
    Pair(
        type=tokens.CLUSTER,
        base=CLUSTER,
        right={"privateClusterConfig": PRIVATE, "masterAuthorizedNetworksConfig": NETWORKS},
        wrong={"privateClusterConfig": PRIVATE},
        path="masterAuthorizedNetworksConfig",
        words="must be given",
    ),
    Pair(
        type=tokens.CLUSTER,
        base=CLUSTER,
        right={"privateClusterConfig": PRIVATE, "masterAuthorizedNetworksConfig": NETWORKS},
        wrong={
            "privateClusterConfig": PRIVATE,
            "masterAuthorizedNetworksConfig": {"cidrBlocks": [{"cidrBlock": "8.8.8.0/24"}]},
        },
        path="masterAuthorizedNetworksConfig.cidrBlocks[0].cidrBlock",
        words="8.8.8.0/24 is public",
    ),
    Pair(
        type=tokens.CLUSTER,
        base={**CLUSTER, "masterAuthorizedNetworksConfig": NETWORKS},
        right={"privateClusterConfig": PRIVATE},
        wrong={"privateClusterConfig": {"enablePrivateNodes": False, "enablePrivateEndpoint": True}},
        path="privateClusterConfig.enablePrivateNodes",
        words="needs enablePrivateNodes",
    ),
    Pair(
        type=tokens.CLUSTER,
        base=CLUSTER,
        right={"workloadIdentityConfig": {"workloadPool": f"{PROJECT}.svc.id.goog"}},
        wrong={"workloadIdentityConfig": {"workloadPool": "another.svc.id.goog"}},
        path="workloadIdentityConfig.workloadPool",
        words=f"allowed: {PROJECT}.svc.id.goog",
    ),
    Pair(
        type=tokens.CLUSTER,
        base=CLUSTER,
        right={"databaseEncryption": {"state": "ENCRYPTED", "keyName": UNKNOWN}},
        wrong={"databaseEncryption": {"state": "ENCRYPTED"}},
        path="databaseEncryption.keyName",
        words="needs a keyName",
    ),
    Pair(
        type=tokens.CLUSTER,
        base=CLUSTER,
        right={"databaseEncryption": {"state": "DECRYPTED"}},
        wrong={"databaseEncryption": {"state": "DECRYPTED", "keyName": "k"}},
        path="databaseEncryption.keyName",
        words="takes no keyName",
    ),
    Pair(
        type=tokens.CLUSTER,
        base={**CLUSTER, "datapathProvider": "ADVANCED_DATAPATH"},
        right={"networkingMode": "VPC_NATIVE"},
        wrong={"networkingMode": "ROUTES"},
        path="networkingMode",
        words="needs VPC_NATIVE",
    ),
    Pair(
        type=tokens.CLUSTER,
        base=CLUSTER,
        right={"datapathProvider": "LEGACY_DATAPATH", "networkPolicy": {"enabled": True}},
        wrong={"datapathProvider": "ADVANCED_DATAPATH", "networkPolicy": {"enabled": True}},
        path="networkPolicy.enabled",
        words="by itself",
    ),
    Pair(
        type=tokens.CLUSTER,
        base={"name": "main", "location": REGION},
        right={"enableAutopilot": True},
        wrong={"removeDefaultNodePool": True},
        path="initialNodeCount",
        words="greater than zero",
    ),
    Pair(
        type=tokens.KEY,
        base={"name": "k", "keyRing": UNKNOWN},
        right={"rotationPeriod": "86400s"},
        wrong={"rotationPeriod": "86400s", "purpose": "MAC"},
        path="rotationPeriod",
        words="not rotated",
    ),
    Pair(
        type=tokens.BUCKET,
        base=BUCKET,
        right={"versioning": {"enabled": False}, "retentionPolicy": {"retentionPeriod": "60"}},
        wrong={"versioning": {"enabled": True}, "retentionPolicy": {"retentionPeriod": "60"}},
        path="retentionPolicy",
        words="both versioning",
    ),
    Pair(
        type=tokens.BUCKET,
        base=BUCKET,
        right=_rule("SetStorageClass", "NEARLINE", age=1),
        wrong=_rule("SetStorageClass", age=1),
        path="lifecycleRules[0].action.storageClass",
        words="needs a storageClass",
    ),
    Pair(
        type=tokens.BUCKET,
        base=BUCKET,
        right=_rule("Delete", age=1),
        wrong=_rule("Delete", "NEARLINE", age=1),
        path="lifecycleRules[0].action.storageClass",
        words="takes no storageClass",
    ),
    Pair(
        type=tokens.BUCKET,
        base=BUCKET,
        right=_rule("Delete", age=0),
        wrong=_rule("Delete"),
        path="lifecycleRules[0].condition",
        words="at least one",
    ),
    Pair(
        type=tokens.BUCKET,
        base=BUCKET,
        right=_rule("AbortIncompleteMultipartUpload", age=7, withState="ANY"),
        wrong=_rule("AbortIncompleteMultipartUpload", daysSinceNoncurrentTime=7),
        path="lifecycleRules[0].condition",
        words="daysSinceNoncurrentTime cannot be asked of an upload",
    ),
    Pair(
        type=tokens.ROUTER_NAT,
        base={**NAT, "natIpAllocateOption": "AUTO_ONLY"},
        right={"sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES"},
        wrong={"sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS"},
        path="subnetworks",
        words="needs subnetworks",
    ),
    Pair(
        type=tokens.ROUTER_NAT,
        base={**NAT, "natIpAllocateOption": "AUTO_ONLY", "subnetworks": [{"name": "s", "sourceIpRangesToNats": []}]},
        right={"sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS"},
        wrong={"sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES"},
        path="subnetworks",
        words="takes no subnetworks",
    ),
    Pair(
        type=tokens.ROUTER_NAT,
        base={**NAT, "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES"},
        right={"natIpAllocateOption": "MANUAL_ONLY", "natIps": ["a"]},
        wrong={"natIpAllocateOption": "MANUAL_ONLY"},
        path="natIps",
        words="needs natIps",
    ),
    Pair(
        type=tokens.ROUTER_NAT,
        base={**NAT, "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES"},
        right={"natIpAllocateOption": "AUTO_ONLY"},
        wrong={"natIpAllocateOption": "AUTO_ONLY", "natIps": ["a"]},
        path="natIps",
        words="takes no natIps",
    ),
    Pair(
        type=tokens.ROUTER_NAT,
        base={
            **NAT,
            "natIpAllocateOption": "AUTO_ONLY",
            "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES",
        },
        right={"enableDynamicPortAllocation": True},
        wrong={"enableDynamicPortAllocation": True, "enableEndpointIndependentMapping": True},
        path="enableDynamicPortAllocation",
        words="exclude each other",
    ),
    Pair(
        type=tokens.FIREWALL,
        base={"name": "f", "network": "n"},
        right={"denies": [{"protocol": "all"}]},
        wrong={"denies": [{"protocol": "all"}], "allows": [{"protocol": "tcp"}]},
        path="allows",
        words="exactly one of allows, denies",
    ),
    Pair(
        type=tokens.FIREWALL,
        base={"name": "f", "network": "n", "allows": [{"protocol": "tcp"}], "direction": "EGRESS"},
        right={"destinationRanges": ["10.0.0.0/8"]},
        wrong={"sourceRanges": ["10.0.0.0/8"]},
        path="sourceRanges",
        words="direction EGRESS",
    ),
    Pair(
        type=tokens.SUBNETWORK,
        base={"name": "s", "network": "n"},
        right={"ipCidrRange": "10.0.0.0/20"},
        wrong={},
        path="ipCidrRange",
        words="needs an ipCidrRange",
    ),
    Pair(
        type=tokens.NODE_POOL,
        base=POOL,
        right=_gpus("g2-standard-8", "nvidia-l4", 1),
        wrong=_gpus("g2-standard-8", "nvidia-l4", 2),
        path="nodeConfig.guestAccelerators[0].type",
        words="g2-standard-8 has 1 x nvidia-l4",
    ),
    Pair(
        type=tokens.NODE_POOL,
        base=POOL,
        right={"nodeConfig": {"spot": True}},
        wrong={"nodeConfig": {"spot": True, "preemptible": True}},
        path="nodeConfig.preemptible",
        words="spot and preemptible exclude",
    ),
    Pair(
        type=tokens.NODE_POOL,
        base={**POOL, "management": {"autoRepair": False}},
        right={"nodeConfig": {"flexStart": True, **NO_RESERVATION}},
        wrong={"nodeConfig": {"flexStart": True, "spot": True, **NO_RESERVATION}},
        path="nodeConfig.flexStart",
        words="spot and flexStart exclude",
    ),
    Pair(
        type=tokens.NODE_POOL,
        base=POOL,
        right={"nodeConfig": {"spot": True, **NO_RESERVATION}},
        wrong={"nodeConfig": {"spot": True, "reservationAffinity": {"consumeReservationType": "ANY_RESERVATION"}}},
        path="nodeConfig.reservationAffinity.consumeReservationType",
        words="cannot consume reservations",
    ),
    Pair(
        type=tokens.NODE_POOL,
        base=POOL,
        right={
            "nodeConfig": {
                "reservationAffinity": {
                    "consumeReservationType": "SPECIFIC_RESERVATION",
                    "key": "compute.googleapis.com/reservation-name",
                    "values": ["r"],
                }
            }
        },
        wrong={"nodeConfig": {"reservationAffinity": {"consumeReservationType": "SPECIFIC_RESERVATION", "key": "k"}}},
        path="nodeConfig.reservationAffinity.values",
        words="needs key and values",
    ),
    Pair(
        type=tokens.NODE_POOL,
        base=POOL,
        right={"autoscaling": {"totalMinNodeCount": 1, "totalMaxNodeCount": 2}},
        wrong={"autoscaling": {"totalMinNodeCount": 1, "totalMaxNodeCount": 2, "maxNodeCount": 1}},
        path="autoscaling.maxNodeCount",
        words="counts per zone",
    ),
    Pair(
        type=tokens.NODE_POOL,
        base=POOL,
        right={"autoscaling": {"minNodeCount": 1, "maxNodeCount": 1}},
        wrong={"autoscaling": {"minNodeCount": 2, "maxNodeCount": 1}},
        path="autoscaling.minNodeCount",
        words="2 exceeds maxNodeCount 1",
    ),
    Pair(
        type=tokens.NODE_POOL,
        base=POOL,
        right={"autoscaling": {"totalMaxNodeCount": 1}},
        wrong={"autoscaling": {"totalMinNodeCount": 1}},
        path="autoscaling.totalMaxNodeCount",
        words="totalMinNodeCount needs",
    ),
    Pair(
        type=tokens.NODE_POOL,
        base=POOL,
        right={"nodeConfig": {"flexStart": True, **NO_RESERVATION}, "management": {"autoRepair": False}},
        wrong={"nodeConfig": {"flexStart": True, **NO_RESERVATION}, "management": {"autoRepair": True}},
        path="management.autoRepair",
        words="autoRepair false",
    ),
    Pair(
        type=tokens.NODE_POOL,
        base={**POOL, "management": {"autoRepair": False}},
        right={"nodeConfig": {"flexStart": True, **NO_RESERVATION}},
        wrong={"nodeConfig": {"flexStart": True}},
        path="nodeConfig.reservationAffinity.consumeReservationType",
        words="flexStart needs NO_RESERVATION",
    ),
    Pair(
        type=tokens.NODE_POOL,
        base={**POOL, "management": {"autoRepair": False}, "nodeConfig": {"flexStart": True, **NO_RESERVATION}},
        right={"initialNodeCount": 0},
        wrong={"initialNodeCount": 1},
        path="initialNodeCount",
        words="no count of nodes but 0",
    ),
    Pair(
        type=tokens.NODE_POOL,
        base={**POOL, "queuedProvisioning": {"enabled": True}, "nodeConfig": NO_RESERVATION},
        right={"autoscaling": {"totalMinNodeCount": 0, "totalMaxNodeCount": 1}},
        wrong={"autoscaling": {"totalMinNodeCount": 1, "totalMaxNodeCount": 1}},
        path="autoscaling.totalMinNodeCount",
        words="queuedProvisioning needs 0",
    ),
    Pair(
        type=tokens.NODE_POOL,
        base=POOL,
        right={"upgradeSettings": {"maxSurge": 0, "maxUnavailable": 1}},
        wrong={"upgradeSettings": {"maxSurge": 0, "maxUnavailable": 0}},
        path="upgradeSettings.maxSurge",
        words="cannot both be 0",
    ),
    Pair(
        type=tokens.NODE_POOL,
        base={**POOL, "placementPolicy": {"type": "COMPACT"}},
        right={"nodeLocations": [f"{REGION}-a"]},
        wrong={"nodeLocations": [f"{REGION}-a", f"{REGION}-b"]},
        path="nodeLocations",
        words="exactly one zone",
    ),
    Pair(
        type=tokens.NODE_POOL,
        base={"name": "gpu", "cluster": "main"},
        right={"location": REGION, "nodeLocations": [f"{REGION}-a"]},
        wrong={"location": REGION, "nodeLocations": ["asia-south2-a"]},
        path="nodeLocations[0]",
        words=f"not in the region of the provider, {REGION}",
    ),
    Pair(
        type=tokens.NODE_POOL,
        base={"name": "gpu", "cluster": "main", "location": REGION},
        right={"nodeLocations": [f"{REGION}-c"]},
        wrong={"nodeLocations": [f"{REGION}-f"]},
        path="nodeLocations[0]",
        words=f"allowed: {REGION}-a, {REGION}-b, {REGION}-c",
    ),
    Pair(
        type=tokens.BUCKET,
        base={"name": "models-1"},
        right={"location": REGION.upper()},
        wrong={"location": "EU"},
        path="location",
        words="would leak",
    ),
    Pair(
        type=tokens.KEY_RING,
        base={"name": "ring"},
        right={"location": REGION},
        wrong={"location": "global"},
        path="location",
        words="would leak",
    ),
    Pair(
        type=tokens.ENTITLEMENT,
        base={key: value for key, value in ENTITLEMENT.items() if key != "location"},
        right={"location": "global"},
        wrong={"location": REGION},
        path="location",
        words="is no location of this kind",
    ),
    Pair(
        type=tokens.ENTITLEMENT,
        base={key: value for key, value in ENTITLEMENT.items() if key != "parent"},
        right={"parent": f"projects/{PROJECT}"},
        wrong={"parent": "projects/another-project"},
        path="parent",
        words="is not the project of the provider",
    ),
    Pair(
        type=tokens.NETWORK,
        base={"name": "n"},
        right={"project": PROJECT},
        wrong={"project": "another-project"},
        path="project",
        words=f"not the project of the provider, {PROJECT}",
    ),
    Pair(
        type=tokens.SUBNETWORK,
        base={"name": "s", "ipCidrRange": "10.0.0.0/20", "region": REGION},
        right={"network": f"projects/{PROJECT}/global/networks/n"},
        wrong={"network": "projects/another-project/global/networks/n"},
        path="network",
        words="in another project",
    ),
    Pair(
        type=tokens.BUCKET,
        base=BUCKET,
        right={"encryption": {"defaultKmsKeyName": f"projects/{PROJECT}/locations/{REGION}/keyRings/r/cryptoKeys/k"}},
        wrong={
            "encryption": {"defaultKmsKeyName": f"projects/{PROJECT}/locations/europe-west4/keyRings/r/cryptoKeys/k"}
        },
        path="encryption.defaultKmsKeyName",
        words="is elsewhere",
    ),
    Pair(
        type=tokens.LOG_SINK,
        base={"name": "logs"},
        right={"destination": f"logging.googleapis.com/projects/{PROJECT}/locations/{REGION}/buckets/b"},
        wrong={"destination": f"logging.googleapis.com/projects/{PROJECT}/locations/global/buckets/b"},
        path="destination",
        words="is elsewhere",
    ),
]


@pytest.mark.parametrize(
    ("type", "inputs"),
    [pytest.param(each.type, {**each.base, **each.right}, id=each.id) for each in PAIRS],
)
def test_what_goes_together_passes(project: Project, type: str, inputs: dict[str, Any]) -> None:
    assert project.check(type, inputs) == []


@pytest.mark.parametrize(
    ("type", "inputs", "path", "words"),
    [pytest.param(each.type, {**each.base, **each.wrong}, each.path, each.words, id=each.id) for each in PAIRS],
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
