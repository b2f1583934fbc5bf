"""Values of inputs, held against Google's own API descriptions."""

from typing import Any

import pytest

from lepton_infra.simulator.behaviour import UNKNOWN
from lepton_infra.simulator.gcp import discovery
from lepton_infra.simulator.gcp.catalogue import TYPES
from lepton_infra.simulator.gcp.resource_type import GcpType
from lepton_infra.simulator.gcp.values import schema_of, unexplained
from lepton_infra.simulator.schema import inputs_of
from tests.kit import gcp_tokens as tokens
from tests.kit.gcp_project import ENTITLEMENT, PROJECT, REGION, Project

CLUSTER: dict[str, Any] = {"name": "main", "location": REGION, "initialNodeCount": 1}
POOL: dict[str, Any] = {"name": "gpu", "cluster": "main", "location": REGION}
BUCKET: dict[str, Any] = {"name": "models-1", "location": REGION}
KEY: dict[str, Any] = {"name": "k", "keyRing": UNKNOWN}
SUBNET: dict[str, Any] = {"name": "s", "network": "n", "ipCidrRange": "10.0.0.0/20"}
FIREWALL: dict[str, Any] = {"name": "f", "network": "n", "allows": [{"protocol": "tcp", "ports": ["443"]}]}
GRANT: dict[str, Any] = {"cryptoKeyId": UNKNOWN, "role": "roles/viewer", "member": "user:a@example.com"}
LOGS: dict[str, Any] = {"project": PROJECT, "location": REGION, "bucketId": "logs"}


def _gpu(**driver: str) -> dict[str, Any]:
    gpu = {"type": "nvidia-l4", "count": 1, "gpuDriverInstallationConfig": driver}
    return {"machineType": "g2-standard-8", "guestAccelerators": [gpu]}


# type, a right base, property, right values, wrong values, where the failure is and words of it
def _access(role: str) -> dict[str, Any]:
    access = ENTITLEMENT["privilegedAccess"]["gcpIamAccess"]
    return {"gcpIamAccess": {**access, "roleBindings": [{"role": role}]}}


