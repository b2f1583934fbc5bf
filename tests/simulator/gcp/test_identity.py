"""Identifiers, self links, names, replacements and computed outputs."""

import base64
import re
from typing import Any

import pytest

from lepton_infra.simulator import schema
from lepton_infra.simulator.gcp.catalogue import TYPES
from lepton_infra.simulator.gcp.resource_type import GcpType
from lepton_infra.simulator.store import Store
from tests.kit import gcp_tokens as tokens
from tests.kit.gcp_project import PROJECT, REGION, USE, Project

HOST = "https://www.googleapis.com/compute/v1"
OWN = f"projects/{PROJECT}"


@pytest.mark.parametrize(
    ("type", "inputs", "id", "link"),
    [
        (tokens.NETWORK, {"name": "n"}, f"{OWN}/global/networks/n", f"{HOST}/{OWN}/global/networks/n"),
        (tokens.ADDRESS, {"name": "a"}, f"{OWN}/regions/{REGION}/addresses/a", f"{HOST}/{{id}}"),
        (tokens.GLOBAL_ADDRESS, {"name": "a"}, f"{OWN}/global/addresses/a", f"{HOST}/{{id}}"),
        (
            tokens.BUCKET,
            {"name": "models-1", "location": REGION},
            "models-1",
            "https://www.googleapis.com/storage/v1/b/models-1",
        ),
        (tokens.KEY_RING, {"name": "r", "location": REGION}, f"{OWN}/locations/{REGION}/keyRings/r", None),
        (
            tokens.REPOSITORY,
            {"repositoryId": "img", "format": "DOCKER"},
            f"{OWN}/locations/{REGION}/repositories/img",
            None,
        ),
        (
            tokens.SERVICE_ACCOUNT,
            {"accountId": "nodes-a"},
            f"{OWN}/serviceAccounts/nodes-a@{PROJECT}.iam.gserviceaccount.com",
            None,
        ),
        (tokens.SERVICE, {"service": "file.googleapis.com"}, f"{PROJECT}/file.googleapis.com", None),
        (tokens.SERVICE_IDENTITY, {"service": "file.googleapis.com"}, f"{OWN}/services/file.googleapis.com", None),
        (
            tokens.CUSTOM_ROLE,
            {"roleId": "reader", "title": "r", "permissions": ["storage.objects.get"]},
            f"{OWN}/roles/reader",
            None,
        ),
        (
            tokens.LOG_BUCKET,
            {"bucketId": "logs", "location": REGION, "project": PROJECT},
            f"{OWN}/locations/{REGION}/buckets/logs",
            None,
        ),
        (tokens.TOPIC, {"name": "events"}, f"{OWN}/topics/events", None),
        (
            tokens.PROJECT_MEMBER,
            {"project": PROJECT, "role": "roles/viewer", "member": "user:a@example.com"},
            f"{PROJECT}/roles/viewer/user:a@example.com",
            None,
        ),
        (
            tokens.PROJECT_BINDING,
            {"project": PROJECT, "role": "roles/viewer", "members": ["user:a@example.com"]},
            f"{PROJECT}/roles/viewer",
            None,
        ),
        (
            tokens.AUDIT_CONFIG,
            {"project": PROJECT, "service": "allServices", "auditLogConfigs": [{"logType": "DATA_READ"}]},
            f"{PROJECT}/audit_config/allServices",
            None,
        ),
    ],
)
def test_identifiers_have_the_form_of_google(
    project: Project, type: str, inputs: dict[str, Any], id: str, link: str | None
) -> None:
    made = project.make(type, **inputs)

    assert made.id == id
    assert made.state.get("selfLink") == (link and link.format(id=id))


def test_ids_of_parts_are_composed(project: Project) -> None:
    key = project.key("storage.googleapis.com")
    bucket = project.make(tokens.BUCKET, name="models-1", location=REGION)
    network = project.network()
    router = project.make(tokens.ROUTER, name="r", network=network.id)
    nat = project.make(
        tokens.ROUTER_NAT,
        name="nat",
        router=router.state["name"],
        natIpAllocateOption="AUTO_ONLY",
        sourceSubnetworkIpRangesToNat="ALL_SUBNETWORKS_ALL_IP_RANGES",
    )
    reader = project.make(
        tokens.BUCKET_MEMBER,
        bucket=bucket.id,
        role="roles/storage.objectViewer",
        member="user:a@example.com",
        condition={"title": "until", "expression": "true"},
    )
    grant = project.make(tokens.KEY_BINDING, cryptoKeyId=key.id, role=USE, members=["user:a@example.com"])

    assert key.id == f"{OWN}/locations/{REGION}/keyRings/key-ring/cryptoKeys/key"
    assert nat.id == f"{PROJECT}/{REGION}/r/nat"
    assert reader.id == "b/models-1/roles/storage.objectViewer/user:a@example.com/until"
    assert grant.id == f"{key.id}/{USE}"


