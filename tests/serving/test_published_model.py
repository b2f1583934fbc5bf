"""A model that ``lepton publish`` brought to an S3-compatible server, fetched by the init container's real script."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lepton_infra import cli
from lepton_infra.delivery.manifest import NAME
from lepton_infra.delivery.publish import publish
from lepton_infra.delivery.publish.bucket import ModelsBucket
from lepton_infra.delivery.publish.remote import RcloneBucket
from lepton_infra.errors import LeptonError
from tests.kit.exports import export, held
from tests.kit.regions import ROOT
from tests.serving.fetch_script import BUCKET, MARKS, Run, Store, refused, target

pytestmark = MARKS
VARIABLES = "variables/variables.data-00000-of-00001"


@pytest.fixture
def bucket(store: Store, monkeypatch: pytest.MonkeyPatch) -> ModelsBucket:
    """The store as a private site's models bucket, and the caller's credentials."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    # Where it is set, older versions of rclone refuse to begin.
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    options = {
        "type": "s3",
        "provider": "Other",
        "env_auth": "true",
        "endpoint": store.endpoint,
        "region": "us-east-1",
        "force_path_style": "true",
        "no_check_bucket": "true",
    }
    return ModelsBucket(uri=f"s3://{BUCKET}", path=BUCKET, rclone=options)


def objects(store: Store) -> list[str]:
    listed = store.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return [item["Key"] for item in sorted(listed, key=lambda item: item["Key"])]


def test_what_is_published_is_fetched_and_verified(store: Store, bucket: ModelsBucket, run: Run) -> None:
    version = export(store.folder)
    [published] = publish([version], store.folder, RcloneBucket(bucket, "1.75.0"))
    assert published.anew

    done = run(store.environment(version.digest))

    assert (done.returncode, done.stderr) == (0, "")
    assert held(target(store)) == held(store.folder / "cifar10" / "1")
    [again] = publish([version], store.folder, RcloneBucket(bucket, "1.75.0"))
    assert not again.anew


def test_one_changed_byte_in_the_bucket_is_refused_by_its_name(store: Store, bucket: ModelsBucket, run: Run) -> None:
    version = export(store.folder)
    list(publish([version], store.folder, RcloneBucket(bucket, "1.75.0")))
    content = (store.folder / "cifar10" / "1" / VARIABLES).read_bytes()
    store.publish({VARIABLES: content[:-1] + b"\x00"})

    refused(run(store.environment(version.digest)), store, 65, VARIABLES)
    with pytest.raises(
        LeptonError, match=rf"published as {version.digest}, but its folder .* has a changed {VARIABLES};"
    ):
        list(publish([version], store.folder, RcloneBucket(bucket, "1.75.0")))


def test_a_version_without_its_manifest_is_not_there(store: Store, bucket: ModelsBucket, run: Run) -> None:
    version = export(store.folder)
    list(publish([version], store.folder, RcloneBucket(bucket, "1.75.0")))
    store.client.delete_object(Bucket=BUCKET, Key=f"cifar10/1/{NAME}")

    refused(run(store.environment(version.digest)), store, 66, NAME)

    [again] = publish([version], store.folder, RcloneBucket(bucket, "1.75.0"))
    assert again.anew
    assert run(store.environment(version.digest)).returncode == 0


def test_what_a_broken_attempt_left_is_written_over(store: Store, bucket: ModelsBucket) -> None:
    version = export(store.folder)
    store.publish({VARIABLES: b"\x00" * 10240})

    list(publish([version], store.folder, RcloneBucket(bucket, "1.75.0")))

    found = store.client.get_object(Bucket=BUCKET, Key=f"cifar10/1/{VARIABLES}")["Body"].read()
    assert hashlib.sha256(found).digest() == hashlib.sha256(bytes(range(256)) * 40).digest()


def test_another_export_is_refused_and_nothing_is_written(store: Store, bucket: ModelsBucket) -> None:
    first = export(store.folder)
    list(publish([first], store.folder, RcloneBucket(bucket, "1.75.0")))
    second = export(store.folder, changes={"model.json": b"{}\n", "more.txt": b"x"})

    with pytest.raises(LeptonError, match=f"published as {first.digest}, the stack file pins {second.digest}"):
        list(publish([second], store.folder, RcloneBucket(bucket, "1.75.0")))

    assert "cifar10/1/more.txt" not in objects(store)


def test_a_bucket_that_is_not_there_is_told_in_rclones_words(store: Store, bucket: ModelsBucket) -> None:
    version = export(store.folder)
    away = ModelsBucket(uri="s3://no-such-bucket", path="no-such-bucket", rclone=bucket.rclone)

    with pytest.raises(LeptonError, match=r"rclone copy on s3://no-such-bucket failed .*NoSuchBucket"):
        list(publish([version], store.folder, RcloneBucket(away, "1.75.0")))


def test_an_rclone_that_is_too_old_for_the_bucket_is_refused(bucket: ModelsBucket) -> None:
    needs = ModelsBucket(uri=bucket.uri, path=bucket.path, rclone={**bucket.rclone, "of_tomorrow": "true"})

    with pytest.raises(LeptonError, match=r"does not know of_tomorrow of s3, .*the pods have 1\.75\.0"):
        RcloneBucket(needs, "1.75.0")


def test_without_rclone_the_remedy_is_told(bucket: ModelsBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(LeptonError, match=rf"there is no rclone here, which copies to s3://{BUCKET}; install it"):
        RcloneBucket(bucket, "1.75.0")


def state_of(bucket: ModelsBucket, options: dict[str, str]) -> dict[str, Any]:
    """What ``pulumi stack export`` writes of a stack us-east with this bucket."""
    outputs = {"models": {"uri": bucket.uri, "path": bucket.path}, "rclone": options}
    region = "urn:pulumi:us-east::lepton::lepton:index:Region"
    storage = {
        "urn": f"{region}$lepton:aws:Storage::us-east-storage",
        "type": "lepton:aws:Storage",
        "custom": False,
        "outputs": outputs,
    }
    return {"version": 3, "deployment": {"resources": [storage]}}


def test_the_command_publishes_what_a_stack_pins_to_the_bucket_of_its_state(
    store: Store, bucket: ModelsBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    version = export(tmp_path / "models" / "exported")
    for name in ("Pulumi.yaml", "lepton.lock.yaml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    stack = (ROOT / "Pulumi.us-east.yaml").read_text(encoding="utf-8")
    pinned = f'{{version: 1, digest: "{version.digest}"}}'
    (tmp_path / "Pulumi.us-east.yaml").write_text(_with_versions(stack, f"[{pinned}]"), encoding="utf-8")
    # The caller's own endpoint between them and the bucket: the region says none.
    monkeypatch.setenv("RCLONE_CONFIG_STORE_ENDPOINT", store.endpoint)
    options = {key: value for key, value in bucket.rclone.items() if key != "endpoint"}
    monkeypatch.chdir(tmp_path)

    shell = CliRunner()
    words = ["publish", "us-east", "--state", "-"]
    state = json.dumps(state_of(bucket, options))
    first, second = (shell.invoke(cli.app, words, input=state) for _ in range(2))

    place = f"s3://{BUCKET}/cifar10/1 as {version.digest}\n"
    assert first.output == f"us-east: model cifar10 version 1: published to {place}"
    assert second.output == f"us-east: model cifar10 version 1: as published at {place}"
    assert run(store.environment(version.digest)).returncode == 0


def _with_versions(stack: str, versions: str) -> str:
    lines = stack.splitlines(keepends=True)
    return "".join(
        f"        versions: {versions}\n" if line.strip().startswith("versions:") else line for line in lines
    )
