"""What Google demands of the things around a resource: APIs, references, names, keys, addresses, clusters."""

from collections.abc import Callable
from typing import Any

import pytest

from lepton_infra.simulator.behaviour import CloudError
from lepton_infra.simulator.gcp.agents import AGENTS
from lepton_infra.simulator.resource import Resource
from tests.kit import gcp_tokens as tokens
from tests.kit.gcp_project import ENTITLEMENT, NUMBER, PROJECT, REGION, USE, Project

STORAGE, COMPUTE, CONTAINER = "storage.googleapis.com", "compute.googleapis.com", "container.googleapis.com"
REGISTRY, LOGGING, PUBSUB = "artifactregistry.googleapis.com", "logging.googleapis.com", "pubsub.googleapis.com"


def _refused(code: str, words: str) -> Any:
    return pytest.raises(CloudError, match=rf"^{code}: .*{words}")


@pytest.mark.parametrize(
    ("type", "inputs", "service"),
    [
        (tokens.NETWORK, {"name": "n"}, COMPUTE),
        (tokens.KEY_RING, {"name": "r", "location": REGION}, "cloudkms.googleapis.com"),
        (tokens.SERVICE_ACCOUNT, {"accountId": "nodes-a"}, "iam.googleapis.com"),
        (tokens.REPOSITORY, {"repositoryId": "r", "format": "DOCKER"}, REGISTRY),
        (tokens.TOPIC, {"name": "events"}, PUBSUB),
        (tokens.ENTITLEMENT, ENTITLEMENT, "privilegedaccessmanager.googleapis.com"),
        (tokens.TRANSFER_JOB, {"description": "idle", "name": "transferJobs/idle"}, "storagetransfer.googleapis.com"),
    ],
)
def test_an_api_is_turned_on_before_it_is_called(
    empty: Project, type: str, inputs: dict[str, Any], service: str
) -> None:
    with _refused("SERVICE_DISABLED", service):
        empty.make(type, **inputs)

    empty.make(tokens.SERVICE, service=service)

    assert empty.make(type, **inputs).id


def test_what_is_on_in_every_project_needs_no_turning_on(empty: Project) -> None:
    assert empty.make(tokens.BUCKET, name="models-1", location=REGION).id == "models-1"


def test_an_api_is_on_in_its_own_project_only(empty: Project, other: Callable[..., Project]) -> None:
    other("another-project")

    with _refused("SERVICE_DISABLED", COMPUTE):
        empty.network()


@pytest.mark.parametrize(
    ("type", "inputs", "words"),
    [
        (tokens.SUBNETWORK, {"network": "none", "ipCidrRange": "10.0.0.0/20"}, "The resource 'none' was not found"),
        (tokens.ROUTER, {"network": "none"}, "'none' was not found"),
        (tokens.FIREWALL, {"network": "none", "allows": [{"protocol": "tcp"}]}, "'none' was not found"),
        (
            tokens.KEY,
            {"keyRing": f"projects/{PROJECT}/locations/{REGION}/keyRings/none"},
            "KeyRing projects/.*/none not found",
        ),
        (tokens.BUCKET, {"location": REGION, "encryption": {"defaultKmsKeyName": "none"}}, "CryptoKey none not found"),
        (tokens.NODE_POOL, {"cluster": "none", "location": REGION}, "Not found: none"),
        (tokens.SUBSCRIPTION, {"topic": "none"}, "resource=none"),
        (
            tokens.BUCKET_MEMBER,
            {"bucket": "none-1", "role": "roles/viewer", "member": "user:a@example.com"},
            "bucket does not exist: none-1",
        ),
        (
            tokens.REPOSITORY_MEMBER,
            {"repository": "none", "role": "roles/viewer", "member": "user:a@example.com"},
            'repository "none"',
        ),
        (
            tokens.SERVICE_ACCOUNT_MEMBER,
            {
                "serviceAccountId": f"projects/{PROJECT}/serviceAccounts/none-a@{PROJECT}.iam.gserviceaccount.com",
                "role": "roles/viewer",
                "member": "user:a@example.com",
            },
            "Unknown service account",
        ),
        (
            tokens.PROJECT_MEMBER,
            {
                "project": PROJECT,
                "role": "roles/viewer",
                "member": f"serviceAccount:none-a@{PROJECT}.iam.gserviceaccount.com",
            },
            "does not exist",
        ),
        (
            tokens.PROJECT_MEMBER,
            {
                "project": PROJECT,
                "role": "roles/viewer",
                "member": f"serviceAccount:{PROJECT}.svc.id.goog[ns/sa]",
            },
            "Identity Pool does not exist",
        ),
    ],
)
def test_what_is_named_must_be_there(project: Project, type: str, inputs: dict[str, Any], words: str) -> None:
    with pytest.raises(CloudError, match=words):
        project.make(type, **inputs)