VALUES: list[tuple[str, dict[str, Any], str, list[Any], list[tuple[Any, str, str]]]] = [
    (
        tokens.ENTITLEMENT,
        ENTITLEMENT,
        "maxRequestDuration",
        ["1800s", "604800s"],
        [("600s", "maxRequestDuration", "1800s to 604800s"), ("1h", "maxRequestDuration", "not a duration")],
    ),
    (
        tokens.ENTITLEMENT,
        ENTITLEMENT,
        "entitlementId",
        ["emergency"],
        [("way", "entitlementId", "4 to 63"), ("Emergency", "entitlementId", "small letters")],
    ),
    (
        tokens.ENTITLEMENT,
        ENTITLEMENT,
        "privilegedAccess",
        [_access("roles/storage.admin")],
        [(_access("roles/owner"), "privilegedAccess.gcpIamAccess.roleBindings[0].role", "legacy basic role")],
    ),
    (
        tokens.TRANSFER_JOB,
        {"description": "nightly"},
        "name",
        ["transferJobs/nightly-1"],
        [("nightly-1", "name", "transferJobs/"), ("transferJobs/OPI1", "name", "transferJobs/")],
    ),
    (
        tokens.TRANSFER_JOB,
        {"description": "nightly", "name": "transferJobs/n"},
        "status",
        ["ENABLED"],
        [("ON", "status", "ENABLED")],
    ),
    (
        tokens.NOTIFICATION_CHANNEL,
        {"labels": {"email_address": "dpo@example.com", "number": "+911", "topic": "t"}},
        "type",
        ["email"],
        [("mail", "type", "email")],
    ),
    (tokens.NETWORK, {}, "name", ["main", "a" * 63], [("Main", "name", "does not match"), ("a" * 64, "name", "match")]),
    (tokens.NETWORK, {"name": "n"}, "routingMode", ["GLOBAL"], [("regional", "routingMode", "GLOBAL, REGIONAL")]),
    (tokens.NETWORK, {"name": "n"}, "mtu", [1460], [(1000, "mtu", "1300 to 8896")]),
    (
        tokens.SUBNETWORK,
        SUBNET,
        "ipCidrRange",
        ["10.0.0.0/20", UNKNOWN],
        [("10.0.0.0/30", "ipCidrRange", "/4 to /29"), ("10.0.0.1/20", "ipCidrRange", "host bits")],
    ),
    (
        tokens.SUBNETWORK,
        SUBNET,
        "logConfig",
        [{"aggregationInterval": "INTERVAL_1_MIN", "flowSampling": 0.5, "metadata": "INCLUDE_ALL_METADATA"}],
        [
            ({"aggregationInterval": "1m"}, "logConfig.aggregationInterval", "INTERVAL_10_MIN"),
            ({"flowSampling": 2.0}, "logConfig.flowSampling", "0 to 1"),
        ],
    ),
    (
        tokens.SUBNETWORK,
        SUBNET,
        "secondaryIpRanges",
        [[{"rangeName": "pods", "ipCidrRange": "10.4.0.0/14"}]],
        [([{"rangeName": "Pods", "ipCidrRange": "10.4.0.0/14"}], "secondaryIpRanges[0].rangeName", "small letters")],
    ),
    (
        tokens.FIREWALL,
        FIREWALL,
        "allows",
        [[{"protocol": "tcp", "ports": ["1-65535"]}]],
        [
            ([{"protocol": "tcp", "ports": ["https"]}], "allows[0].ports[0]", "a port or a range"),
            ([{"protocol": "http"}], "allows[0].protocol", "tcp, udp"),
        ],
    ),
    (tokens.FIREWALL, FIREWALL, "sourceRanges", [["0.0.0.0/0"]], [(["all"], "sourceRanges[0]", "not an IPv4 CIDR")]),
    (tokens.FIREWALL, FIREWALL, "priority", [0, 65535], [(65536, "priority", "0 to 65535")]),
    (tokens.KEY_RING, {"location": REGION}, "name", ["A_b-1"], [("a.b", "name", "1 to 63"), ("a" * 64, "name", "63")]),
    (
        tokens.KEY,
        KEY,
        "rotationPeriod",
        ["7776000s"],
        [("90d", "rotationPeriod", "seconds such as 86400s"), ("3600s", "rotationPeriod", "out of range")],
    ),
    (tokens.KEY, KEY, "destroyScheduledDuration", ["2592000s"], [("60s", "destroyScheduledDuration", "86400s to")]),
    (tokens.KEY, KEY, "purpose", ["MAC"], [("ENCRYPT", "purpose", "ENCRYPT_DECRYPT")]),
    (
        tokens.KEY,
        KEY,
        "versionTemplate",
        [{"algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION", "protectionLevel": "HSM"}],
        [
            ({"algorithm": "RSA"}, "versionTemplate.algorithm", "the nearest"),
            (
                {"algorithm": "HMAC_SHA256", "protectionLevel": "hsm"},
                "versionTemplate.protectionLevel",
                "SOFTWARE, HSM",
            ),
        ],
    ),
    (
        tokens.BUCKET,
        {"location": REGION},
        "name",
        ["a-b_c.example.com", "x" * 63],
        [
            ("Models", "name", "3 to 63"),
            ("x" * 64, "name", "3 to 63"),
            ("10.0.0.1", "name", "IP address"),
            ("my-google-bucket", "name", "contains google"),
            ("goog-models", "name", "begins with goog"),
            ("a..b", "name", "a part of none"),
        ],
    ),
    (tokens.BUCKET, BUCKET, "storageClass", ["NEARLINE"], [("standard", "storageClass", "STANDARD, NEARLINE")]),
    (
        tokens.BUCKET,
        BUCKET,
        "publicAccessPrevention",
        ["enforced"],
        [("enabled", "publicAccessPrevention", "inherited, enforced")],
    ),
    (
        tokens.BUCKET,
        BUCKET,
        "softDeletePolicy",
        [{"retentionDurationSeconds": 0}, {"retentionDurationSeconds": 604800}],
        [({"retentionDurationSeconds": 60}, "softDeletePolicy.retentionDurationSeconds", "0, or 604800")],
    ),
    (
        tokens.BUCKET,
        BUCKET,
        "lifecycleRules",
        [[{"action": {"type": "Delete"}, "condition": {"age": 1, "withState": "ANY"}}]],
        [
            ([{"action": {"type": "delete"}, "condition": {"age": 1}}], "lifecycleRules[0].action.type", "Delete, Set"),
            (
                [{"action": {"type": "Delete"}, "condition": {"withState": "live"}}],
                "lifecycleRules[0].condition.withState",
                "LIVE, ARCHIVED, ANY",
            ),
            (
                [{"action": {"type": "Delete"}, "condition": {"createdBefore": "yesterday"}}],
                "lifecycleRules[0].condition.createdBefore",
                "2026-01-31",
            ),
        ],
    ),
    (
        tokens.BUCKET,
        BUCKET,
        "labels",
        [{"lepton-stack": "ap-south", "a": "", "ключ": "значение"}],
        [
            ({"Stack": "a"}, "labels", 'key "Stack"'),
            ({"1a": "a"}, "labels", "beginning with a letter"),
            ({"a": "A.b"}, "labels", 'value of "a"'),
            ({"a": "x" * 64}, "labels", "up to 63"),
            ({f"k{index}": "" for index in range(65)}, "labels", "at most 64"),
        ],
    ),
    (tokens.BUCKET, BUCKET, "deletionPolicy", ["PREVENT"], [("prevent", "deletionPolicy", "DELETE, PREVENT, ABANDON")]),
    (tokens.CLUSTER, CLUSTER, "name", ["a" * 40], [("a" * 41, "name", "1 to 40"), ("1a", "name", "beginning with")]),
    (
        tokens.CLUSTER,
        CLUSTER,
        "datapathProvider",
        ["ADVANCED_DATAPATH"],
        [("CILIUM", "datapathProvider", "LEGACY_DATAPATH, ADVANCED_DATAPATH")],
    ),
    (
        tokens.CLUSTER,
        CLUSTER,
        "minMasterVersion",
        ["1.33", "1.33.5-gke.1080000", "latest"],
        [("v1.33", "minMasterVersion", "such as 1.33")],
    ),
    (
        tokens.CLUSTER,
        CLUSTER,
        "releaseChannel",
        [{"channel": "REGULAR"}, {"channel": "UNSPECIFIED"}],
        [({"channel": "regular"}, "releaseChannel.channel", "RAPID, REGULAR, STABLE")],
    ),
    (
        tokens.CLUSTER,
        CLUSTER,
        "loggingConfig",
        [{"enableComponents": ["SYSTEM_COMPONENTS"]}],
        [({"enableComponents": ["AUDIT"]}, "loggingConfig.enableComponents[0]", "SYSTEM_COMPONENTS, WORKLOADS")],
    ),
    (
        tokens.CLUSTER,
        CLUSTER,
        "databaseEncryption",
        [{"state": "DECRYPTED"}],
        [({"state": "on"}, "databaseEncryption.state", "ENCRYPTED, DECRYPTED")],
    ),
    (
        tokens.CLUSTER,
        CLUSTER,
        "maintenancePolicy",
        [{"dailyMaintenanceWindow": {"startTime": "03:00"}}],
        [
            (
                {"dailyMaintenanceWindow": {"startTime": "3am"}},
                "maintenancePolicy.dailyMaintenanceWindow.startTime",
                "03:00",
            )
        ],
    ),
    (
        tokens.CLUSTER,
        CLUSTER,
        "privateClusterConfig",
        [{"masterIpv4CidrBlock": "172.16.0.0/28"}],
        [
            ({"masterIpv4CidrBlock": "172.16.0.0/24"}, "privateClusterConfig.masterIpv4CidrBlock", "/28"),
            ({"masterIpv4CidrBlock": "8.8.8.0/28"}, "privateClusterConfig.masterIpv4CidrBlock", "not private"),
        ],
    ),
    (
        tokens.CLUSTER,
        CLUSTER,
        "ipAllocationPolicy",
        [{"clusterIpv4CidrBlock": "/14"}, {"clusterIpv4CidrBlock": "10.0.0.0/14", "stackType": "IPV4"}],
        [
            ({"clusterIpv4CidrBlock": "14"}, "ipAllocationPolicy.clusterIpv4CidrBlock", "such as /14"),
            ({"stackType": "IPV6"}, "ipAllocationPolicy.stackType", "IPV4, IPV4_IPV6"),
        ],
    ),
    (
        tokens.NODE_POOL,
        POOL,
        "nodeConfig",
        [
            _gpu(gpuDriverVersion="LATEST"),
            {"taints": [{"key": "nvidia.com/gpu", "value": "present", "effect": "NO_SCHEDULE"}]},
            {"labels": {"lepton.dev/pool": "gpu"}, "resourceLabels": {"a": "b"}},
        ],
        [
            (
                _gpu(gpuDriverVersion="535"),
                "nodeConfig.guestAccelerators[0].gpuDriverInstallationConfig.gpuDriverVersion",
                "INSTALLATION_DISABLED, DEFAULT, LATEST",
            ),
            (
                {"taints": [{"key": "k", "value": "v", "effect": "NoSchedule"}]},
                "nodeConfig.taints[0].effect",
                "NO_SCHEDULE, PREFER_NO_SCHEDULE",
            ),
            (
                {"taints": [{"key": "a b", "value": "v", "effect": "NO_EXECUTE"}]},
                "nodeConfig.taints[0].key",
                "alphanumeric",
            ),
            ({"labels": {"a": "b c"}}, "nodeConfig.labels", "labels"),
            ({"resourceLabels": {"A": "b"}}, "nodeConfig.resourceLabels", 'key "A"'),
            ({"imageType": "COS"}, "nodeConfig.imageType", "COS_CONTAINERD"),
            ({"diskType": "ssd"}, "nodeConfig.diskType", "pd-balanced"),
            ({"diskSizeGb": 5}, "nodeConfig.diskSizeGb", "10 to"),
            ({"machineType": "big"}, "nodeConfig.machineType", "such as g2-standard-8"),
            ({"workloadMetadataConfig": {"mode": "GKE"}}, "nodeConfig.workloadMetadataConfig.mode", "GKE_METADATA"),
            ({"maxRunDuration": "7d"}, "nodeConfig.maxRunDuration", "3600s"),
        ],
    ),
    (
        tokens.NODE_POOL,
        POOL,
        "autoscaling",
        [{"totalMinNodeCount": 0, "totalMaxNodeCount": 8, "locationPolicy": "ANY"}],
        [({"totalMaxNodeCount": 8, "locationPolicy": "any"}, "autoscaling.locationPolicy", "BALANCED, ANY")],
    ),
    (tokens.NODE_POOL, POOL, "maxPodsPerNode", [32], [(4, "maxPodsPerNode", "8 to 256")]),
    (
        tokens.REPOSITORY,
        {"repositoryId": "img"},
        "format",
        ["DOCKER"],
        [("docker", "format", "DOCKER, MAVEN")],
    ),
    (
        tokens.SERVICE_ACCOUNT,
        {},
        "accountId",
        ["nodes-a"],
        [("nodes", "accountId", "6 to 30"), ("Nodes-a", "accountId", "small letters"), ("n" * 31, "accountId", "30")],
    ),
    (
        tokens.KEY_MEMBER,
        GRANT,
        "member",
        [
            "serviceAccount:a@p.iam.gserviceaccount.com",
            "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p.svc.id.goog/subject/s",
            "serviceAccount:p.svc.id.goog[ns/sa]",
        ],
        [("a@example.com", "member", "no principal"), ("serviceaccount:a@b.c", "member", "serviceAccount:")],
    ),
    (tokens.KEY_MEMBER, GRANT, "role", ["projects/p/roles/abc"], [("viewer", "role", "no role")]),
    (tokens.LOG_BUCKET, LOGS, "retentionDays", [400], [(0, "retentionDays", "1 to 3650")]),
    (
        tokens.AUDIT_CONFIG,
        {"project": PROJECT, "service": "allServices"},
        "auditLogConfigs",
        [[{"logType": "DATA_READ"}]],
        [([{"logType": "READ"}], "auditLogConfigs[0].logType", "ADMIN_READ")],
    ),
]


