from collections.abc import Callable
from typing import Any

import pytest

from lepton_infra.simulator.behaviour import UNKNOWN, Behaviour, Call, CloudError, Failure, Secret
from lepton_infra.simulator.cloud import SimulatedCloud
from lepton_infra.simulator.packages import PACKAGES, behaviour_of, generic
from lepton_infra.simulator.scope import PENDING, CloudScope
from lepton_infra.simulator.store import Store
from tests.simulator.core.buckets import BUCKET, URN, urn

CLUSTER = "aws:eks/cluster:Cluster"
# Of the mistakes that mocks let through, these are of names and kinds; wrong values are each cloud's own to tell.
MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "misspelt nested key": ({"vpcConfig": {"subnet_idz": ["a"]}}, "vpcConfig.subnet_idz"),
    "string for boolean": (
        {"vpcConfig": {"subnetIds": [], "endpointPublicAccess": "maybe"}},
        "vpcConfig.endpointPublicAccess",
    ),
    "list for string": ({"roleArn": ["r"]}, "roleArn"),
    "number for string": ({"version": 5}, "version"),
    "string for list": ({"vpcConfig": {"subnetIds": "a"}}, "vpcConfig.subnetIds"),
    "word for boolean": ({"deletionProtection": "yes"}, "deletionProtection"),
    "missing required": ({"vpcConfig": {}}, "vpcConfig.subnetIds"),
    "unknown top-level name": ({"rolearn": "r"}, "rolearn"),
}


@pytest.fixture
def east(cloud: SimulatedCloud) -> CloudScope:
    return cloud.configure({"region": "us-east-1"})


def _create(cloud: SimulatedCloud, scope: CloudScope, **inputs: Any) -> str:
    return cloud.create(scope, URN, BUCKET, inputs).id


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_fails_the_check_at_its_path(cloud: SimulatedCloud, east: CloudScope, mistake: str) -> None:
    changes, path = MISTAKES[mistake]
    inputs = {"roleArn": "r", "vpcConfig": {"subnetIds": ["a"]}, **changes}

    checked = cloud.check(east, urn(CLUSTER, "c"), CLUSTER, {}, inputs)

    assert path in [failure.path for failure in checked.failures]


def test_wrong_kinds_and_wrong_values_are_told_together(cloud: SimulatedCloud, east: CloudScope) -> None:
    checked = cloud.check(east, URN, BUCKET, {}, {"bucket": "x", "tags": []})

    assert checked.failures == [
        Failure(path="tags", reason="expected a map, got a list"),
        Failure(path="bucket", reason="too short"),
    ]


def test_a_value_of_the_wrong_kind_is_not_judged_twice(cloud: SimulatedCloud, east: CloudScope) -> None:
    assert len(cloud.check(east, URN, BUCKET, {}, {"bucket": 5}).failures) == 1


def test_unknown_and_secret_inputs_pass_and_stay_what_they_are(cloud: SimulatedCloud, east: CloudScope) -> None:
    inputs = {"bucket": UNKNOWN, "tags": Secret({"a": "b"})}

    checked = cloud.check(east, URN, BUCKET, {}, inputs)

    assert checked.failures == []
    assert checked.inputs == inputs


def test_a_generated_name_stays_and_a_given_one_wins(cloud: SimulatedCloud, east: CloudScope) -> None:
    first = cloud.check(east, URN, BUCKET, {}, {}).inputs
    _create(cloud, east, **first)

    again = cloud.check(east, URN, BUCKET, first, {"tags": {"a": "b"}}).inputs
    named = cloud.check(east, URN, BUCKET, first, {"bucket": "mine"}).inputs
    replacement = cloud.check(east, URN, BUCKET, {}, {}).inputs

    assert first["bucket"].startswith("models-")
    assert again == {**first, "tags": {"a": "b"}}
    assert named == {"bucket": "mine"}
    assert replacement["bucket"] != first["bucket"]