@pytest.mark.parametrize("form", ["{id}", "{link}", "main", "global/networks/main"])
def test_a_network_is_named_in_googles_ways(project: Project, form: str) -> None:
    network = project.network()
    given = form.format(id=network.id, link=network.state["selfLink"])

    assert project.make(tokens.ROUTER, name="r", network=given).id


def test_a_name_that_only_ends_alike_is_another(project: Project) -> None:
    project.network("xmain")

    with _refused("notFound", "'main'"):
        project.make(tokens.ROUTER, name="r", network="main")


def test_what_is_in_another_region_is_named(project: Project, other: Callable[..., Project]) -> None:
    other(region="europe-west4").subnetwork(project.network())
    inputs = {"name": "main", "location": REGION, "initialNodeCount": 1, "network": "main", "subnetwork": "sub-0"}

    with _refused("notFound", "it is in lepton-test, region europe-west4"):
        project.make(tokens.CLUSTER, **inputs)


@pytest.mark.parametrize(
    "member",
    [
        "user:a@example.com",
        "serviceAccount:someone@another-project.iam.gserviceaccount.com",
        f"serviceAccount:nodes-a@{PROJECT}.iam.gserviceaccount.com",
        f"serviceAccount:{PROJECT}.svc.id.goog[ns/sa]",
    ],
)
def test_principals_that_are_there_get_roles(project: Project, member: str) -> None:
    project.make(tokens.SERVICE_ACCOUNT, accountId="nodes-a")
    project.cluster(workloadIdentityConfig={"workloadPool": f"{PROJECT}.svc.id.goog"})

    assert project.make(tokens.PROJECT_MEMBER, project=PROJECT, role="roles/viewer", member=member).id


def test_nodes_run_as_an_account_that_is_there(project: Project) -> None:
    account = project.make(tokens.SERVICE_ACCOUNT, accountId="nodes-a")
    cluster = project.cluster()

    for given in (account.state["email"], "default"):
        name = given.partition("@")[0]
        assert project.make(
            tokens.NODE_POOL, name, name=name, cluster=cluster.id, nodeConfig={"serviceAccount": given}
        ).id
    with _refused("NOT_FOUND", "Unknown service account"):
        missing = f"gone-a@{PROJECT}.iam.gserviceaccount.com"
        project.make(tokens.NODE_POOL, "x", name="x", cluster=cluster.id, nodeConfig={"serviceAccount": missing})


@pytest.mark.parametrize(
    ("type", "inputs", "code"),
    [
        (tokens.NETWORK, {"name": "n"}, "alreadyExists"),
        (tokens.KEY_RING, {"name": "r", "location": REGION}, "ALREADY_EXISTS"),
        (tokens.BUCKET, {"name": "models-1", "location": REGION}, "conflict"),
        (tokens.SERVICE_ACCOUNT, {"accountId": "nodes-a"}, "ALREADY_EXISTS"),
        (tokens.TOPIC, {"name": "events"}, "ALREADY_EXISTS"),
    ],
)
def test_a_name_is_taken_once(project: Project, type: str, inputs: dict[str, Any], code: str) -> None:
    project.make(type, "one", **inputs)

    with pytest.raises(CloudError, match=f"^{code}"):
        project.make(type, "two", **inputs)


def test_a_bucket_name_is_taken_in_the_whole_world(project: Project, other: Callable[..., Project]) -> None:
    project.make(tokens.BUCKET, name="models-1", location=REGION)

    with _refused("conflict", "shared by all users"):
        other("another-project", "europe-west4").make(tokens.BUCKET, name="models-1", location="europe-west4")


def test_a_network_name_is_taken_in_all_regions_of_its_project(project: Project, other: Callable[..., Project]) -> None:
    project.network()

    with _refused("alreadyExists", "networks/main"):
        other(region="europe-west4").network()
    assert other("another-project").network().id


