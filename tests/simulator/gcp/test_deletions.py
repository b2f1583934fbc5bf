"""Deletions, capacity and data sources."""

from typing import Any

import pytest

from lepton_infra.simulator.behaviour import Call, CloudError
from lepton_infra.simulator.faults import Capacity, Faults
from lepton_infra.simulator.gcp.catalogue import TYPES
from lepton_infra.simulator.store import Store
from tests.kit import gcp_tokens as tokens
from tests.kit.gcp_project import PROJECT, REGION, Project

ZONES = [f"{REGION}-{letter}" for letter in "abc"]


@pytest.mark.parametrize("forced", [False, True])
def test_a_channel_goes_after_the_alerts_that_name_it_unless_it_is_forced(project: Project, forced: bool) -> None:
    channel = project.make(
        tokens.NOTIFICATION_CHANNEL,
        displayName="dpo",
        type="email",
        labels={"email_address": "dpo@example.com"},
        forceDelete=forced,
    )
    project.make(
        tokens.ALERT_POLICY,
        displayName="watch",
        combiner="OR",
        conditions=[{"displayName": "watch", "conditionMatchedLog": {"filter": "severity=ERROR"}}],
        alertStrategy={"notificationRateLimit": {"period": "300s"}},
        notificationChannels=[channel.id],
    )

    if forced:
        project.delete(tokens.NOTIFICATION_CHANNEL, channel)
        assert project.scope.find(tokens.NOTIFICATION_CHANNEL, channel.id) is None
    else:
        with pytest.raises(CloudError, match=r"resourceInUse.*alertPolicies/"):
            project.delete(tokens.NOTIFICATION_CHANNEL, channel)


@pytest.mark.parametrize(
    ("type", "protected", "free", "words"),
    [
        (tokens.CLUSTER, {"deletionProtection": True}, {"deletionProtection": False}, "deletionProtection is set"),
        (tokens.CLUSTER, {"deletionPolicy": "PREVENT"}, {"deletionPolicy": "DELETE"}, 'deletionPolicy="DELETE"'),
        (tokens.BUCKET, {"deletionPolicy": "PREVENT"}, {"deletionPolicy": "DELETE"}, 'deletionPolicy="DELETE"'),
        (tokens.LOG_BUCKET, {"locked": True}, {"locked": False}, "is locked"),
    ],
)
def test_what_is_protected_stays(
    project: Project, type: str, protected: dict[str, Any], free: dict[str, Any], words: str
) -> None:
    bases: dict[str, dict[str, Any]] = {
        tokens.CLUSTER: {"location": REGION, "initialNodeCount": 1, "deletionProtection": False},
        tokens.BUCKET: {"location": REGION},
        tokens.LOG_BUCKET: {"project": PROJECT, "location": REGION},
    }
    base = bases[type]
    named = "bucketId" if type == tokens.LOG_BUCKET else "name"
    first = project.make(type, "one", **{**base, named: "one-1", **protected})
    second = project.make(type, "two", **{**base, named: "two-2", **free})

    with pytest.raises(CloudError, match=words):
        project.delete(type, first, "one")
    project.delete(type, second, "two")

    assert project.scope.find(type, first.id) is not None
    assert project.scope.find(type, second.id) is None


def test_a_cluster_is_protected_unless_the_program_says_otherwise(project: Project) -> None:
    cluster = project.make(tokens.CLUSTER, name="main", location=REGION, initialNodeCount=1)

    with pytest.raises(CloudError, match="deletionProtection"):
        project.delete(tokens.CLUSTER, cluster)


def test_node_pools_go_with_their_cluster(project: Project) -> None:
    cluster = project.cluster()
    pool = project.make(tokens.NODE_POOL, name="p", cluster=cluster.id)

    project.delete(tokens.CLUSTER, cluster, "main")

    assert project.scope.find(tokens.NODE_POOL, pool.id) is None