@pytest.mark.parametrize(
    ("type", "inputs"),
    [
        pytest.param(type, {**base, property: value}, id=f"{type.rpartition(':')[2]}.{property}={value!r:.40}")
        for type, base, property, right, _ in VALUES
        for value in right
    ],
)
def test_a_right_value_passes(project: Project, type: str, inputs: dict[str, Any]) -> None:
    assert project.check(type, inputs) == []


@pytest.mark.parametrize(
    ("type", "inputs", "path", "words"),
    [
        pytest.param(
            type, {**base, property: value}, path, words, id=f"{type.rpartition(':')[2]}.{property}={value!r:.40}"
        )
        for type, base, property, _, wrong in VALUES
        for value, path, words in wrong
    ],
)
def test_a_wrong_value_is_refused(project: Project, type: str, inputs: dict[str, Any], path: str, words: str) -> None:
    failures = project.check(type, inputs)

    assert any(failure.path == path and words in failure.reason for failure in failures), failures


def test_all_failures_come_at_once(project: Project) -> None:
    wrong = {**CLUSTER, "name": "-", "datapathProvider": "x", "networkingMode": "y", "minMasterVersion": "z"}

    failures = project.check(tokens.CLUSTER, wrong)

    assert sorted(failure.path for failure in failures) == [
        "datapathProvider",
        "minMasterVersion",
        "name",
        "networkingMode",
    ]