def test_names_of_keys_and_key_rings_are_never_free_again(project: Project) -> None:
    key = project.key()
    ring = project.scope.find(tokens.KEY_RING, key.id.partition("/cryptoKeys/")[0])
    assert ring is not None
    project.delete(tokens.KEY, key)

    with _refused("ALREADY_EXISTS", "taken for ever"):
        project.make(tokens.KEY, "again", name="key", keyRing=ring.id)
    assert project.make(tokens.KEY, "g2", name="key-g2", keyRing=ring.id).id


@pytest.mark.parametrize(
    ("type", "inputs", "reserved"),
    [
        (tokens.KEY_RING, {"name": "r", "location": REGION}, True),
        (tokens.CUSTOM_ROLE, {"roleId": "abc", "title": "t", "permissions": ["storage.objects.get"]}, True),
        (tokens.LOG_BUCKET, {"bucketId": "logs", "location": REGION, "project": PROJECT}, True),
        (tokens.SERVICE_ACCOUNT, {"accountId": "nodes-a"}, False),
        (tokens.BUCKET, {"name": "models-1", "location": REGION}, False),
        (tokens.NETWORK, {"name": "n"}, False),
    ],
)
def test_some_names_stay_taken_after_a_deletion(
    project: Project, type: str, inputs: dict[str, Any], reserved: bool
) -> None:
    project.delete(type, project.make(type, **inputs))

    if reserved:
        with pytest.raises(CloudError, match="already exists"):
            project.make(type, **inputs)
    else:
        assert project.make(type, **inputs).id


def _encrypted(project: Project, type: str, key: Resource) -> Resource:
    network = {"name": "main", "location": REGION, "initialNodeCount": 1}
    inputs: dict[str, dict[str, Any]] = {
        tokens.BUCKET: {"name": "models-1", "location": REGION.upper(), "encryption": {"defaultKmsKeyName": key.id}},
        tokens.REPOSITORY: {"repositoryId": "img", "format": "DOCKER", "kmsKeyName": key.id},
        tokens.CLUSTER: {**network, "databaseEncryption": {"state": "ENCRYPTED", "keyName": key.id}},
        tokens.TOPIC: {"name": "events", "kmsKeyName": key.id},
        tokens.LOG_BUCKET: {
            "project": PROJECT,
            "location": REGION,
            "bucketId": "logs",
            "cmekSettings": {"kmsKeyName": key.id},
        },
    }
    return project.make(type, **inputs[type])


ENCRYPTED = [
    (tokens.BUCKET, STORAGE),
    (tokens.REPOSITORY, REGISTRY),
    (tokens.CLUSTER, CONTAINER),
    (tokens.TOPIC, PUBSUB),
    (tokens.LOG_BUCKET, LOGGING),
]


@pytest.mark.parametrize(("type", "service"), ENCRYPTED)
def test_a_key_that_the_service_may_use_encrypts(project: Project, type: str, service: str) -> None:
    assert _encrypted(project, type, project.key(service)).id


@pytest.mark.parametrize(("type", "service"), ENCRYPTED)
def test_a_key_is_closed_to_services_without_a_grant(project: Project, type: str, service: str) -> None:
    key = project.key(COMPUTE)

    with _refused("PERMISSION_DENIED", "CryptoKeyIAMMember"):
        _encrypted(project, type, key)


@pytest.mark.parametrize(
    ("type", "inputs"),
    [
        (tokens.KEY_BINDING, {"cryptoKeyId": "{key}", "role": USE}),
        (tokens.KEY_RING_BINDING, {"keyRingId": "{ring}", "role": USE}),
        (tokens.PROJECT_BINDING, {"project": PROJECT, "role": USE}),
    ],
)
def test_a_grant_may_be_on_the_key_the_ring_or_the_project(project: Project, type: str, inputs: dict[str, str]) -> None:
    key = project.key()
    agent = "serviceAccount:" + AGENTS[STORAGE].format(number=NUMBER)
    places = {"key": key.id, "ring": key.id.partition("/cryptoKeys/")[0]}
    project.make(type, **{name: text.format(**places) for name, text in inputs.items()}, members=[agent])

    assert _encrypted(project, tokens.BUCKET, key).id


def test_another_role_does_not_encrypt(project: Project) -> None:
    key = project.key()
    agent = "serviceAccount:" + AGENTS[STORAGE].format(number=NUMBER)
    project.make(tokens.KEY_MEMBER, cryptoKeyId=key.id, role="roles/cloudkms.viewer", member=agent)

    with _refused("PERMISSION_DENIED", "gs-project-accounts"):
        _encrypted(project, tokens.BUCKET, key)