@pytest.mark.parametrize("named", ["main", f"{OWN}/locations/{REGION}/clusters/main"])
def test_a_node_pool_belongs_to_its_cluster(project: Project, named: str) -> None:
    cluster = project.cluster()

    pool = project.make(tokens.NODE_POOL, name="cpu", cluster=named, location=REGION)

    assert pool.id == f"{OWN}/locations/{REGION}/clusters/main/nodePools/cpu"
    assert [url.split("/")[8] for url in pool.state["instanceGroupUrls"]] == cluster.state["nodeLocations"]


@pytest.mark.parametrize("ring", ["{id}", "{project}/{region}/key-ring", "{region}/key-ring"])
def test_a_key_ring_is_named_in_three_ways(project: Project, ring: str) -> None:
    made = project.make(tokens.KEY_RING, name="key-ring", location=REGION)

    key = project.make(tokens.KEY, name="k", keyRing=ring.format(id=made.id, project=PROJECT, region=REGION))

    assert key.id == f"{made.id}/cryptoKeys/k"


def test_a_run_can_be_repeated() -> None:
    def run() -> list[str]:
        project = Project(Store())
        project.enable_all()
        return [project.make(tokens.NETWORK).id, project.cluster().state["endpoint"]]

    assert run() == run()


@pytest.mark.parametrize(
    ("type", "inputs", "property", "form"),
    [
        (tokens.NETWORK, {}, "name", "thing-[0-9a-f]{7}"),
        (tokens.BUCKET, {"location": REGION}, "name", "thing-[0-9a-f]{7}"),
        (tokens.KEY_RING, {"location": REGION}, "name", "thing-[0-9a-f]{7}"),
        (tokens.NETWORK, {"name": "given"}, "name", "given"),
    ],
)
def test_names_are_made_where_none_is_given(
    project: Project, type: str, inputs: dict[str, Any], property: str, form: str
) -> None:
    assert re.fullmatch(form, project.make(type, "thing", **inputs).state[property])


def test_a_name_prefix_becomes_a_name(project: Project) -> None:
    cluster = project.cluster()

    pool = project.make(tokens.NODE_POOL, cluster=cluster.id, namePrefix="gpu-", location=REGION)

    assert re.fullmatch(r"gpu-\d{26}", pool.state["name"])
    assert pool.id.endswith(pool.state["name"])


@pytest.mark.parametrize(("type", "logical"), [(tokens.NETWORK, "My-Thing"), (tokens.NETWORK, "x" * 60)])
def test_a_made_name_that_breaks_the_rule_of_its_kind_is_refused(project: Project, type: str, logical: str) -> None:
    [failure] = project.check(type, {}, logical)

    assert failure.path == "name"
    assert "does not match" in failure.reason


def test_a_cluster_has_what_a_kubeconfig_needs(project: Project) -> None:
    state = project.cluster().state

    assert re.fullmatch(r"198\.1[89]\.\d+\.\d+", state["endpoint"])
    certificate = base64.b64decode(state["masterAuth"]["clusterCaCertificate"], validate=True).decode()
    assert certificate.startswith("-----BEGIN CERTIFICATE-----\n")
    assert state["selfLink"] == f"https://container.googleapis.com/v1beta1/{OWN}/locations/{REGION}/clusters/main"
    assert state["clusterIpv4Cidr"] == "10.0.64.0/18"
    assert state["servicesIpv4Cidr"] == "10.0.32.0/20"
    assert state["masterVersion"] == "1.33"
    assert state["nodeLocations"] == [f"{REGION}-a", f"{REGION}-b", f"{REGION}-c"]
    assert state["controlPlaneEndpointsConfig"]["dnsEndpointConfig"]["endpoint"].endswith(f".{REGION}.gke.goog")


def test_the_endpoint_of_a_private_cluster_is_in_its_own_range(project: Project) -> None:
    state = project.cluster(
        privateClusterConfig={
            "enablePrivateNodes": True,
            "enablePrivateEndpoint": True,
            "masterIpv4CidrBlock": "172.16.0.0/28",
        },
        masterAuthorizedNetworksConfig={"cidrBlocks": [{"cidrBlock": "10.0.0.0/8"}]},
    ).state

    assert state["endpoint"] == state["privateClusterConfig"]["privateEndpoint"] == "172.16.0.2"


def test_a_zonal_cluster_names_its_own_zone_nowhere_but_in_its_location(project: Project) -> None:
    cluster = project.cluster(location=f"{REGION}-b")
    pool = project.make(tokens.NODE_POOL, name="cpu", cluster=cluster.id)

    assert "/zones/" in cluster.state["selfLink"]
    assert cluster.state["nodeLocations"] == []
    assert pool.state["nodeLocations"] == [f"{REGION}-b"]


