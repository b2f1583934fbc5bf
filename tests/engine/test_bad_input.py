"""Bad input: one message with the remedy, exit code not 0, nothing half-written, and the next run works."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.sim import Sim

pytestmark = pytest.mark.engine

_UP = ("pulumi", "up", "-s", "dev", "--yes", "--skip-preview")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sim",), "must begin with `pulumi`: lepton sim -- pulumi up"),
        (("sim", "up", "-s", "dev"), "must begin with `pulumi`: lepton sim -- pulumi up -s dev"),
        (("sim", "--", "pulumi", "up", "-s", "dve", "--yes"), "unknown stack 'dve'; did you mean dev?"),
        (("sim", "--", "pulumi", "up", "--config-file", "no.yaml"), "there is no stack file no.yaml"),
        (("sim", "--", "pulumi", "stack", "init", "new"), "made by its first `up` or `preview`"),
        (("sim", "--", "pulumi", "config", "set", "a", "b"), "edit the stack file"),
        (("sim", "--", "pulumi", "login", "--local"), "use plain `pulumi login`"),
        (("sim", "--faults", "no.yaml", "--", *_UP), "the fault file no.yaml cannot be read"),
        (("sim", "--fault", "kind: earthquake", "--", *_UP), "'throttling', 'quota', 'capacity'"),
        (("sim", "--faults", "no.yaml", "--fault", "kind: quota", "--", *_UP), "not both"),
        (("demo", "dve"), "unknown stack 'dve'"),
    ],
)
def test_is_refused(sim: Sim, words: tuple[str, ...], message: str) -> None:
    refused = sim.lepton(*words)
    assert refused.returncode == 1
    assert message in refused.stderr
    assert "Traceback" not in refused.stderr + refused.stdout
    assert not sim.checkpoint.exists()
    assert sim.up().returncode == 0


def test_no_stack_is_named_where_there_are_several(sim: Sim) -> None:
    (sim.root / "Pulumi.prod.yaml").write_text("config: {}\n")
    refused = sim.pulumi("up", "--yes")
    assert refused.returncode == 1
    assert "which stack? Add `-s NAME`; there are: dev, prod." in refused.stderr


def test_there_is_no_project(sim: Sim, tmp_path_factory: pytest.TempPathFactory) -> None:
    refused = Sim(root=tmp_path_factory.mktemp("elsewhere")).up()
    assert refused.returncode == 1
    assert "run this inside a Pulumi project" in refused.stderr


@pytest.mark.parametrize("content", ["config: [", "- a\n- b\n", "config:\n\tx: 1\n"])
def test_a_stack_file_that_is_none(sim: Sim, content: str) -> None:
    stack_file = sim.root / "Pulumi.dev.yaml"
    good = stack_file.read_text()
    stack_file.write_text(content)
    refused = sim.up()
    stack_file.write_text(good)
    assert refused.returncode == 1
    assert str(stack_file) in refused.stderr
    assert "Traceback" not in refused.stderr
    assert sim.up().returncode == 0


def test_there_is_no_engine(sim: Sim, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    nowhere = {"PATH": str(tmp_path / "bin"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    refused = sim.lepton("sim", "--", *_UP, environment=nowhere)
    assert refused.returncode == 1
    assert "PATH: there is no `pulumi`" in refused.stderr
    assert "install the Pulumi CLI (https://www.pulumi.com/docs/install/)" in refused.stderr
    assert "make engine" in refused.stderr
    assert sim.up().returncode == 0


def test_a_port_in_use(sim: Sim, taken_port: int) -> None:
    refused = sim.up(options=("--port", str(taken_port)))
    assert refused.returncode == 1
    assert f"port {taken_port} of 127.0.0.1 is in use" in refused.stderr
    assert sim.up().returncode == 0


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_damaged_store(sim: Sim) -> None:
    sim.up()
    good = sim.store.read_bytes()
    sim.store.write_bytes(b"not a database, but as long as one would be" * 100)
    refused = sim.up()
    damaged = sim.store.read_bytes()
    sim.store.write_bytes(good)
    assert refused.returncode == 1
    assert f"{sim.store} cannot be used" in refused.stderr
    assert "Remove that file" in refused.stderr
    assert damaged.startswith(b"not a database")
    assert sim.up("--expect-no-changes").returncode == 0


def test_a_damaged_state(sim: Sim) -> None:
    sim.up()
    good = sim.checkpoint.read_text()
    sim.checkpoint.write_text(good[: len(good) // 2])
    refused = sim.up()
    assert refused.returncode == 1
    assert "is damaged" in refused.stderr
    remedy = f"cp {sim.checkpoint}.bak {sim.checkpoint}"
    assert remedy in refused.stderr
    sim.checkpoint.write_bytes(sim.checkpoint.with_name("dev.json.bak").read_bytes())
    assert sim.up().returncode == 0
    assert sim.in_state() == {(resource.urn, resource.id) for resource in sim.cloud()}


def test_a_lock_of_another_machine(sim: Sim) -> None:
    sim.up()
    folder = sim.root / ".lepton/sim/state/.pulumi/locks/organization/small/dev"
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / "1.json"
    lock.write_text('{"pid": 1, "username": "ci", "hostname": "elsewhere", "timestamp": "2026-01-01T00:00:00Z"}')
    refused = sim.up()
    assert refused.returncode == 1
    assert (
        f"process 1 on elsewhere since 2026-01-01T00:00:00. Wait for it to end. If that machine is gone, remove {lock}"
        in (refused.stderr)
    )
    lock.unlink()
    assert sim.up().returncode == 0


def test_a_program_with_an_error(sim: Sim) -> None:
    program = sim.root / "__main__.py"
    good = program.read_text()
    program.write_text(f"{good}\nraise pulumi.RunError('the file says nothing')\n")
    failed = sim.up()
    program.write_text(good)
    assert failed.returncode != 0
    assert failed.stdout.count("error: the file says nothing") == 2
    assert "Traceback" not in failed.stdout
    assert sim.up().returncode == 0