def test_a_null_input_gives_way_to_the_generated_name(cloud: SimulatedCloud, east: CloudScope) -> None:
    absent = cloud.check(east, URN, BUCKET, {}, {}).inputs

    assert cloud.check(east, URN, BUCKET, {}, {"bucket": None}).inputs == absent


def test_defaults_see_the_old_resource_in_an_update_and_none_in_a_replacement(
    make_cloud: Callable[..., SimulatedCloud],
) -> None:
    seen: list[bool] = []

    def look(call: Call) -> dict[str, Any]:
        seen.append(call.old is not None)
        return {}

    cloud = make_cloud(defaults=look)
    east = cloud.configure({"region": "us-east-1"})
    _create(cloud, east, bucket="models")

    cloud.check(east, URN, BUCKET, {"bucket": "models"}, {"bucket": "models"})
    cloud.check(east, URN, BUCKET, {}, {"bucket": "models"})

    assert seen == [True, False]


def test_a_creation_computes_what_the_behaviour_and_the_types_say(cloud: SimulatedCloud, east: CloudScope) -> None:
    made = cloud.create(east, URN, BUCKET, {"bucket": "models", "tags": {"a": "b"}})

    assert made.id == "models"
    assert made.state["arn"] == "arn:aws:s3:::models"
    assert made.state["tags"] == {"a": "b"}
    assert made.state["region"] == "us-east-1"
    assert made.state["bucketDomainName"]


def test_a_previewed_creation_makes_nothing_and_knows_no_computed_output(
    cloud: SimulatedCloud, east: CloudScope, store: Store
) -> None:
    made = cloud.create(east, URN, BUCKET, {"bucket": "models", "tags": {"a": UNKNOWN}}, preview=True)

    assert made.id == ""
    assert made.state["bucket"] == "models"
    assert made.state["arn"] is UNKNOWN
    assert made.state["tags"] == {"a": UNKNOWN}
    assert store.all() == []


def test_a_refused_creation_leaves_nothing(cloud: SimulatedCloud, east: CloudScope, store: Store) -> None:
    _create(cloud, east, bucket="models")

    with pytest.raises(CloudError, match="BucketAlreadyExists: models exists"):
        _create(cloud, east, bucket="models")
    assert len(store.all()) == 1


def test_two_regions_and_a_resource_of_its_own_region_do_not_see_one_another(cloud: SimulatedCloud) -> None:
    east, west = cloud.configure({"region": "us-east-1"}), cloud.configure({"region": "us-west-2"})
    for scope, inputs in ((east, {}), (west, {}), (east, {"region": "eu-west-1"})):
        _create(cloud, scope, bucket="models", **inputs)

    found = cloud.read(east, URN, BUCKET, "models", {"region": "eu-west-1"})

    assert [stored.scope for stored in east.everywhere()] == ["aws:us-east-1", "aws:us-west-2", "aws:eu-west-1"]
    assert [stored.scope for stored in west.all()] == ["aws:us-west-2"]
    assert found is not None
    assert found.state["region"] == "eu-west-1"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"bucket": "a"}, {"bucket": "a"}, []),
        ({"bucket": "a"}, {"bucket": "b"}, [("bucket", True)]),
        ({"bucket": "a"}, {"bucket": UNKNOWN}, [("bucket", True)]),
        ({"bucket": "a"}, {"bucket": "a", "tags": {"x": "y"}}, [("tags", False)]),
        ({"bucket": "a"}, {"bucket": "a", "region": "eu-west-1"}, [("region", True)]),
        ({"bucket": Secret("a")}, {"bucket": "a"}, []),
    ],
)
def test_a_diff_tells_what_changes_and_what_replaces(
    cloud: SimulatedCloud, east: CloudScope, old: dict[str, Any], new: dict[str, Any], expected: list[tuple[str, bool]]
) -> None:
    found = cloud.diff(east, URN, BUCKET, old, new)

    assert [(change.path, change.replaces) for change in found.changes] == expected


