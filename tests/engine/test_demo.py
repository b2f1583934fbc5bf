"""All regions at once, and what is told when one of them fails."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from lepton_infra import lock
from lepton_infra.sandbox.demo import counted
from lepton_infra.sandbox.event_log import EventLog
from lepton_infra.sandbox.progress import Progress
from tests.kit.exports import export
from tests.kit.regions import ROOT
from tests.kit.sim import Sim

VERIFIER = "its pods' own script" if shutil.which("rclone") else "its manifest"

REGION = "urn:pulumi:eu::lepton::lepton:index:Region"


def step(kind: str, op: str, type: str, name: str) -> dict[str, object]:
    urn = f"{REGION}$lepton:aws:Network${type}::{name}"
    return {kind: {"metadata": {"op": op, "urn": urn, "type": type}}}


def test_progress_counts_what_is_made_by_layer() -> None:
    progress = Progress()
    progress.take(step("resourcePreEvent", "create", "aws:ec2/vpc:Vpc", "vpc"))
    progress.take(step("resourcePreEvent", "create", "aws:ec2/eip:Eip", "address"))
    progress.take(step("resourcePreEvent", "create", "lepton:aws:Network", "component"))
    progress.take(step("resOutputsEvent", "create", "aws:ec2/vpc:Vpc", "vpc"))
    progress.take(step("resOutputsEvent", "same", "aws:ec2/subnet:Subnet", "subnet"))
    progress.take({"sequence": 3, "stdoutEvent": {"message": "hello"}})

    assert progress.done == {"Network": 2}
    assert [urn.rpartition("::")[2] for urn in progress.under_way] == ["address"]

    progress.take(step("resOpFailedEvent", "create", "aws:ec2/eip:Eip", "address"))

    assert progress.done == {"Network": 2}
    assert not progress.under_way


def test_a_log_is_read_as_it_grows_and_only_whole_lines(tmp_path: Path) -> None:
    log = EventLog(path=tmp_path / "events.json")
    assert list(log.fresh()) == []

    log.path.write_text('{"a": 1}\n{"b"')
    assert list(log.fresh()) == [{"a": 1}]
    with log.path.open("a") as stream:
        stream.write(": 2}\n" + json.dumps({"c": 3}) + "\n")
    assert list(log.fresh()) == [{"b": 2}, {"c": 3}]
    assert list(log.fresh()) == []


@pytest.fixture
def regions(tmp_path: Path, engine: None) -> Sim:
    """The repository's own stacks in a folder of their own."""
    for path in (ROOT / "Pulumi.yaml", ROOT / "__main__.py", ROOT / "lepton.lock.yaml", *ROOT.glob("Pulumi.*.yaml")):
        shutil.copy(path, tmp_path)
    return Sim(root=tmp_path, stack="us-east", project="lepton")


def pin(regions: Sim, stack: str, digest: str) -> None:
    """Let a stack serve version 1 of cifar10 by this digest."""
    path = regions.root / f"Pulumi.{stack}.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["config"][PROJECT_REGION]["models"][0]["versions"] = [{"version": 1, "digest": digest}]
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


PROJECT_REGION = "lepton:region"
BUCKETS = {
    "us-east": "s3://us-east-storage-models-111122223333",
    "eu-west": "https://euweststoragestocb2671d1.blob.core.windows.net/models",
    "ap-south": "gs://ap-south-storage-models-111122223333",
}


@pytest.mark.engine
def test_all_regions_come_up_at_once(regions: Sim) -> None:
    stacks = sorted(path.name.split(".")[1] for path in regions.root.glob("Pulumi.*.yaml"))
    version = export(regions.root / "models" / "exported")
    for stack in stacks:
        pin(regions, stack, version.digest)

    demo = regions.lepton("demo")

    assert demo.returncode == 0, demo.stdout[-3000:] + demo.stderr
    assert f"{', '.join(stacks)} on the embedded clouds" in demo.stdout
    for stack in stacks:
        assert f"{stack}: endpoint cifar10: https://" in demo.stdout
        [published] = [line for line in demo.stdout.splitlines() if line.startswith(f"{stack}: model cifar10")]
        assert published.startswith(f"{stack}: model cifar10 version 1: published to {BUCKETS[stack]}")
        assert f"/cifar10/1, verified as {version.digest} by {VERIFIER}" in published
    assert {resource.urn.split("::")[0] for resource in regions.cloud()} == {f"urn:pulumi:{name}" for name in stacks}
    unpinned = counted(lock.locked(ROOT).unpinned())
    assert f"no digest yet, refused by a real cloud: {unpinned}\n" in demo.stdout
    for stack in stacks:
        again = regions.pulumi("up", "-s", stack, "--yes", "--skip-preview", "--expect-no-changes")
        assert again.returncode == 0, again.stdout[-3000:]

    said = regions.lepton("publish", "eu-west")
    assert said.stdout.startswith("eu-west: model cifar10 version 1: as published at https://"), said.stderr


def test_what_has_no_digest_is_counted() -> None:
    assert counted(["images.a", "charts.b", "images.c", "models.cifar10.1"]) == "1 chart, 2 images, 1 model"


@pytest.mark.engine
def test_what_is_pinned_and_not_exported_or_not_as_exported_is_told(regions: Sim) -> None:
    exports = regions.root / "models" / "exported"
    version = export(exports)
    pin(regions, "us-east", f"sha256:{'0' * 64}")

    demo = regions.lepton("demo", "us-east")

    assert demo.returncode == 1
    assert f"error: us-east: model cifar10 version 1: {exports}/cifar10/1/SHA256SUMS has the digest" in demo.stderr
    assert not (regions.root / ".lepton" / "sim" / "objects").exists()

    shutil.rmtree(exports)
    pin(regions, "us-east", version.digest)
    demo = regions.lepton("demo", "us-east")

    assert demo.returncode == 0, demo.stderr
    line = f"us-east: model cifar10 version 1: pinned as {version.digest}, not published, for there is no export in"
    assert line in demo.stdout


@pytest.mark.engine
def test_a_region_that_fails_takes_no_other_with_it(regions: Sim) -> None:
    (regions.root / "lepton.lock.yaml").write_text(
        (ROOT / "lepton.lock.yaml").read_text(encoding="utf-8").replace("eks-addon-coredns-1.35:", "gone-1.35:"),
        encoding="utf-8",
    )

    demo = regions.lepton("demo", "us-east", "ap-south")

    assert demo.returncode == 1
    assert "us-east did not come up" in demo.stderr
    assert "eks-addon-coredns-1.35" in demo.stderr
    assert "ap-south: endpoint cifar10: https://" in demo.stdout