def test_a_key_of_another_purpose_does_not_encrypt(project: Project) -> None:
    ring = project.make(tokens.KEY_RING, name="r", location=REGION)
    key = project.make(tokens.KEY, name="k", keyRing=ring.id, purpose="MAC")
    project.grant(key, STORAGE)

    with _refused("INVALID_ARGUMENT", "is for MAC"):
        _encrypted(project, tokens.BUCKET, key)


def test_a_key_is_where_it_encrypts(project: Project) -> None:
    """A key of elsewhere is refused by its path already; this is one that the project had before."""
    urn = "urn:pulumi:before::lepton::t::old"
    ring = project.cloud.create(project.scope, urn, tokens.KEY_RING, {"name": "old", "location": "global"})
    key = project.cloud.create(project.scope, urn, tokens.KEY, {"name": "old", "keyRing": ring.id})
    inputs = {"name": "models-1", "location": REGION, "encryption": {"defaultKmsKeyName": key.id}}

    assert [failure.path for failure in project.check(tokens.BUCKET, inputs)] == ["encryption.defaultKmsKeyName"]
    with _refused("INVALID_ARGUMENT", f"is in global and cannot be used in {REGION}"):
        project.cloud.create(project.scope, urn, tokens.BUCKET, inputs)


def test_disks_of_nodes_are_encrypted_by_compute_engine(project: Project) -> None:
    cluster = project.cluster()
    closed, open_to_compute = project.key(CONTAINER, name="closed"), project.key(COMPUTE, name="open")

    assert project.make(
        tokens.NODE_POOL, name="a", cluster=cluster.id, nodeConfig={"bootDiskKmsKey": open_to_compute.id}
    ).id
    with _refused("PERMISSION_DENIED", "compute-system"):
        project.make(tokens.NODE_POOL, "b", name="b", cluster=cluster.id, nodeConfig={"bootDiskKmsKey": closed.id})


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ({"ipCidrRange": "10.1.0.0/20"}, None),
        ({"ipCidrRange": "10.0.0.0/24"}, "ipCidrRange 10.0.0.0/24 conflicts with subnetwork"),
        (
            {"ipCidrRange": "10.1.0.0/20", "secondaryIpRanges": [{"rangeName": "p", "ipCidrRange": "10.0.64.0/20"}]},
            "p 10.0.64.0/20 conflicts with subnetwork",
        ),
        (
            {"ipCidrRange": "10.1.0.0/20", "secondaryIpRanges": [{"rangeName": "p", "ipCidrRange": "10.1.0.0/24"}]},
            "conflicts with its own range",
        ),
    ],
)
def test_ranges_of_a_network_are_disjoint(project: Project, second: dict[str, Any], words: str | None) -> None:
    network = project.network()
    project.subnetwork(network)
    inputs = {"name": "second", "network": network.id, **second}

    if words is None:
        assert project.make(tokens.SUBNETWORK, "second", **inputs).id
    else:
        with _refused("invalid", words):
            project.make(tokens.SUBNETWORK, "second", **inputs)


def test_ranges_are_disjoint_over_regions_but_not_over_networks(
    project: Project, other: Callable[..., Project]
) -> None:
    network, second = project.network(), project.network("second")
    project.subnetwork(network)

    with _refused("invalid", "conflicts with subnetwork"):
        other(region="europe-west4").subnetwork(network)
    assert project.make(tokens.SUBNETWORK, "free", name="free", network=second.id, ipCidrRange="10.0.0.0/20").id


def test_a_primary_range_only_grows(project: Project) -> None:
    network = project.network()
    made = project.make(tokens.SUBNETWORK, name="s", network=network.id, ipCidrRange="10.0.0.0/24")

    assert project.update(tokens.SUBNETWORK, made, ipCidrRange="10.0.0.0/20").state["gatewayAddress"] == "10.0.0.1"
    with _refused("invalid", "does not contain the present range"):
        project.update(tokens.SUBNETWORK, made, ipCidrRange="10.0.0.0/28")