def test_a_replacement_of_a_name_that_the_program_gave_goes_after_the_old_one(
    cloud: SimulatedCloud, east: CloudScope
) -> None:
    generated = cloud.check(east, URN, BUCKET, {}, {}).inputs
    _create(cloud, east, **generated)

    moved = {"region": "eu-west-1"}
    by_program = cloud.diff(east, URN, BUCKET, {"bucket": "models"}, {"bucket": "models", **moved})
    by_provider = cloud.diff(east, URN, BUCKET, generated, {**generated, **moved})
    renamed = cloud.diff(east, URN, BUCKET, {"bucket": "models"}, {"bucket": "others"})
    nameless = cloud.diff(east, URN, "aws:ec2/vpc:Vpc", {}, moved)

    assert [diff.delete_first for diff in (by_program, by_provider, renamed, nameless)] == [True, False, False, False]


def test_a_provider_that_moves_is_replaced_and_one_that_does_not_is_not(cloud: SimulatedCloud) -> None:
    here = {"region": "us-east-1", "maxRetries": "5"}

    moved = cloud.diff_config(here, {**here, "region": "eu-west-1"})
    patient = cloud.diff_config(here, {**here, "maxRetries": "9"})
    pending = cloud.diff_config(here, {**here, "region": PENDING})

    assert [(change.path, change.replaces) for change in moved.changes] == [("region", True)]
    assert [(change.path, change.replaces) for change in patient.changes] == [("maxRetries", False)]
    assert [(change.path, change.replaces) for change in pending.changes] == [("region", True)]


def test_provider_inputs_are_checked_in_the_encoding_they_come_in(cloud: SimulatedCloud) -> None:
    config = {"region": "us-east-1", "allowedAccountIds": '["1"]', "insecure": "perhaps", "regoin": "x"}

    failures = {failure.path: failure.reason for failure in cloud.check_config(config)}

    assert failures == {
        "insecure": "expected true or false, got the string 'perhaps'",
        "regoin": "unknown property 'regoin'; did you mean 'region'?",
    }


def test_an_update_keeps_computed_outputs_and_drops_removed_inputs(cloud: SimulatedCloud, east: CloudScope) -> None:
    made = cloud.create(east, URN, BUCKET, {"bucket": "models", "tags": {"a": "b", "c": "d"}, "forceDestroy": True})

    changed = cloud.update(east, URN, BUCKET, made.id, {"bucket": "models", "tags": {"a": "e"}})

    assert changed.state["tags"] == {"a": "e"}
    assert changed.state["arn"] == made.state["arn"]
    assert changed.state["bucketDomainName"] == made.state["bucketDomainName"]
    assert "forceDestroy" not in changed.inputs


def test_a_previewed_update_knows_all_but_what_the_change_touches(make_cloud: Callable[..., SimulatedCloud]) -> None:
    def touch(call: Call) -> dict[str, Any]:
        assert call.old is not None
        return {"arn": call.old.state["arn"], "bucketDomainName": f"{call.inputs['tags']['a']}.example"}

    cloud = make_cloud(update=touch)
    east = cloud.configure({"region": "us-east-1"})
    made = cloud.create(east, URN, BUCKET, {"bucket": "models", "tags": {"a": "b"}})

    foreseen = cloud.update(east, URN, BUCKET, made.id, {"bucket": "models", "tags": {"a": "c"}}, preview=True)

    assert foreseen.state["arn"] == made.state["arn"]
    assert foreseen.state["bucketDomainName"] is UNKNOWN
    assert foreseen.state["tags"] == {"a": "c"}
    assert cloud.read(east, URN, BUCKET, made.id) == made


