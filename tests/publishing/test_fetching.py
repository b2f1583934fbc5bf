"""What the demo says of a region's models: published, and fetched as the region's pods fetch them."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from lepton_infra.sandbox import models
from lepton_infra.simulator.aws import s3
from lepton_infra.simulator.folder import Folder
from lepton_infra.simulator.store import Store
from tests.kit.exports import export
from tests.publishing.deployed_state import BUCKET, served, state

EXPORTS = Path("models/exported")
PLACE = Path(".lepton/sim/objects/s3") / BUCKET / "cifar10" / "1"
NEEDS_RCLONE = pytest.mark.skipif(shutil.which("rclone") is None, reason="rclone is not installed")


@NEEDS_RCLONE
def test_a_published_version_is_fetched_by_the_pods_script(project: Folder) -> None:
    version = export(EXPORTS)

    for how in ("published to", "as published at"):
        lines, problem = models.serve(project, "us-east", served(version), [version], EXPORTS)
        assert problem is None
        place = f"s3://{BUCKET}/cifar10/1"
        assert lines == [
            f"model cifar10 version 1: {how} {place}, verified as {version.digest} by its pods' own script"
        ]


@NEEDS_RCLONE
def test_what_pods_would_refuse_is_a_problem_with_the_scripts_words(project: Folder) -> None:
    version = export(EXPORTS, changes={"batching_params.pbtxt": b"max_batch_size { value: 0 }\n"})
    # Brought there by other means, for publishing refuses it.
    shutil.copytree(EXPORTS / version.path, PLACE)
    shutil.rmtree(EXPORTS)

    lines, problem = models.serve(project, "us-east", served(version), [version], EXPORTS)

    assert lines == []
    assert problem == (
        "model cifar10 version 1: its pods would not start (65): "
        "fetch_model: batching_params.pbtxt has a line that no model may set: 1"
    )


def test_what_was_changed_in_the_bucket_is_a_problem(project: Folder) -> None:
    version = export(EXPORTS)
    models.serve(project, "us-east", served(version), [version], EXPORTS)
    (PLACE / "saved_model.pb").write_bytes(b"other")

    lines, problem = models.serve(project, "us-east", served(version), [version], EXPORTS)

    assert lines == []
    assert problem == (
        f"model cifar10 version 1 is published as {version.digest}, but its folder in the bucket has a changed "
        "saved_model.pb; no pod will take it. Find out who changed it, delete cifar10/1/ there and publish again."
    )


@NEEDS_RCLONE
def test_what_was_published_before_is_fetched_without_its_export(project: Folder) -> None:
    version, absent = export(EXPORTS), export(Path("elsewhere"), 2)
    models.serve(project, "us-east", served(version), [version], EXPORTS)
    shutil.rmtree(EXPORTS)

    lines, problem = models.serve(project, "us-east", served(version), [version, absent], EXPORTS)

    assert problem is None
    assert lines == [
        f"model cifar10 version 2: pinned as {absent.digest}, not published, for there is no export in "
        "models/exported/cifar10/2",
        f"model cifar10 version 1: as published at s3://{BUCKET}/cifar10/1, verified as {version.digest} by its pods' "
        "own script",
    ]


def test_a_region_that_pins_nothing_has_nothing_to_tell(project: Folder) -> None:
    assert models.serve(project, "us-east", state(), [], EXPORTS) == ([], None)


@NEEDS_RCLONE
def test_a_region_whose_pods_fetch_something_else_is_a_problem(project: Folder) -> None:
    version = export(EXPORTS)

    _, problem = models.serve(project, "us-east", state(), [version], EXPORTS)

    assert problem == (
        f"model cifar10 version 1: no Deployment of the region fetches store:{BUCKET}/cifar10/1; run pulumi up again."
    )


def test_without_rclone_the_manifest_is_held_against_what_is_published(
    project: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = export(EXPORTS)
    monkeypatch.setenv("PATH", "/nowhere")

    lines, problem = models.serve(project, "us-east", served(version), [version], EXPORTS)

    assert problem is None
    assert lines == [
        f"model cifar10 version 1: published to s3://{BUCKET}/cifar10/1, verified as {version.digest} by its manifest "
        "(no rclone here, so its pods' own script was not run)"
    ]


def test_a_version_that_nobody_has_exported_here_is_told(project: Folder) -> None:
    version = export(Path("elsewhere"))

    lines, problem = models.serve(project, "us-east", served(version), [version], EXPORTS)

    assert problem is None
    assert lines == [
        f"model cifar10 version 1: pinned as {version.digest}, not published, for there is no export in "
        "models/exported/cifar10/1"
    ]


def test_a_bucket_that_is_a_sites_own_is_no_failure_of_the_demo(project: Folder) -> None:
    version = export(EXPORTS)
    with closing(Store(project.store)) as store:
        [bucket] = store.all(s3.BUCKET.token)
        store.delete(bucket)

    lines, problem = models.serve(project, "us-east", served(version), [version], EXPORTS)

    assert problem is None
    assert lines == [f"s3://{BUCKET} is no bucket of the embedded clouds; nothing can be published there."]
