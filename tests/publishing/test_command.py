"""``lepton publish`` on the embedded clouds, without the engine: a state and a bucket as a run would have left them."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from lepton_infra import cli
from lepton_infra import project as projects
from lepton_infra.errors import LeptonError
from lepton_infra.simulator.aws import s3
from lepton_infra.simulator.folder import Folder
from lepton_infra.simulator.store import Store
from tests.kit.exports import export, held
from tests.publishing.deployed_state import BUCKET, state

PLACE = Path(".lepton") / "sim" / "objects" / "s3" / BUCKET / "cifar10"


def pin(*versions: dict[str, Any]) -> None:
    path = Path("Pulumi.us-east.yaml")
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["config"]["lepton:region"]["models"][0]["versions"] = versions
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def publish(*words: str, given: str = "") -> str:
    """What the command prints.

    Raises:
        LeptonError: as the command does, which its entry point makes a line of.
    """
    done = CliRunner().invoke(cli.app, ["publish", *words], input=given)
    if done.exception is not None:
        raise done.exception
    return done.output


@pytest.mark.usefixtures("project")
def test_a_pinned_version_is_published_once_and_an_unpinned_one_is_named() -> None:
    version = export(Path("models/exported"))
    few = {"replicas": {"min": 1, "max": 2}}
    pin({"version": 1, "digest": version.digest, "weight": 100, **few}, {"version": 2, "weight": 0, **few})
    unpinned = "us-east: models.cifar10.2 has no digest, so it is not published; export it and pin it: lepton pin-model"

    place = f"s3://{BUCKET}/cifar10/1 as {version.digest}"
    assert publish("us-east") == f"us-east: model cifar10 version 1: published to {place}\n{unpinned}\n"
    assert publish("us-east") == f"us-east: model cifar10 version 1: as published at {place}\n{unpinned}\n"

    assert held(PLACE / "1") == held(Path("models/exported/cifar10/1"))


@pytest.mark.usefixtures("project")
def test_exports_may_be_elsewhere() -> None:
    version = export(Path("elsewhere"))
    pin({"version": 1, "digest": version.digest})

    with pytest.raises(LeptonError, match=r"there is no export in .*models/exported/cifar10/1"):
        publish("us-east")
    assert "published to" in publish("us-east", "--from", "elsewhere")


@pytest.mark.usefixtures("project")
def test_a_stack_that_pins_nothing_has_nothing_to_publish() -> None:
    pin({"version": 1})

    with pytest.raises(LeptonError, match=r"no version of a model in us-east has a digest; export one and pin it"):
        publish("us-east")


@pytest.mark.usefixtures("project")
def test_what_the_disk_refuses_is_told_and_nothing_is_published() -> None:
    version = export(Path("models/exported"))
    pin({"version": 1, "digest": version.digest})
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    PLACE.write_bytes(b"a file where the models' folder would be")

    with pytest.raises(LeptonError, match=r"a model cannot be published: .*cifar10.*; mend that and publish again"):
        publish("us-east")

    assert PLACE.read_bytes() == b"a file where the models' folder would be"


def test_a_bucket_that_is_not_in_the_clouds_is_not_written(project: Folder) -> None:
    version = export(Path("models/exported"))
    pin({"version": 1, "digest": version.digest})
    with closing(Store(project.store)) as store:
        [bucket] = store.all(s3.BUCKET.token)
        store.delete(bucket)

    with pytest.raises(LeptonError, match=rf"s3://{BUCKET} is no bucket of the embedded clouds"):
        publish("us-east")

    assert not PLACE.exists()


def test_a_stack_that_is_not_up_is_told_how_to_get_there(project: Folder) -> None:
    version = export(Path("models/exported"))
    pin({"version": 1, "digest": version.digest})
    project.checkpoint(projects.find(Path.cwd()), "us-east").unlink()

    with pytest.raises(
        LeptonError, match=r"us-east is not up on the embedded clouds: lepton sim -- pulumi up -s us-east"
    ):
        publish("us-east")


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("{", "the input is not JSON"),
        ("[]", "the input is no exported state"),
        ('{"deployment": {}}', "the state of us-east has no models bucket"),
        (json.dumps({"deployment": state("eu-west")}), "is of the stack 'eu-west', not of 'us-east'"),
    ],
)
def test_a_state_that_is_not_the_stacks_is_refused(given: str, words: str) -> None:
    version = export(Path("models/exported"))
    pin({"version": 1, "digest": version.digest})

    with pytest.raises(LeptonError, match=words):
        publish("us-east", "--state", "-", given=given)