def test_an_update_of_what_is_gone_says_so(cloud: SimulatedCloud, east: CloudScope) -> None:
    with pytest.raises(CloudError, match="NotFound: models does not exist in aws:us-east-1"):
        cloud.update(east, URN, BUCKET, "models", {})


def test_a_deletion_may_be_refused_and_may_come_twice(cloud: SimulatedCloud, east: CloudScope) -> None:
    _create(cloud, east, bucket="full", forceDestroy=False)
    _create(cloud, east, bucket="empty")

    with pytest.raises(CloudError, match="BucketNotEmpty"):
        cloud.delete(east, URN, BUCKET, "full")
    for _ in range(2):
        cloud.delete(east, URN, BUCKET, "empty")

    assert [stored.id for stored in east.all()] == ["full"]
    assert cloud.read(east, URN, BUCKET, "empty") is None


def test_secrets_reach_the_behaviour_plain_and_come_back_secret(
    make_cloud: Callable[..., SimulatedCloud], store: Store
) -> None:
    seen: list[Any] = []

    def look(call: Call) -> list[Failure]:
        seen.append(call.inputs["tags"])
        return []

    cloud = make_cloud(check=look)
    east = cloud.configure({"region": "us-east-1"})
    inputs = {"bucket": "models", "tags": {"key": Secret("opensesame")}}

    cloud.check(east, URN, BUCKET, {}, inputs)
    made = cloud.create(east, URN, BUCKET, inputs)
    found = cloud.read(east, URN, BUCKET, made.id, inputs, made.state)

    assert seen == [{"key": "opensesame"}]
    assert store.all()[0].inputs["tags"] == {"key": "opensesame"}
    assert made.state["tags"] == {"key": Secret("opensesame")}
    assert found is not None
    assert found.state["tags"] == found.inputs["tags"] == {"key": Secret("opensesame")}


def test_invokes_are_answered_or_named(cloud: SimulatedCloud, east: CloudScope) -> None:
    assert cloud.invoke(east, "aws:index/getRegion:getRegion", {}) == {"region": "us-east-1"}
    with pytest.raises(CloudError, match=r"does not answer aws:index/getRegoin:getRegoin; did you mean aws:index/getR"):
        cloud.invoke(east, "aws:index/getRegoin:getRegoin", {})


@pytest.mark.parametrize(
    ("package", "config", "key"),
    [
        ("azure-native", {"subscriptionId": "s", "tenantId": "t", "location": "westeurope"}, "azure-native:t:s"),
        ("gcp", {"project": "p", "region": "asia-south1"}, "gcp:p:asia-south1"),
    ],
)
def test_a_generic_cloud_scopes_by_its_account(package: str, config: dict[str, Any], key: str, store: Store) -> None:
    assert SimulatedCloud(package, store, generic(package)).configure(config).key == key


@pytest.mark.parametrize(
    ("package", "type", "config", "inputs", "expected"),
    [
        (
            "azure-native",
            "azure-native:resources:ResourceGroup",
            {"subscriptionId": "s", "location": "westeurope"},
            {},
            {"location": "westeurope"},
        ),
        (
            "gcp",
            "gcp:storage/bucket:Bucket",
            {"project": "p"},
            {"location": "eu", "name": "b"},
            {"name": "b", "project": "p"},
        ),
    ],
)
def test_a_generic_cloud_makes_any_type(
    store: Store, package: str, type: str, config: dict[str, Any], inputs: dict[str, Any], expected: dict[str, Any]
) -> None:
    cloud = SimulatedCloud(package, store, generic(package))
    scope = cloud.configure(config)

    made = cloud.create(scope, urn(type, "thing"), type, inputs)

    assert made.id
    assert made.state["name"]
    assert made.state.items() >= expected.items()
    assert cloud.read(scope, urn(type, "thing"), type, made.id) == made


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_has_a_behaviour(package: str) -> None:
    behaviour = behaviour_of(package)

    assert isinstance(behaviour, Behaviour)
    assert behaviour.package == package
