"""The init container's real script, run by real shells with the real rclone against an S3-compatible server."""

from __future__ import annotations

import hashlib
import re
import socket
from urllib.parse import unquote

import pytest

from lepton_infra.delivery import manifest as manifest
from tests.serving.fetch_script import BUCKET, DEFAULT, MARKS, Run, Store, digest_of, refused, target

pytestmark = MARKS


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
        ("BATCHING_DEFAULT", ""),
        ("BATCHING_TARGET", "batching.config"),
        ("MODEL_CACHE", "https://elsewhere/path"),
    ],
)
def test_a_wrong_setting_is_named(store: Store, model: dict[str, bytes], run: Run, variable: str, value: str) -> None:
    store.publish(model)
    refused(run(store.environment(digest_of(model)) | {variable: value}), store, 64, variable, "allowed")


def test_a_cache_needs_a_deadline(store: Store, model: dict[str, bytes], run: Run) -> None:
    store.publish(model)
    environment = store.environment(digest_of(model)) | {"MODEL_CACHE": "http://cache:8080"}
    refused(run(environment), store, 64, "CACHE_DEADLINE_SECONDS", "allowed")
    refused(run(environment | {"CACHE_DEADLINE_SECONDS": "never"}), store, 64, "CACHE_DEADLINE_SECONDS", "allowed")


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


BATCHING = "batching_params.pbtxt"
OWN = """# Measured on one L4.
max_batch_size { value: 64 }
batch_timeout_micros { value: 0 }
max_enqueued_batches { value: 8 }
num_batch_threads { value: 4 }
enable_large_batch_splitting { value: true }
max_execution_batch_size { value: 64 }
allowed_batch_sizes: 16
allowed_batch_sizes: 64
pad_variable_length_inputs: false
"""


def with_batching(model: dict[str, bytes], content: bytes) -> dict[str, bytes]:
    """The model with batching parameters of its own, and a manifest that lists them."""
    line = f"{hashlib.sha256(content).hexdigest()}  {BATCHING}\n".encode()
    return model | {BATCHING: content, "SHA256SUMS": line + model["SHA256SUMS"]}


def test_a_model_that_says_nothing_of_batching_gets_the_default(
    store: Store, model: dict[str, bytes], run: Run
) -> None:
    store.publish(model)
    assert run(store.environment(digest_of(model))).returncode == 0
    assert store.batching.read_text() == DEFAULT


def test_a_model_brings_its_own_batching_under_its_digest(store: Store, model: dict[str, bytes], run: Run) -> None:
    model = with_batching(model, OWN.encode())
    store.publish(model)
    environment = store.environment(digest_of(model))
    assert run(environment).returncode == 0
    assert store.batching.read_text() == OWN
    store.batching.unlink()
    assert run(environment).returncode == 0
    assert store.batching.read_text() == OWN


def test_the_default_is_something_that_a_model_could_bring(store: Store, model: dict[str, bytes], run: Run) -> None:
    model = with_batching(model, DEFAULT.encode())
    store.publish(model)
    assert run(store.environment(digest_of(model))).returncode == 0
    assert store.batching.read_text() == DEFAULT


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b'thread_pool_name { value: "x" }\n', ": 1"),
        (b"max_batch_size { value: 8 }\nmodel_config_list { }\n", ": 2"),
        (b"num_batch_threads { value: 1000 }\n", ": 1"),
        (b"max_batch_size { value: -8 }\n", ": 1"),
        (b"max_batch_size { value: 0 }\n", ": 1"),
        (b"max_batch_size { value: 8 } # and more\n", ": 1"),
        (b"max_batch_size { value: 8 } batch_timeout_micros { value: 0 }\n", ": 1"),
        (b"max_batch_size { value: 99999999 }\n", ": 1"),
        (b"max_batch_size { value: 8 }\r\n", ": 1"),
        (b"max_batch_size { value: 8 }\nmax_batch_size { value: 8 }\n", "max_batch_size twice"),
        (b"\x00\x01\x02\n", "a line"),
        (b"max_batch_size { value: 8 }", "a line"),
    ],
)
def test_batching_that_says_anything_else_is_refused(
    store: Store, model: dict[str, bytes], run: Run, content: bytes, word: str
) -> None:
    model = with_batching(model, content)
    store.publish(model)
    refused(run(store.environment(digest_of(model))), store, 65, BATCHING, word)
    assert not store.batching.exists()


def test_batching_that_the_manifest_does_not_list_is_refused(store: Store, model: dict[str, bytes], run: Run) -> None:
    store.publish(model | {BATCHING: OWN.encode()})
    refused(run(store.environment(digest_of(model))), store, 65, BATCHING, "not in the manifest")