@pytest.mark.parametrize(
    ("inputs", "pairs"),
    [
        ({}, []),
        ({"initialNodeCount": 1}, [("e2-medium", zone) for zone in ZONES]),
        (
            {"nodeCount": 1, "nodeConfig": {"machineType": "g2-standard-8"}, "nodeLocations": ZONES[:1]},
            [("g2-standard-8", ZONES[0])],
        ),
        ({"autoscaling": {"totalMinNodeCount": 0, "totalMaxNodeCount": 4}}, []),
        (
            {"autoscaling": {"totalMinNodeCount": 1, "totalMaxNodeCount": 4}, "nodeLocations": ZONES[1:2]},
            [("e2-medium", ZONES[1])],
        ),
        ({"initialNodeCount": 1, "bestEffortProvisioning": {"enabled": True}}, []),
        (
            {
                "initialNodeCount": 1,
                "bestEffortProvisioning": {"enabled": True, "minProvisionNodes": 1},
                "nodeLocations": ZONES[2:],
            },
            [("e2-medium", ZONES[2])],
        ),
    ],
)
def test_a_pool_asks_for_the_machines_that_it_begins_with(
    project: Project, inputs: dict[str, Any], pairs: list[tuple[str, str]]
) -> None:
    cluster = project.cluster()
    call = Call(scope=project.scope, urn="u", type=tokens.NODE_POOL, inputs={"cluster": cluster.id, **inputs}, seed="s")

    assert TYPES.sku_zones(call) == pairs


@pytest.mark.parametrize(
    ("type", "inputs", "pairs"),
    [
        (tokens.CLUSTER, {"location": REGION, "initialNodeCount": 1}, [("e2-medium", zone) for zone in ZONES]),
        (tokens.CLUSTER, {"location": ZONES[0], "initialNodeCount": 1}, [("e2-medium", ZONES[0])]),
        (
            tokens.RESERVATION,
            {"zone": ZONES[0], "specificReservation": {"instanceProperties": {"machineType": "a3-highgpu-8g"}}},
            [("a3-highgpu-8g", ZONES[0])],
        ),
        (tokens.BUCKET, {"location": REGION}, []),
    ],
)
def test_clusters_and_reservations_ask_for_machines_too(
    project: Project, type: str, inputs: dict[str, Any], pairs: list[tuple[str, str]]
) -> None:
    assert TYPES.sku_zones(Call(scope=project.scope, urn="u", type=type, inputs=inputs, seed="s")) == pairs


def test_a_shortage_is_refused_in_googles_words(store: Store) -> None:
    machine_type, code = "g2-standard-8", "ZONE_RESOURCE_POOL_EXHAUSTED"
    fault = Capacity(kind="capacity", machine_types=(machine_type,), zones=(ZONES[0],), code=code)
    project = Project(store, faults=Faults([fault]))
    project.enable_all()
    cluster = project.cluster()
    inputs = {"nodeConfig": {"machineType": machine_type}, "initialNodeCount": 1, "cluster": cluster.id}

    with pytest.raises(CloudError, match=f"^{code}: there is no capacity for .*{ZONES[0]}"):
        project.make(tokens.NODE_POOL, "short", name="short", nodeLocations=ZONES[:1], **inputs)
    assert project.make(tokens.NODE_POOL, "had", name="had", nodeLocations=ZONES[1:2], **inputs).id


@pytest.mark.parametrize(
    ("token", "arguments", "answer"),
    [
        (
            "gcp:organizations/getClientConfig:getClientConfig",
            {},
            {"project": PROJECT, "region": REGION, "zone": ZONES[0]},
        ),
        ("gcp:organizations/getProject:getProject", {}, {"projectId": PROJECT}),
        ("gcp:organizations/getProject:getProject", {"projectId": "another"}, {"projectId": "another"}),
        ("gcp:compute/getZones:getZones", {}, {"names": ZONES}),
        ("gcp:compute/getZones:getZones", {"region": "us-east1"}, {"names": [f"us-east1-{z}" for z in "bcd"]}),
    ],
)
def test_data_sources_answer(project: Project, token: str, arguments: dict[str, Any], answer: dict[str, Any]) -> None:
    assert answer.items() <= project.cloud.invoke(project.scope, token, arguments).items()


def test_the_regions_are_googles(project: Project) -> None:
    assert REGION in project.cloud.invoke(project.scope, "gcp:compute/getRegions:getRegions", {})["names"]


@pytest.mark.parametrize(
    ("token", "arguments", "words"),
    [
        ("gcp:compute/getZones:getZones", {"region": "mars1"}, "Unknown region: mars1"),
        ("gcp:compute/getZone:getZone", {}, "did you mean gcp:compute/getZones:getZones?"),
    ],
)
def test_wrong_questions_are_refused(project: Project, token: str, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(CloudError) as refused:
        project.cloud.invoke(project.scope, token, arguments)

    assert words in str(refused.value)


def test_the_project_number_is_that_of_its_agents(project: Project) -> None:
    number = project.cloud.invoke(project.scope, "gcp:organizations/getProject:getProject", {})["number"]
    agent = project.make(tokens.SERVICE_IDENTITY, service="container.googleapis.com")

    assert agent.state["email"] == f"service-{number}@container-engine-robot.iam.gserviceaccount.com"