@pytest.mark.parametrize(
    ("type", "inputs", "outputs"),
    [
        (tokens.BUCKET, {"name": "models-1", "location": REGION}, {"url": "gs://models-1"}),
        (
            tokens.REPOSITORY,
            {"repositoryId": "img", "format": "DOCKER"},
            {"name": "img", "registryUri": f"{REGION}-docker.pkg.dev/{PROJECT}/img", "location": REGION},
        ),
        (
            tokens.SERVICE_ACCOUNT,
            {"accountId": "nodes-a"},
            {
                "email": f"nodes-a@{PROJECT}.iam.gserviceaccount.com",
                "member": f"serviceAccount:nodes-a@{PROJECT}.iam.gserviceaccount.com",
            },
        ),
        (tokens.NETWORK, {"name": "n"}, {"gatewayIpv4": "", "routingMode": "REGIONAL"}),
    ],
)
def test_outputs_that_others_use(project: Project, type: str, inputs: dict[str, Any], outputs: dict[str, Any]) -> None:
    assert outputs.items() <= project.make(type, **inputs).state.items()


@pytest.mark.parametrize(
    ("config", "labels"),
    [
        ({}, {"a": "b", "goog-pulumi-provisioned": "true"}),
        ({"addPulumiAttributionLabel": False}, {"a": "b"}),
        ({"addPulumiAttributionLabel": False, "defaultLabels": {"c": "d"}}, {"a": "b", "c": "d"}),
    ],
)
def test_labels_are_those_given_and_the_providers(store: Store, config: dict[str, Any], labels: dict[str, str]) -> None:
    made = Project(store, **config).make(tokens.BUCKET, name="models-1", location=REGION, labels={"a": "b"})

    assert made.state["labels"] == {"a": "b"}
    assert made.state["effectiveLabels"] == labels


def test_an_update_keeps_what_was_computed(project: Project) -> None:
    made = project.make(tokens.SERVICE_ACCOUNT, accountId="nodes-a")

    changed = project.update(tokens.SERVICE_ACCOUNT, made, displayName="Nodes")

    assert changed.state["uniqueId"] == made.state["uniqueId"]
    assert changed.state["email"] == made.state["email"]


@pytest.mark.parametrize("type", [*TYPES], ids=lambda type: type.token)
def test_names_and_links_are_properties_of_the_type(type: GcpType) -> None:
    identifiers, outputs = type.identifiers, schema.outputs_of(type.token)

    assert outputs is not None
    assert identifiers.link is None or "selfLink" in outputs
    assert identifiers.name is None or identifiers.name in outputs
    assert type.grant_on is None or type.grant_on in outputs


@pytest.mark.parametrize(
    ("type", "before", "after", "replaces"),
    [
        (tokens.NODE_POOL, {"nodeConfig": {"spot": True}}, {"nodeConfig": {"spot": False}}, True),
        (
            tokens.NODE_POOL,
            {"nodeConfig": {"machineType": "n2-standard-4"}},
            {"nodeConfig": {"machineType": "n2-standard-8"}},
            False,
        ),
        (tokens.KEY, {"rotationPeriod": "86400s"}, {"rotationPeriod": "90000s"}, False),
        (tokens.KEY, {"purpose": "MAC"}, {"purpose": "ENCRYPT_DECRYPT"}, True),
        (tokens.BUCKET, {"location": "ASIA"}, {"location": "EU"}, True),
        (tokens.REPOSITORY, {"kmsKeyName": "a"}, {"kmsKeyName": "b"}, True),
        (tokens.CLUSTER, {"datapathProvider": "LEGACY_DATAPATH"}, {"datapathProvider": "ADVANCED_DATAPATH"}, True),
        (tokens.CLUSTER, {"project": "a"}, {"project": "b"}, True),
    ],
)
def test_what_cannot_change_replaces(
    project: Project, type: str, before: dict[str, Any], after: dict[str, Any], replaces: bool
) -> None:
    diff = project.cloud.diff(project.scope, "urn:pulumi:t::l::t::x", type, before, after)

    assert [change.replaces for change in diff.changes] == [replaces]


def test_a_type_without_a_form_gets_an_id(project: Project) -> None:
    made = project.make("gcp:secretmanager/secret:Secret", secretId="s", replication={"auto": {}})

    assert re.fullmatch("[0-9a-f]{20}", made.id)


def test_a_service_account_and_a_role_without_an_id_get_a_generated_one(project: Project) -> None:
    made = project.make(tokens.SERVICE_ACCOUNT, "nodes")
    role = {"title": "r", "permissions": ["storage.objects.get"]}

    assert re.fullmatch(r"nodes-[0-9a-f]{7}", made.state["accountId"])
    assert made.state["email"] == f"{made.state['accountId']}@{PROJECT}.iam.gserviceaccount.com"
    # The provider puts a hyphen before the digits, and IAM allows none in the id of a role.
    assert [failure.path for failure in project.check(tokens.CUSTOM_ROLE, role)] == ["roleId"]