def test_a_nat_serves_the_network_of_its_router(project: Project) -> None:
    network, second = project.network(), project.network("second")
    subnet = project.subnetwork(network)
    inputs = {
        "natIpAllocateOption": "AUTO_ONLY",
        "sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS",
        "subnetworks": [{"name": subnet.id, "sourceIpRangesToNats": ["ALL_IP_RANGES"]}],
    }
    right, wrong = (
        project.make(tokens.ROUTER, name, name=name, network=of.id) for name, of in (("r1", network), ("r2", second))
    )

    assert project.make(tokens.ROUTER_NAT, "n1", name="n1", router=right.state["name"], **inputs).id
    with _refused("invalid", "not in the network of"):
        project.make(tokens.ROUTER_NAT, "n2", name="n2", router=wrong.state["name"], **inputs)


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"clusterSecondaryRangeName": "podz"}, "Pod secondary range 'podz' does not exist in .*it has pods, services"),
        ({"servicesSecondaryRangeName": "svc"}, "Services secondary range 'svc'"),
        ({"clusterSecondaryRangeName": "pods", "servicesSecondaryRangeName": "pods"}, "cannot share"),
    ],
)
def test_a_cluster_names_ranges_of_its_subnetwork(project: Project, policy: dict[str, str], words: str) -> None:
    with _refused("INVALID_ARGUMENT", words):
        project.cluster(ipAllocationPolicy=policy)


def test_a_clusters_subnetwork_is_in_its_network(project: Project) -> None:
    second = project.network("second")

    with _refused("INVALID_ARGUMENT", "is not in network"):
        project.cluster(network=second.id)


@pytest.mark.parametrize(("block", "fits"), [("172.16.0.0/28", True), ("10.0.0.0/28", False), ("10.0.64.16/28", False)])
def test_the_control_planes_range_is_its_own(project: Project, block: str, fits: bool) -> None:
    config = {"enablePrivateNodes": True, "masterIpv4CidrBlock": block}

    if fits:
        assert project.cluster(privateClusterConfig=config).id
    else:
        with _refused("INVALID_ARGUMENT", "overlaps"):
            project.cluster(privateClusterConfig=config)


@pytest.mark.parametrize(
    ("version", "words"),
    [("1.34", None), ("1.33.9-gke.1", None), ("1.35", "allowed: 1.34"), ("1.32", "cannot be downgraded")],
)
def test_a_control_plane_goes_up_one_minor_version_at_a_time(project: Project, version: str, words: str | None) -> None:
    cluster = project.cluster()

    if words is None:
        assert project.update(tokens.CLUSTER, cluster, minMasterVersion=version).state["minMasterVersion"] == version
    else:
        with _refused("INVALID_ARGUMENT", words):
            project.update(tokens.CLUSTER, cluster, minMasterVersion=version)


@pytest.mark.parametrize(("version", "fits"), [("1.33", True), ("1.32", True), ("1.34", False)])
def test_nodes_are_not_newer_than_their_control_plane(project: Project, version: str, fits: bool) -> None:
    cluster = project.cluster()

    if fits:
        assert project.make(tokens.NODE_POOL, name="p", cluster=cluster.id, version=version).id
    else:
        with _refused("INVALID_ARGUMENT", "must not be greater"):
            project.make(tokens.NODE_POOL, name="p", cluster=cluster.id, version=version)


def test_autopilot_takes_no_pools(project: Project) -> None:
    cluster = project.cluster(enableAutopilot=True, initialNodeCount=None, removeDefaultNodePool=None)

    with _refused("INVALID_ARGUMENT", "Autopilot"):
        project.make(tokens.NODE_POOL, name="p", cluster=cluster.id)


@pytest.mark.parametrize(("range", "fits"), [("pods", True), ("gone", False)])
def test_a_pools_range_of_pods_is_there(project: Project, range: str, fits: bool) -> None:
    cluster = project.cluster()
    inputs = {"name": "p", "cluster": cluster.id, "networkConfig": {"podRange": range}}

    if fits:
        assert project.make(tokens.NODE_POOL, **inputs).id
    else:
        with _refused("INVALID_ARGUMENT", "Pod secondary range 'gone'"):
            project.make(tokens.NODE_POOL, **inputs)


@pytest.mark.parametrize(("period", "fits"), [("120", True), ("60", True), ("30", False)])
def test_locked_retention_does_not_shrink(project: Project, period: str, fits: bool) -> None:
    policy = {"retentionPeriod": "60", "isLocked": True}
    made = project.make(tokens.BUCKET, name="audit-1", location=REGION, retentionPolicy=policy)

    if fits:
        assert project.update(tokens.BUCKET, made, retentionPolicy={**policy, "retentionPeriod": period}).id
    else:
        with _refused("forbidden", "locked Retention Policy"):
            project.update(tokens.BUCKET, made, retentionPolicy={**policy, "retentionPeriod": period})


