import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from lepton_infra.simulator.behaviour import Stored
from lepton_infra.simulator.store import VERSION, Store, StoreDamaged

KILLED = """
import os, signal, sys
from pathlib import Path
from lepton_infra.simulator.behaviour import Stored
from lepton_infra.simulator.store import Store

store = Store(Path(sys.argv[1]))
for id in ("a", "b"):
    store.add(Stored(package="aws", scope="s", type="t", id=id, urn="u", inputs={}, state={}))
with store.exclusive():
    store.add(Stored(package="aws", scope="s", type="t", id="half", urn="u", inputs={}, state={}))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def _resource(id: str, *, scope: str = "aws:1:us-east-1", type: str = "aws:ec2/vpc:Vpc", urn: str = "u") -> Stored:
    return Stored(package="aws", scope=scope, type=type, id=id, urn=urn, inputs={"a": [1]}, state={"a": [1], "b": 2.5})


def _ids(resources: list[Stored]) -> list[str]:
    return [resource.id for resource in resources]


def test_what_is_added_is_found_in_its_scope_only(store: Store) -> None:
    store.add(_resource("vpc-1"))

    assert store.find("aws", "aws:1:us-east-1", "aws:ec2/vpc:Vpc", "vpc-1") == _resource("vpc-1")
    assert store.find("aws", "aws:1:eu-west-1", "aws:ec2/vpc:Vpc", "vpc-1") is None
    assert store.find("aws", "aws:1:us-east-1", "aws:ec2/subnet:Subnet", "vpc-1") is None


def test_listing_keeps_the_order_of_creation_and_narrows(store: Store) -> None:
    for resource in (_resource("c"), _resource("a", type="x"), _resource("b", scope="other")):
        store.add(resource)

    assert _ids(store.all()) == ["c", "a", "b"]
    assert _ids(store.all(scope="other")) == ["b"]
    assert _ids(store.all("x")) == ["a"]
    assert _ids(store.all(package="gcp")) == []


def test_a_deleted_resource_is_gone_but_remembered(store: Store) -> None:
    store.add(_resource("vpc-1"))
    store.delete(_resource("vpc-1"))
    store.add(_resource("vpc-1"))

    assert _ids(store.all()) == ["vpc-1"]
    assert store.made("aws", "u") == 2


def test_deleted_resources_can_be_listed_by_themselves(store: Store) -> None:
    gone, there = _resource("vpc-1"), _resource("vpc-2")
    store.add(gone)
    store.add(there)
    store.delete(gone)

    assert _ids(store.all(package="aws", deleted=True)) == ["vpc-1"]
    assert _ids(store.all(package="aws")) == ["vpc-2"]


def test_the_newest_of_a_urn_is_the_live_one_that_was_made_last(store: Store) -> None:
    for id in ("a", "b", "c"):
        store.add(_resource(id))
    store.delete(_resource("c"))

    newest = store.newest("aws", "aws:1:us-east-1", "aws:ec2/vpc:Vpc", "u")

    assert newest == _resource("b")
    assert store.newest("aws", "elsewhere", "aws:ec2/vpc:Vpc", "u") is None


def test_two_live_resources_cannot_share_an_id(store: Store) -> None:
    store.add(_resource("vpc-1"))

    with pytest.raises(KeyError, match="vpc-1 exists"):
        store.add(_resource("vpc-1"))


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.exclusive(), store.exclusive():
            store.add(_resource("vpc-1"))
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert store.all() == []


def test_it_outlives_the_process_that_closed_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "store.db"
    first = Store(path)
    first.add(_resource("vpc-1"))
    first.replace(_resource("vpc-1", urn="renamed"))
    first.close()

    second = Store(path)

    assert [resource.urn for resource in second.all()] == ["renamed"]
    assert path.stat().st_mode & 0o777 == 0o600
    second.close()


def test_a_killed_process_leaves_what_was_committed_and_no_half(tmp_path: Path) -> None:
    run = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "store.db")], check=False)

    store = Store(tmp_path / "store.db")
    assert run.returncode < 0
    assert _ids(store.all()) == ["a", "b"]
    store.close()


def test_threads_and_a_second_opener_do_not_lose_writes(tmp_path: Path) -> None:
    stores = [Store(tmp_path / "store.db") for _ in range(2)]

    def take(index: int) -> bool:
        with stores[index % 2].exclusive():
            stores[index % 2].add(_resource(f"id-{index}"))
        return stores[index % 2].count_use("fault", 10)

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(40)))

    assert len(stores[0].all()) == 40
    assert sum(taken) == 10
    for store in stores:
        store.close()


@pytest.mark.parametrize(
    "content", [b"this is not a database, it is a text " * 100, b"SQLite format 3\0" + b"\xff" * 4096]
)
def test_a_damaged_file_is_one_clear_error_and_stays_as_it_was(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(content)

    with pytest.raises(StoreDamaged, match=r"store\.db cannot be used: .*\. Remove that file"):
        Store(path)
    assert path.read_bytes() == content


def test_a_store_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.db")
    store._execute(f"PRAGMA user_version = {VERSION + 1}")
    store.close()

    with pytest.raises(StoreDamaged, match=f"its version is {VERSION + 1}, this program reads {VERSION}"):
        Store(tmp_path / "store.db")


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreDamaged, match=r"cannot be made at .*file/store\.db: "):
        Store(tmp_path / "file" / "store.db")


def test_a_store_that_others_are_making_is_not_taken_for_a_damaged_one(tmp_path: Path) -> None:
    def used(path: Path) -> int:
        with closing(Store(path)) as store:
            return len(store.all())

    with ThreadPoolExecutor(max_workers=8) as threads:
        rounds = [list(threads.map(used, [tmp_path / f"{number}.sqlite"] * 8)) for number in range(10)]
    assert rounds == [[0] * 8] * 10
