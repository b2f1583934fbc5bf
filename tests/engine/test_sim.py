"""``lepton sim -- pulumi …`` with the real engine."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.kit.sim import Sim

pytestmark = pytest.mark.engine


def test_the_life_of_a_stack(sim: Sim) -> None:
    preview = sim.pulumi("preview", "-s", "dev", "--diff")
    up = sim.up()
    again = sim.up("--expect-no-changes")
    refresh = sim.pulumi("refresh", "-s", "dev", "--yes", "--expect-no-changes")
    destroy = sim.pulumi("destroy", "-s", "dev", "--yes")
    assert preview.returncode == 0, preview.stderr
    assert 'cidrBlock: "10.0.0.0/16"' in preview.stdout
    assert "+ 7 to create" in preview.stdout
    assert "+ 7 created" in up.stdout
    assert "the program ran" in up.stdout
    assert again.returncode == 0
    assert "7 unchanged" in again.stdout
    assert refresh.returncode == 0, refresh.stdout
    assert destroy.returncode != 0
    assert "cannot be deleted" in destroy.stdout + destroy.stderr
    assert len(sim.cloud()) == 5
    assert not list(sim.root.rglob("*.attrs")), "files that a kill could leave half written"
    assert sim.in_state() == {(resource.urn, resource.id) for resource in sim.cloud()}


def test_what_is_not_protected_can_be_destroyed(sim: Sim) -> None:
    program = sim.root / "__main__.py"
    program.write_text(program.read_text().replace("protect=True", "protect=False"))
    up, destroy = sim.up(), sim.pulumi("destroy", "-s", "dev", "--yes")
    assert (up.returncode, destroy.returncode) == (0, 0)
    assert sim.cloud() == []


def test_another_folder_is_another_cloud_with_a_state_of_its_own(sim: Sim) -> None:
    sim.up()
    elsewhere = sim.up(options=("--folder", "elsewhere"))
    assert "+ 7 created" in elsewhere.stdout
    assert (sim.root / "elsewhere" / "clouds.sqlite").exists()
    assert sim.made_twice() == []


def test_commands_that_run_no_program(sim: Sim) -> None:
    sim.up()
    outputs = sim.pulumi("stack", "output", "--json", "-s", "dev")
    assert json.loads(outputs.stdout) == {"bucket": "small-data"}
    assert "dev" in sim.pulumi("stack", "ls").stdout
    assert "10.0.0.0/16" in sim.pulumi("config", "get", "cidr").stdout
    assert sim.pulumi("cancel", "--yes", "-s", "dev").returncode == 0


def test_printing_does_not_break_json(sim: Sim) -> None:
    preview = sim.pulumi("preview", "-s", "dev", "--json")
    assert len(json.loads(preview.stdout)["steps"]) == 7


def test_the_project_and_the_home_stay_as_they_are(sim: Sim) -> None:
    tracked = {path: path.read_bytes() for path in sim.root.iterdir()}
    home = sim.root.parent / "home"
    home.mkdir()
    up = sim.lepton(
        *("sim", "--", "pulumi", "up", "-s", "dev", "--yes", "--skip-preview"),
        environment={"HOME": str(home), "XDG_CACHE_HOME": str(_cache())},
    )
    assert up.returncode == 0, up.stderr
    assert {path: path.read_bytes() for path in tracked} == tracked
    assert {path.name for path in sim.root.iterdir()} - {path.name for path in tracked} == {".lepton"}
    assert list(home.iterdir()) == []


def test_a_stack_file_of_a_real_stack(sim: Sim) -> None:
    """It names a secrets provider and has encrypted values that only that provider can read."""
    (sim.root / "Pulumi.dev.yaml").write_text(
        "secretsprovider: awskms://alias/state?region=us-east-1\n"
        "encryptedkey: AQICAHg=\n"
        "config:\n  small:cidr: 10.0.0.0/16\n  small:token:\n    secure: v1:abc:def\n"
    )
    assert sim.up().returncode == 0
    assert "placeholder" not in sim.pulumi("config", "get", "token").stdout
    assert sim.pulumi("config", "get", "token").stdout.strip() == "simulated"


def test_arguments_are_those_of_the_folder_one_is_in(sim: Sim) -> None:
    sim.up()
    deeper = sim.root / "deeper"
    deeper.mkdir()
    exported = Sim(root=deeper).pulumi("stack", "export", "--file", "state.json", "-s", "dev")
    assert exported.returncode == 0, exported.stderr
    assert (deeper / "state.json").exists()


def test_exit_codes_are_pulumis(sim: Sim) -> None:
    unconfirmed = sim.pulumi("up", "-s", "dev")
    assert "--yes" in unconfirmed.stderr
    assert unconfirmed.returncode == 2
    assert sim.pulumi("version").returncode == 0


def test_faults_come_from_a_file_or_options(sim: Sim) -> None:
    (sim.root / "faults.yaml").write_text("faults:\n  - {kind: quota, type: 'aws:ec2/vpc:*', times: 1}\n")
    fault = "kind: failure, type: 'aws:ec2/vpc:*', code: VpcLimitExceeded, message: no more"
    from_file = sim.up(options=("--faults", "faults.yaml"))
    from_option = sim.up(options=("--fault", fault))
    assert "QuotaExceeded" in from_file.stdout
    assert "VpcLimitExceeded" in from_option.stdout
    assert (from_file.returncode, from_option.returncode) == (1, 1)
    assert sim.up().returncode == 0
    assert len(sim.cloud()) == 5


def test_a_lost_response_is_told_with_the_lines_that_adopt(sim: Sim) -> None:
    lost = sim.up(options=("--fault", "kind: lost-response, type: 'aws:s3/*'"))
    assert lost.returncode != 0
    again = sim.up()
    assert again.returncode != 0
    assert "adopt:\n    data: small-data\n" in again.stderr


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
