from collections.abc import Callable
from pathlib import Path

import pytest

from lepton_infra.simulator import faults
from lepton_infra.simulator.behaviour import CloudError
from lepton_infra.simulator.cloud import SimulatedCloud
from lepton_infra.simulator.drift import drift
from lepton_infra.simulator.faults import Faults, FaultsInvalid, ProviderCrash
from lepton_infra.simulator.latencies import CREATION_SECONDS, creation_seconds
from lepton_infra.simulator.store import Store
from tests.simulator.core.buckets import BUCKET, URN

MakeCloud = Callable[..., SimulatedCloud]
EAST = {"region": "us-east-1"}


def _create(make_cloud: MakeCloud, *options: str, bucket: str = "models") -> str:
    cloud = make_cloud(faults=faults.parse(options))
    return cloud.create(cloud.configure(EAST), URN, BUCKET, {"bucket": bucket}).id


def test_throttling_is_retried_until_it_ends(make_cloud: MakeCloud) -> None:
    assert _create(make_cloud, "kind: throttling, type: aws:s3/*, times: 5") == "models"


def test_throttling_without_end_gives_up(make_cloud: MakeCloud) -> None:
    with pytest.raises(CloudError, match="ThrottlingException: Rate exceeded"):
        _create(make_cloud, "kind: throttling, times: null")


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("kind: quota", "QuotaExceeded: the quota for aws:s3/bucket:Bucket is used up"),
        ("kind: quota, code: TooManyBuckets", "TooManyBuckets: "),
        ("kind: failure, code: AccessDenied, message: not you", "AccessDenied: not you"),
        ("kind: capacity", "InsufficientCapacity: there is no capacity for p5.48xlarge in us-east-1a, p5.48xlarge in"),
        ("kind: capacity, machine_types: ['p5.*'], zones: ['us-east-1?']", "InsufficientCapacity"),
    ],
)
def test_a_refusal_makes_nothing(make_cloud: MakeCloud, store: Store, option: str, message: str) -> None:
    with pytest.raises(CloudError, match=message):
        _create(make_cloud, option)
    assert store.all() == []


def test_a_fault_that_has_not_struck_says_why(make_cloud: MakeCloud, store: Store) -> None:
    injected = faults.parse(
        ["kind: quota, type: aws:ec2/*", "kind: capacity, zones: ['1']", "kind: throttling, times: 1"]
    )
    cloud = make_cloud(faults=injected)
    cloud.create(cloud.configure(EAST), URN, BUCKET, {"bucket": "models"})

    quota, capacity = injected.idle()

    assert quota == "`kind: quota, type: 'aws:ec2/*'` did not strike: nothing that it matches was asked of a cloud"
    assert capacity.startswith("`kind: capacity, zones: ['1']` did not strike: nobody asked for these machines")


def test_a_fault_that_is_used_up_says_so(make_cloud: MakeCloud) -> None:
    option = "kind: throttling, times: 1"
    _create(make_cloud, option)
    later = faults.parse([option])
    cloud = make_cloud(faults=later)
    cloud.create(cloud.configure(EAST), f"{URN}-2", BUCKET, {"bucket": "data"})

    assert later.idle() == [f"`{option}` did not strike: it has struck as often as it may"]


def test_a_numbered_zone_is_told_as_a_zone(store: Store) -> None:
    short = faults.parse(["kind: capacity"])
    with pytest.raises(CloudError, match=r"there is no capacity for gpu in zone 1, gpu in us-east-1a$"):
        short.before(store, "create", "any:type:Type", "name", [("gpu", "1"), ("gpu", "us-east-1a")])


@pytest.mark.parametrize(
    "option",
    [
        "kind: failure, type: aws:ec2/*",
        "kind: failure, name: other",
        "kind: failure, operation: delete",
        "kind: capacity, zones: [us-east-1a]",
        "kind: capacity, machine_types: [g6.xlarge]",
    ],
)
def test_a_fault_strikes_only_what_it_matches(make_cloud: MakeCloud, option: str) -> None:
    assert _create(make_cloud, option) == "models"


def test_a_lost_response_leaves_the_resource_in_the_cloud(make_cloud: MakeCloud, store: Store) -> None:
    with pytest.raises(CloudError, match="the connection was lost"):
        _create(make_cloud, "kind: lost-response")
    with pytest.raises(CloudError, match="BucketAlreadyExists"):
        _create(make_cloud)
    assert [stored.id for stored in store.all()] == ["models"]


