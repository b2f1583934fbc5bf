"""The init container's real script, run by real shells with the real rclone against an S3-compatible server."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from urllib.parse import unquote

import boto3  # type: ignore[import-untyped]
import pytest
from moto.server import ThreadedMotoServer

from lepton_infra import model_manifest as manifest

BUCKET = "us-east-models"
SHELLS = [shell for shell in ("sh", "busybox") if shutil.which(shell)]

pytestmark = [
    pytest.mark.skipif(shutil.which("rclone") is None, reason="rclone is not installed: apt-get install rclone"),
    # boto3's own use of datetime.utcnow on some versions; not ours to fix.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


class Store:
    """A bucket with one model, and the environment that points the script at it."""

    def __init__(self, endpoint: str, folder: Path) -> None:
        self.endpoint = endpoint
        self.folder = folder
        self.client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    def publish(self, files: dict[str, bytes]) -> None:
        for path, content in files.items():
            self.client.put_object(Bucket=BUCKET, Key=f"cifar10/1/{path}", Body=content)

    def environment(self, digest: str) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "RCLONE_CONFIG_STORE_TYPE": "s3",
            "RCLONE_CONFIG_STORE_PROVIDER": "Other",
            "RCLONE_CONFIG_STORE_ENV_AUTH": "true",
            "RCLONE_CONFIG_STORE_REGION": "us-east-1",
            "RCLONE_CONFIG_STORE_ENDPOINT": self.endpoint,
            "MODEL_SOURCE": f"store:{BUCKET}/cifar10/1",
            "MODEL_TARGET": str(self.folder / "models" / "cifar10" / "1"),
            "MODEL_DIGEST": digest,
            "FETCH_DEADLINE_SECONDS": "60",
        }


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def store(server: str, tmp_path: Path) -> Iterator[Store]:
    store = Store(server, tmp_path)
    store.client.create_bucket(Bucket=BUCKET)
    yield store
    for item in store.client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        store.client.delete_object(Bucket=BUCKET, Key=item["Key"])
    store.client.delete_bucket(Bucket=BUCKET)


@pytest.fixture
def model(tmp_path: Path) -> dict[str, bytes]:
    """A folder shaped like a SavedModel, with its manifest, as the bytes of each file."""
    folder = tmp_path / "export"
    for path, content in {
        "saved_model.pb": b"\x08\x01graph",
        "fingerprint.pb": b"\x01",
        "variables/variables.data-00000-of-00001": bytes(range(256)) * 40,
        "variables/variables.index": b"index",
        "assets.extra/tf_serving_warmup_requests": b"warm",
        "model.json": b'{"accuracy": null}\n',
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    manifest.write(folder)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


Run = Callable[[dict[str, str]], "subprocess.CompletedProcess[str]"]


@pytest.fixture(params=SHELLS)
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    """The script under the system's shell and tools, and under busybox and its own, as in the image it runs in."""
    tools = tmp_path / "tools"
    tools.mkdir()
    if request.param == "busybox":
        subprocess.run(["busybox", "--install", "-s", str(tools)], check=True)

    def run(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        path = f"{tools}:{environment['PATH']}"
        shell = shutil.which("sh", path=path)
        assert shell is not None
        with resources.as_file(resources.files("lepton_infra.serving") / "fetch_model.sh") as script:
            return subprocess.run(
                [shell, str(script)],
                env=environment | {"PATH": path},
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )

    return run


def digest_of(files: dict[str, bytes]) -> str:
    return f"sha256:{hashlib.sha256(files['SHA256SUMS']).hexdigest()}"


def target(store: Store) -> Path:
    return Path(store.environment("")["MODEL_TARGET"])


def refused(done: subprocess.CompletedProcess[str], store: Store, code: int, *words: str) -> None:
    """One line on standard error with these words, the exit code, and nothing that a server could take for a model."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("fetch_model: ")
    assert done.stderr.count("\n") == 1
    for word in words:
        assert word in done.stderr
    assert not target(store).exists()


def test_a_good_model_arrives_whole_and_verified(store: Store, model: dict[str, bytes], run: Run) -> None:
    store.publish(model)
    done = run(store.environment(digest_of(model)))
    assert (done.returncode, done.stderr) == (0, "")
    folder = target(store)
    arrived = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert arrived == model
    assert manifest.verify(folder, digest_of(model))
    assert [entry.name for entry in folder.parent.iterdir() if entry.name.isdigit()] == ["1"]


def test_nothing_is_asked_for_that_the_identity_may_not_read(
    store: Store, model: dict[str, bytes], run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    store.publish(model)
    with caplog.at_level("INFO", logger="werkzeug"):
        caplog.clear()
        run(store.environment(digest_of(model)))
    asked = [unquote(match[1]) for line in caplog.messages if (match := re.search(r"(?:GET|HEAD) /(\S*)", line))]
    objects = [path for path in asked if "prefix=" not in path]
    assert {path.partition("?")[0] for path in objects} <= {f"{BUCKET}/cifar10/1/{name}" for name in model}
    assert all("prefix=cifar10/1/" in path for path in asked if path not in objects)


def test_a_restart_verifies_again_without_the_store(store: Store, model: dict[str, bytes], run: Run) -> None:
    store.publish(model)
    environment = store.environment(digest_of(model))
    run(environment)
    away = environment | {"RCLONE_CONFIG_STORE_ENDPOINT": "http://127.0.0.1:1"}
    assert run(away).returncode == 0
    (target(store) / "saved_model.pb").write_bytes(b"other")
    done = run(away)
    assert done.returncode == 65
    assert "saved_model.pb" in done.stderr


def test_an_interrupted_fetch_leaves_nothing_behind(store: Store, model: dict[str, bytes], run: Run) -> None:
    stale = target(store).parent / ".fetching" / "stale.pb"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"half")
    store.publish(model)
    assert run(store.environment(digest_of(model))).returncode == 0
    assert not (target(store) / "stale.pb").exists()


def test_a_changed_byte_is_refused(store: Store, model: dict[str, bytes], run: Run) -> None:
    path = "variables/variables.data-00000-of-00001"
    tampered = model[path][:-1] + b"\x00"
    assert len(tampered) == len(model[path])
    store.publish(model | {path: tampered})
    refused(run(store.environment(digest_of(model))), store, 65, path, "SHA-256")


def test_a_file_that_is_not_listed_is_refused(store: Store, model: dict[str, bytes], run: Run) -> None:
    store.publish(model | {"assets/vocab.txt": b"x"})
    refused(run(store.environment(digest_of(model))), store, 65, "assets/vocab.txt", "not in the manifest")


def test_a_missing_file_is_refused(store: Store, model: dict[str, bytes], run: Run) -> None:
    digest = digest_of(model)
    del model["fingerprint.pb"]
    store.publish(model)
    refused(run(store.environment(digest)), store, 65, "fingerprint.pb", "in the manifest but not in")


def test_another_export_is_refused(store: Store, model: dict[str, bytes], run: Run) -> None:
    store.publish(model)
    digest = "sha256:" + "0" * 64
    refused(run(store.environment(digest)), store, 65, digest, digest_of(model))


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("{sha}  ../../../etc/passwd\n", "../../../etc/passwd"),
        ("{sha}  /etc/passwd\n", "/etc/passwd"),
        ("{sha}  variables/../../escape\n", "variables/../../escape"),
        ("{sha}  -rf\n", "-rf"),
        ("{sha} *saved_model.pb\n", "*saved_model.pb"),
        ("nonsense\n", "nonsense"),
        ("{sha}  saved_model.pb\n", "listed twice"),
        ("{sha}  no-end-of-line.pb", "SHA256SUMS"),
    ],
)
def test_a_manifest_that_is_not_well_formed_is_refused(
    store: Store, model: dict[str, bytes], run: Run, line: str, word: str
) -> None:
    sha = hashlib.sha256(model["saved_model.pb"]).hexdigest()
    model["SHA256SUMS"] += line.format(sha=sha).encode()
    store.publish(model)
    refused(run(store.environment(digest_of(model))), store, 65, word)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MODEL_DIGEST", ""),
        ("MODEL_DIGEST", "sha256:abc"),
        ("MODEL_DIGEST", "A" * 64),
        ("MODEL_SOURCE", ""),
        ("MODEL_SOURCE", "/etc"),
        ("MODEL_TARGET", ""),
        ("MODEL_TARGET", "models/cifar10"),
        ("FETCH_DEADLINE_SECONDS", "0"),
        ("FETCH_DEADLINE_SECONDS", "soon"),
    ],
)
def test_a_wrong_setting_is_named(store: Store, model: dict[str, bytes], run: Run, variable: str, value: str) -> None:
    store.publish(model)
    refused(run(store.environment(digest_of(model)) | {variable: value}), store, 64, variable, "allowed")


@pytest.mark.parametrize("source", [f"store:{BUCKET}/cifar10/2", "store:no-such-bucket/cifar10/1"])
def test_a_model_that_was_never_published(store: Store, model: dict[str, bytes], run: Run, source: str) -> None:
    store.publish(model)
    done = run(store.environment(digest_of(model)) | {"MODEL_SOURCE": source})
    refused(done, store, 66, source, "publish")


def test_a_model_without_a_manifest(store: Store, model: dict[str, bytes], run: Run) -> None:
    digest = digest_of(model)
    del model["SHA256SUMS"]
    store.publish(model)
    refused(run(store.environment(digest)), store, 66, "SHA256SUMS")


def test_a_store_out_of_reach_ends_at_the_deadline(store: Store, model: dict[str, bytes], run: Run) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        environment = store.environment(digest_of(model)) | {
            "RCLONE_CONFIG_STORE_ENDPOINT": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "FETCH_DEADLINE_SECONDS": "2",
        }
        refused(run(environment), store, 69, "within 2 s")