@pytest.mark.parametrize("type", [*TYPES], ids=lambda type: type.token)
def test_every_request_leads_to_a_schema(type: GcpType) -> None:
    request, inputs = type.api, inputs_of(type.token)

    assert request is not None
    assert inputs is not None
    assert request.schema is None or schema_of(type.token, "") is not None
    assert request.schema is not None or not request.names
    for path in request.names:
        if path.partition(".")[0] in inputs:
            assert schema_of(type.token, path) is not None, path


def test_what_nothing_checks_is_named() -> None:
    assert unexplained(tokens.CLUSTER, {"name": "a", "clusterTelemetry": {"type": "t"}}) == ["clusterTelemetry.type"]
    assert unexplained("gcp:secretmanager/secret:Secret", {"secretId": "s"}) == ["secretId"]


def test_reasons_and_booleans_explain() -> None:
    assert unexplained(tokens.NODE_POOL, {"namePrefix": "n", "ignoreNodeCountChanges": True, "location": "l"}) == []


@pytest.mark.parametrize(
    "path",
    ["nothing.v1#Cluster", "container.v1#Nothing", "container.v1#Cluster.nothing", "container.v1#Cluster.name.x"],
)
def test_a_wrong_place_in_the_documents_is_an_error(path: str) -> None:
    with pytest.raises(LookupError, match="discovery document"):
        discovery.schema_at(path)