@pytest.mark.parametrize(("moment", "left"), [("before", []), ("after", ["models"])])
def test_a_crash_strikes_before_or_after(make_cloud: MakeCloud, store: Store, moment: str, left: list[str]) -> None:
    with pytest.raises(ProviderCrash, match=f"crash {moment} create"):
        _create(make_cloud, f"kind: crash, moment: {moment}")
    assert [stored.id for stored in store.all()] == left


def test_how_often_a_fault_struck_is_kept_in_the_store(tmp_path: Path, make_cloud: MakeCloud) -> None:
    struck = []
    for _ in range(3):
        store = Store(tmp_path / "store.db")
        try:
            faults.parse(["kind: quota, times: 2"]).before(store, "create", BUCKET, "models")
        except CloudError as error:
            struck.append(error.code)
        store.close()

    assert struck == ["QuotaExceeded"] * 2


def test_drift_is_found_by_the_next_read_once(make_cloud: MakeCloud) -> None:
    cloud = make_cloud(faults=faults.parse(["kind: drift, name: models, path: tags.owner, value: somebody"]))
    east = cloud.configure(EAST)
    inputs = {"bucket": "models", "tags": {"owner": "us"}}
    cloud.create(east, URN, BUCKET, inputs)

    found = cloud.read(east, URN, BUCKET, "models", inputs)
    repaired = cloud.update(east, URN, BUCKET, "models", inputs)
    again = cloud.read(east, URN, BUCKET, "models", inputs)

    assert found is not None
    assert found.inputs["tags"] == found.state["tags"] == {"owner": "somebody"}
    assert repaired.state["tags"] == {"owner": "us"}
    assert again is not None
    assert again.inputs == inputs


def test_drift_by_hand_changes_what_matches(make_cloud: MakeCloud, store: Store) -> None:
    _create(make_cloud)

    (changed,) = drift(store, type="aws:s3/*", name="models", path="arn", value="arn:elsewhere")

    assert changed.state["arn"] == "arn:elsewhere"
    assert store.all() == [changed]
    with pytest.raises(CloudError, match="no resource of type gcp:"):
        drift(store, type="gcp:*", name="*", path="arn", value="")
    with pytest.raises(CloudError, match=r"the path bucket.x leads nowhere at x"):
        drift(store, type="*", name="*", path="bucket.x", value="")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("faults: [{kind: throtling}]", "'throttling', 'quota'"),
        ("faults: [{kind: quota, tims: 3}]", r"faults\[0\].quota.tims: .*; allowed: code, kind, name, times, type"),
        ("faults: [{kind: quota, times: 0}]", r"faults\[0\].quota.times: .* greater than or equal to 1"),
        ("faults: [{kind: crash, operation: explode}]", "'create', 'read', 'update', 'delete' or 'invoke'"),
        ("faults: [{kind: capacity, zones: []}]", "at least 1 item"),
        ("fault: []", r"faults: Field required\n.*fault: .*; allowed: faults"),
        ("- kind: quota", r"\(top\): .*dictionary"),
        ("{", "cannot be read"),
    ],
)
def test_a_bad_fault_file_is_told_what_is_allowed(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text(text)

    with pytest.raises(FaultsInvalid, match=rf"(?s){path}.*{message}"):
        faults.load(path)


def test_a_fault_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FaultsInvalid, match="No such file"):
        faults.load(tmp_path / "none.yaml")


def test_a_good_fault_file_may_hold_every_kind(tmp_path: Path) -> None:
    path = tmp_path / "faults.json"
    kinds = ["throttling", "quota", "capacity", "lost-response", "failure", "crash"]
    entries = [f'{{"kind": "{kind}"}}' for kind in kinds] + ['{"kind": "drift", "path": "a", "value": 1}']
    path.write_text(f'{{"faults": [{", ".join(entries)}]}}')

    assert faults.load(path)
    assert not Faults()


def test_latencies_are_off_at_scale_zero_and_proportional() -> None:
    cluster = "aws:eks/cluster:Cluster"

    assert creation_seconds(cluster, 0.0) == 0.0
    assert creation_seconds(cluster, 0.5) == CREATION_SECONDS[cluster] / 2
    assert creation_seconds("aws:iam/role:Role", 1.0) == 0.0