@pytest.mark.parametrize(("locked", "fits"), [(False, True), (True, False)])
def test_a_locked_log_bucket_keeps_its_retention(project: Project, locked: bool, fits: bool) -> None:
    inputs = {"project": PROJECT, "location": REGION, "bucketId": "logs", "retentionDays": 400, "locked": locked}
    made = project.make(tokens.LOG_BUCKET, **inputs)

    if fits:
        assert project.update(tokens.LOG_BUCKET, made, retentionDays=30).id
    else:
        with _refused("FAILED_PRECONDITION", "locked"):
            project.update(tokens.LOG_BUCKET, made, retentionDays=30)


AGENT = f"serviceAccount:project-{NUMBER}@storage-transfer-service.iam.gserviceaccount.com"


def _job(source: str, sink: str) -> dict[str, Any]:
    spec = {"gcsDataSource": {"bucketName": source}, "gcsDataSink": {"bucketName": sink}}
    return {"name": "transferJobs/nightly", "description": "nightly", "transferSpec": spec}


def test_a_transfer_needs_its_buckets(project: Project) -> None:
    with _refused("notFound", "The specified bucket does not exist: data-1"):
        project.make(tokens.TRANSFER_JOB, **_job("data-1", "copy-1"))


@pytest.mark.parametrize(
    ("reads", "writes", "bucket"),
    [
        ([], [], "data-1"),
        (["legacyBucketReader"], ["legacyBucketWriter"], "data-1"),
        (["objectViewer"], ["legacyBucketWriter"], "data-1"),
        (["legacyBucketReader", "objectViewer"], [], "copy-1"),
        (["legacyBucketReader", "objectViewer"], ["objectViewer"], "copy-1"),
        (["legacyBucketReader", "objectViewer"], ["legacyBucketWriter"], None),
        (["admin"], ["admin"], None),
    ],
)
def test_the_agent_of_transfers_sees_reads_and_writes(
    project: Project, reads: list[str], writes: list[str], bucket: str | None
) -> None:
    for name, roles in (("data-1", reads), ("copy-1", writes)):
        project.make(tokens.BUCKET, name, name=name, location=REGION)
        for role in roles:
            grant = {"bucket": name, "role": f"roles/storage.{role}", "member": AGENT}
            project.make(tokens.BUCKET_MEMBER, f"{name}-{role}", **grant)

    if bucket is None:
        assert project.make(tokens.TRANSFER_JOB, **_job("data-1", "copy-1")).id == f"{PROJECT}/nightly"
    else:
        with _refused("FAILED_PRECONDITION", f"permissions on bucket {bucket}"):
            project.make(tokens.TRANSFER_JOB, **_job("data-1", "copy-1"))


def test_the_name_of_a_deleted_job_is_not_free_at_once(project: Project) -> None:
    idle = {"description": "idle", "name": "transferJobs/idle"}
    project.delete(tokens.TRANSFER_JOB, project.make(tokens.TRANSFER_JOB, **idle))

    with _refused("ALREADY_EXISTS", "free again after 30 days"):
        project.make(tokens.TRANSFER_JOB, **idle)


LOG_ALERT: dict[str, Any] = {
    "displayName": "watch",
    "combiner": "OR",
    "conditions": [{"displayName": "watch", "conditionMatchedLog": {"filter": "severity=ERROR"}}],
    "alertStrategy": {"notificationRateLimit": {"period": "300s"}},
}


def test_an_alert_tells_a_channel_that_is_there(project: Project) -> None:
    channel = project.make(
        tokens.NOTIFICATION_CHANNEL, displayName="dpo", type="email", labels={"email_address": "dpo@example.com"}
    )
    assert channel.state["name"] == channel.id
    assert channel.id.startswith(f"projects/{PROJECT}/notificationChannels/1")

    made = project.make(tokens.ALERT_POLICY, **LOG_ALERT, notificationChannels=[channel.id])
    assert made.state["name"] == made.id

    with _refused("NOT_FOUND", "Could not find notification channel"):
        project.make(tokens.ALERT_POLICY, "other", **LOG_ALERT, notificationChannels=[f"{channel.id}0"])


def test_an_entitlement_is_named_within_its_project(project: Project) -> None:
    made = project.make(tokens.ENTITLEMENT, **ENTITLEMENT)

    assert made.id == f"projects/{PROJECT}/locations/global/entitlements/emergency"
    assert made.state["name"] == made.id
    with _refused("ALREADY_EXISTS", "entitlements/emergency"):
        project.make(tokens.ENTITLEMENT, "again", **ENTITLEMENT)
