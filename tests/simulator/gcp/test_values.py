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
from tests.kit.values import Refused, Values, right_values, wrong_values

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


def _access(role: str) -> dict[str, Any]:
    access = ENTITLEMENT["privilegedAccess"]["gcpIamAccess"]
    return {"gcpIamAccess": {**access, "roleBindings": [{"role": role}]}}


VALUES: list[Values] = [
    Values(
        type=tokens.ENTITLEMENT,
        base=ENTITLEMENT,
        property="maxRequestDuration",
        right=["1800s", "604800s"],
        wrong=[
            Refused(value="600s", path="maxRequestDuration", words="1800s to 604800s"),
            Refused(value="1h", path="maxRequestDuration", words="not a duration"),
        ],
    ),
    Values(
        type=tokens.ENTITLEMENT,
        base=ENTITLEMENT,
        property="entitlementId",
        right=["emergency"],
        wrong=[
            Refused(value="way", path="entitlementId", words="4 to 63"),
            Refused(value="Emergency", path="entitlementId", words="small letters"),
        ],
    ),
    Values(
        type=tokens.ENTITLEMENT,
        base=ENTITLEMENT,
        property="privilegedAccess",
        right=[_access("roles/storage.admin")],
        wrong=[
            Refused(
                value=_access("roles/owner"),
                path="privilegedAccess.gcpIamAccess.roleBindings[0].role",
                words="legacy basic role",
            )
        ],
    ),
    Values(
        type=tokens.TRANSFER_JOB,
        base={"description": "nightly"},
        property="name",
        right=["transferJobs/nightly-1"],
        wrong=[
            Refused(value="nightly-1", path="name", words="transferJobs/"),
            Refused(value="transferJobs/OPI1", path="name", words="transferJobs/"),
        ],
    ),
    Values(
        type=tokens.TRANSFER_JOB,
        base={"description": "nightly", "name": "transferJobs/n"},
        property="status",
        right=["ENABLED"],
        wrong=[Refused(value="ON", path="status", words="ENABLED")],
    ),
    Values(
        type=tokens.NOTIFICATION_CHANNEL,
        base={"labels": {"email_address": "dpo@example.com", "number": "+911", "topic": "t"}},
        property="type",
        right=["email"],
        wrong=[Refused(value="mail", path="type", words="email")],
    ),
    Values(
        type=tokens.NETWORK,
        base={},
        property="name",
        right=["main", "a" * 63],
        wrong=[
            Refused(value="Main", path="name", words="does not match"),
            Refused(value="a" * 64, path="name", words="match"),
        ],
    ),
    Values(
        type=tokens.NETWORK,
        base={"name": "n"},
        property="routingMode",
        right=["GLOBAL"],
        wrong=[Refused(value="regional", path="routingMode", words="GLOBAL, REGIONAL")],
    ),
    Values(
        type=tokens.NETWORK,
        base={"name": "n"},
        property="mtu",
        right=[1460],
        wrong=[Refused(value=1000, path="mtu", words="1300 to 8896")],
    ),
    Values(
        type=tokens.SUBNETWORK,
        base=SUBNET,
        property="ipCidrRange",
        right=["10.0.0.0/20", UNKNOWN],
        wrong=[
            Refused(value="10.0.0.0/30", path="ipCidrRange", words="/4 to /29"),
            Refused(value="10.0.0.1/20", path="ipCidrRange", words="host bits"),
        ],
    ),
    Values(
        type=tokens.SUBNETWORK,
        base=SUBNET,
        property="logConfig",
        right=[{"aggregationInterval": "INTERVAL_1_MIN", "flowSampling": 0.5, "metadata": "INCLUDE_ALL_METADATA"}],
        wrong=[
            Refused(value={"aggregationInterval": "1m"}, path="logConfig.aggregationInterval", words="INTERVAL_10_MIN"),
            Refused(value={"flowSampling": 2.0}, path="logConfig.flowSampling", words="0 to 1"),
        ],
    ),
    Values(
        type=tokens.SUBNETWORK,
        base=SUBNET,
        property="secondaryIpRanges",
        right=[[{"rangeName": "pods", "ipCidrRange": "10.4.0.0/14"}]],
        wrong=[
            Refused(
                value=[{"rangeName": "Pods", "ipCidrRange": "10.4.0.0/14"}],
                path="secondaryIpRanges[0].rangeName",
                words="small letters",
            )
        ],
    ),
    Values(
        type=tokens.FIREWALL,
        base=FIREWALL,
        property="allows",
        right=[[{"protocol": "tcp", "ports": ["1-65535"]}]],
        wrong=[
            Refused(
                value=[{"protocol": "tcp", "ports": ["https"]}], path="allows[0].ports[0]", words="a port or a range"
            ),
            Refused(value=[{"protocol": "http"}], path="allows[0].protocol", words="tcp, udp"),
        ],
    ),
    Values(
        type=tokens.FIREWALL,
        base=FIREWALL,
        property="sourceRanges",
        right=[["0.0.0.0/0"]],
        wrong=[Refused(value=["all"], path="sourceRanges[0]", words="not an IPv4 CIDR")],
    ),
    Values(
        type=tokens.FIREWALL,
        base=FIREWALL,
        property="priority",
        right=[0, 65535],
        wrong=[Refused(value=65536, path="priority", words="0 to 65535")],
    ),
    Values(
        type=tokens.KEY_RING,
        base={"location": REGION},
        property="name",
        right=["A_b-1"],
        wrong=[Refused(value="a.b", path="name", words="1 to 63"), Refused(value="a" * 64, path="name", words="63")],
    ),
    Values(
        type=tokens.KEY,
        base=KEY,
        property="rotationPeriod",
        right=["7776000s"],
        wrong=[
            Refused(value="90d", path="rotationPeriod", words="seconds such as 86400s"),
            Refused(value="3600s", path="rotationPeriod", words="out of range"),
        ],
    ),
    Values(
        type=tokens.KEY,
        base=KEY,
        property="destroyScheduledDuration",
        right=["2592000s"],
        wrong=[Refused(value="60s", path="destroyScheduledDuration", words="86400s to")],
    ),
    Values(
        type=tokens.KEY,
        base=KEY,
        property="purpose",
        right=["MAC"],
        wrong=[Refused(value="ENCRYPT", path="purpose", words="ENCRYPT_DECRYPT")],
    ),
    Values(
        type=tokens.KEY,
        base=KEY,
        property="versionTemplate",
        right=[{"algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION", "protectionLevel": "HSM"}],
        wrong=[
            Refused(value={"algorithm": "RSA"}, path="versionTemplate.algorithm", words="the nearest"),
            Refused(
                value={"algorithm": "HMAC_SHA256", "protectionLevel": "hsm"},
                path="versionTemplate.protectionLevel",
                words="SOFTWARE, HSM",
            ),
        ],
    ),
    Values(
        type=tokens.BUCKET,
        base={"location": REGION},
        property="name",
        right=["a-b_c.example.com", "x" * 63],
        wrong=[
            Refused(value="Models", path="name", words="3 to 63"),
            Refused(value="x" * 64, path="name", words="3 to 63"),
            Refused(value="10.0.0.1", path="name", words="IP address"),
            Refused(value="my-google-bucket", path="name", words="contains google"),
            Refused(value="goog-models", path="name", words="begins with goog"),
            Refused(value="a..b", path="name", words="a part of none"),
        ],
    ),
    Values(
        type=tokens.BUCKET,
        base=BUCKET,
        property="storageClass",
        right=["NEARLINE"],
        wrong=[Refused(value="standard", path="storageClass", words="STANDARD, NEARLINE")],
    ),
    Values(
        type=tokens.BUCKET,
        base=BUCKET,
        property="publicAccessPrevention",
        right=["enforced"],
        wrong=[Refused(value="enabled", path="publicAccessPrevention", words="inherited, enforced")],
    ),
    Values(
        type=tokens.BUCKET,
        base=BUCKET,
        property="softDeletePolicy",
        right=[{"retentionDurationSeconds": 0}, {"retentionDurationSeconds": 604800}],
        wrong=[
            Refused(
                value={"retentionDurationSeconds": 60},
                path="softDeletePolicy.retentionDurationSeconds",
                words="0, or 604800",
            )
        ],
    ),
    Values(
        type=tokens.BUCKET,
        base=BUCKET,
        property="lifecycleRules",
        right=[[{"action": {"type": "Delete"}, "condition": {"age": 1, "withState": "ANY"}}]],
        wrong=[
            Refused(
                value=[{"action": {"type": "delete"}, "condition": {"age": 1}}],
                path="lifecycleRules[0].action.type",
                words="Delete, Set",
            ),
            Refused(
                value=[{"action": {"type": "Delete"}, "condition": {"withState": "live"}}],
                path="lifecycleRules[0].condition.withState",
                words="LIVE, ARCHIVED, ANY",
            ),
            Refused(
                value=[{"action": {"type": "Delete"}, "condition": {"createdBefore": "yesterday"}}],
                path="lifecycleRules[0].condition.createdBefore",
                words="2026-01-31",
            ),
        ],
    ),
    Values(
        type=tokens.BUCKET,
        base=BUCKET,
        property="labels",
        right=[{"lepton-stack": "ap-south", "a": "", "ключ": "значение"}],
        wrong=[
            Refused(value={"Stack": "a"}, path="labels", words='key "Stack"'),
            Refused(value={"1a": "a"}, path="labels", words="beginning with a letter"),
            Refused(value={"a": "A.b"}, path="labels", words='value of "a"'),
            Refused(value={"a": "x" * 64}, path="labels", words="up to 63"),
            Refused(value={f"k{index}": "" for index in range(65)}, path="labels", words="at most 64"),
        ],
    ),
    Values(
        type=tokens.BUCKET,
        base=BUCKET,
        property="deletionPolicy",
        right=["PREVENT"],
        wrong=[Refused(value="prevent", path="deletionPolicy", words="DELETE, PREVENT, ABANDON")],
    ),
    Values(
        type=tokens.CLUSTER,
        base=CLUSTER,
        property="name",
        right=["a" * 40],
        wrong=[
            Refused(value="a" * 41, path="name", words="1 to 40"),
            Refused(value="1a", path="name", words="beginning with"),
        ],
    ),
    Values(
        type=tokens.CLUSTER,
        base=CLUSTER,
        property="datapathProvider",
        right=["ADVANCED_DATAPATH"],
        wrong=[Refused(value="CILIUM", path="datapathProvider", words="LEGACY_DATAPATH, ADVANCED_DATAPATH")],
    ),
    Values(
        type=tokens.CLUSTER,
        base=CLUSTER,
        property="minMasterVersion",
        right=["1.33", "1.33.5-gke.1080000", "latest"],
        wrong=[Refused(value="v1.33", path="minMasterVersion", words="such as 1.33")],
    ),
    Values(
        type=tokens.CLUSTER,
        base=CLUSTER,
        property="releaseChannel",
        right=[{"channel": "REGULAR"}, {"channel": "UNSPECIFIED"}],
        wrong=[Refused(value={"channel": "regular"}, path="releaseChannel.channel", words="RAPID, REGULAR, STABLE")],
    ),
    Values(
        type=tokens.CLUSTER,
        base=CLUSTER,
        property="loggingConfig",
        right=[{"enableComponents": ["SYSTEM_COMPONENTS"]}],
        wrong=[
            Refused(
                value={"enableComponents": ["AUDIT"]},
                path="loggingConfig.enableComponents[0]",
                words="SYSTEM_COMPONENTS, WORKLOADS",
            )
        ],
    ),
    Values(
        type=tokens.CLUSTER,
        base=CLUSTER,
        property="databaseEncryption",
        right=[{"state": "DECRYPTED"}],
        wrong=[Refused(value={"state": "on"}, path="databaseEncryption.state", words="ENCRYPTED, DECRYPTED")],
    ),
    Values(
        type=tokens.CLUSTER,
        base=CLUSTER,
        property="maintenancePolicy",
        right=[{"dailyMaintenanceWindow": {"startTime": "03:00"}}],
        wrong=[
            Refused(
                value={"dailyMaintenanceWindow": {"startTime": "3am"}},
                path="maintenancePolicy.dailyMaintenanceWindow.startTime",
                words="03:00",
            )
        ],
    ),
    Values(
        type=tokens.CLUSTER,
        base=CLUSTER,
        property="privateClusterConfig",
        right=[{"masterIpv4CidrBlock": "172.16.0.0/28"}],
        wrong=[
            Refused(
                value={"masterIpv4CidrBlock": "172.16.0.0/24"},
                path="privateClusterConfig.masterIpv4CidrBlock",
                words="/28",
            ),
            Refused(
                value={"masterIpv4CidrBlock": "8.8.8.0/28"},
                path="privateClusterConfig.masterIpv4CidrBlock",
                words="not private",
            ),
        ],
    ),
    Values(
        type=tokens.CLUSTER,
        base=CLUSTER,
        property="ipAllocationPolicy",
        right=[{"clusterIpv4CidrBlock": "/14"}, {"clusterIpv4CidrBlock": "10.0.0.0/14", "stackType": "IPV4"}],
        wrong=[
            Refused(
                value={"clusterIpv4CidrBlock": "14"},
                path="ipAllocationPolicy.clusterIpv4CidrBlock",
                words="such as /14",
            ),
            Refused(value={"stackType": "IPV6"}, path="ipAllocationPolicy.stackType", words="IPV4, IPV4_IPV6"),
        ],
    ),
    Values(
        type=tokens.NODE_POOL,
        base=POOL,
        property="nodeConfig",
        right=[
            _gpu(gpuDriverVersion="LATEST"),
            {"taints": [{"key": "nvidia.com/gpu", "value": "present", "effect": "NO_SCHEDULE"}]},
            {"labels": {"lepton.dev/pool": "gpu"}, "resourceLabels": {"a": "b"}},
        ],
        wrong=[
            Refused(
                value=_gpu(gpuDriverVersion="535"),
                path="nodeConfig.guestAccelerators[0].gpuDriverInstallationConfig.gpuDriverVersion",
                words="INSTALLATION_DISABLED, DEFAULT, LATEST",
            ),
            Refused(
                value={"taints": [{"key": "k", "value": "v", "effect": "NoSchedule"}]},
                path="nodeConfig.taints[0].effect",
                words="NO_SCHEDULE, PREFER_NO_SCHEDULE",
            ),
            Refused(
                value={"taints": [{"key": "a b", "value": "v", "effect": "NO_EXECUTE"}]},
                path="nodeConfig.taints[0].key",
                words="alphanumeric",
            ),
            Refused(value={"labels": {"a": "b c"}}, path="nodeConfig.labels", words="labels"),
            Refused(value={"resourceLabels": {"A": "b"}}, path="nodeConfig.resourceLabels", words='key "A"'),
            Refused(value={"imageType": "COS"}, path="nodeConfig.imageType", words="COS_CONTAINERD"),
            Refused(value={"diskType": "ssd"}, path="nodeConfig.diskType", words="pd-balanced"),
            Refused(value={"diskSizeGb": 5}, path="nodeConfig.diskSizeGb", words="10 to"),
            Refused(value={"machineType": "big"}, path="nodeConfig.machineType", words="such as g2-standard-8"),
            Refused(
                value={"workloadMetadataConfig": {"mode": "GKE"}},
                path="nodeConfig.workloadMetadataConfig.mode",
                words="GKE_METADATA",
            ),
            Refused(value={"maxRunDuration": "7d"}, path="nodeConfig.maxRunDuration", words="3600s"),
        ],
    ),
    Values(
        type=tokens.NODE_POOL,
        base=POOL,
        property="autoscaling",
        right=[{"totalMinNodeCount": 0, "totalMaxNodeCount": 8, "locationPolicy": "ANY"}],
        wrong=[
            Refused(
                value={"totalMaxNodeCount": 8, "locationPolicy": "any"},
                path="autoscaling.locationPolicy",
                words="BALANCED, ANY",
            )
        ],
    ),
    Values(
        type=tokens.NODE_POOL,
        base=POOL,
        property="maxPodsPerNode",
        right=[32],
        wrong=[Refused(value=4, path="maxPodsPerNode", words="8 to 256")],
    ),
    Values(
        type=tokens.REPOSITORY,
        base={"repositoryId": "img"},
        property="format",
        right=["DOCKER"],
        wrong=[Refused(value="docker", path="format", words="DOCKER, MAVEN")],
    ),
    Values(
        type=tokens.SERVICE_ACCOUNT,
        base={},
        property="accountId",
        right=["nodes-a"],
        wrong=[
            Refused(value="nodes", path="accountId", words="6 to 30"),
            Refused(value="Nodes-a", path="accountId", words="small letters"),
            Refused(value="n" * 31, path="accountId", words="30"),
        ],
    ),
    Values(
        type=tokens.KEY_MEMBER,
        base=GRANT,
        property="member",
        right=[
            "serviceAccount:a@p.iam.gserviceaccount.com",
            "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p.svc.id.goog/subject/s",
            "serviceAccount:p.svc.id.goog[ns/sa]",
        ],
        wrong=[
            Refused(value="a@example.com", path="member", words="no principal"),
            Refused(value="serviceaccount:a@b.c", path="member", words="serviceAccount:"),
        ],
    ),
    Values(
        type=tokens.KEY_MEMBER,
        base=GRANT,
        property="role",
        right=["projects/p/roles/abc"],
        wrong=[Refused(value="viewer", path="role", words="no role")],
    ),
    Values(
        type=tokens.LOG_BUCKET,
        base=LOGS,
        property="retentionDays",
        right=[400],
        wrong=[Refused(value=0, path="retentionDays", words="1 to 3650")],
    ),
    Values(
        type=tokens.AUDIT_CONFIG,
        base={"project": PROJECT, "service": "allServices"},
        property="auditLogConfigs",
        right=[[{"logType": "DATA_READ"}]],
        wrong=[Refused(value=[{"logType": "READ"}], path="auditLogConfigs[0].logType", words="ADMIN_READ")],
    ),
]


@pytest.mark.parametrize(("type", "inputs"), right_values(VALUES))
def test_a_right_value_passes(project: Project, type: str, inputs: dict[str, Any]) -> None:
    assert project.check(type, inputs) == []


@pytest.mark.parametrize(("type", "inputs", "path", "words"), wrong_values(VALUES))
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
