"""Pods fetch from a cache before the store: the very command that a cache runs, and the very script that a pod runs."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from lepton_infra.delivery import manifest as manifest
from lepton_infra.platform.serving.model_cache import SERVE, flags
from tests.serving.fetch_script import BUCKET, MARKS, Run, Store, digest_of, refused, target

pytestmark = MARKS


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(arguments: list[str], environment: dict[str, str], port: int) -> Iterator[str]:
    """A cache that answers, under its URL, until the end of the block."""
    process = subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            assert process.poll() is None
            try:
                urllib.request.urlopen(url, timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


Start = Callable[[dict[str, bytes]], str]


@pytest.fixture
def cache(store: Store, tmp_path: Path) -> Iterator[Start]:
    """Publishes files and starts a cache before the store, as in the cluster but for its address and its folder."""
    with ExitStack() as ends:

        def start(files: dict[str, bytes]) -> str:
            store.publish(files)
            port = free_port()
            kept = flags(address=f"127.0.0.1:{port}", folder=str(tmp_path / "cache"), mib=512)
            arguments = [*SERVE, f"store:{BUCKET}/cifar10/", *kept]
            environment = {**store.environment(""), "HOME": str(tmp_path)}
            return ends.enter_context(serving(arguments, environment, port))

        yield start


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Start]:
    """Something that serves these files as a cache would, whatever they are."""
    with ExitStack() as ends:

        def start(files: dict[str, bytes]) -> str:
            for path, content in files.items():
                file = tmp_path / "other" / "1" / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            port = free_port()
            arguments = ["rclone", "serve", "http", str(tmp_path / "other"), "--addr", f"127.0.0.1:{port}"]
            return ends.enter_context(serving(arguments, dict(os.environ), port))

        yield start


def cached(store: Store, model: dict[str, bytes], url: str) -> dict[str, str]:
    return store.environment(digest_of(model)) | {"MODEL_CACHE": url, "CACHE_DEADLINE_SECONDS": "30"}


def objects_asked_for(caplog: pytest.LogCaptureFixture) -> list[str]:
    found = [urlsplit(match[1]) for line in caplog.messages if (match := re.search(r"GET (/\S*)", line))]
    # Newer versions of rclone name the operation in the query.
    return [url.path[1:] for url in found if "prefix=" not in url.query]


def arrived(store: Store, model: dict[str, bytes]) -> bool:
    return [entry.path for entry in manifest.verify(target(store), digest_of(model))] == sorted(
        set(model) - {"SHA256SUMS"}
    )


def test_a_model_comes_through_the_cache_and_from_the_store_once(
    store: Store, model: dict[str, bytes], run: Run, cache: Start, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    url = cache(model)
    with caplog.at_level("INFO", logger="werkzeug"):
        for pod in ("first", "second", "third"):
            place = str(tmp_path / pod / "cifar10" / "1")
            done = run(cached(store, model, url) | {"MODEL_TARGET": place})
            assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
            assert manifest.verify(Path(place), digest_of(model))
    asked = objects_asked_for(caplog)
    assert sorted(asked) == sorted(f"{BUCKET}/cifar10/1/{path}" for path in model)


def test_a_pod_can_do_without_the_store_once_the_cache_has_the_model(
    store: Store, model: dict[str, bytes], run: Run, cache: Start
) -> None:
    url = cache(model)
    assert run(cached(store, model, url)).returncode == 0
    environment = cached(store, model, url) | {
        "MODEL_TARGET": str(store.folder / "again" / "cifar10" / "1"),
        "RCLONE_CONFIG_STORE_ENDPOINT": "http://127.0.0.1:1",
    }
    assert run(environment).returncode == 0


def passed_over(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """The model came, and the log says in one line before that why not from the cache."""
    assert (done.returncode, done.stderr) == (0, "")
    why, verified = done.stdout.splitlines()
    assert why.startswith("fetch_model: passing over the cache: ")
    assert " verified as sha256:" in verified
    for word in words:
        assert word in why


def test_wrong_bytes_of_a_cache_are_not_served(store: Store, model: dict[str, bytes], run: Run, other: Start) -> None:
    store.publish(model)
    url = other(model | {"saved_model.pb": b"\x08\x01other"})
    passed_over(run(cached(store, model, url)), "saved_model.pb", "SHA-256")
    assert arrived(store, model)


def test_another_model_of_a_cache_is_not_served(store: Store, model: dict[str, bytes], run: Run, other: Start) -> None:
    store.publish(model)
    content = b"\x08\x01other"
    whole = {
        "saved_model.pb": content,
        "SHA256SUMS": f"{hashlib.sha256(content).hexdigest()}  saved_model.pb\n".encode(),
    }
    passed_over(run(cached(store, model, other(whole))), "has the digest", "pinned is")
    assert arrived(store, model)


@pytest.mark.parametrize("lost", ["SHA256SUMS", "fingerprint.pb"])
def test_what_a_cache_lacks_comes_from_the_store(
    store: Store, model: dict[str, bytes], run: Run, other: Start, lost: str
) -> None:
    store.publish(model)
    passed_over(run(cached(store, model, other({path: model[path] for path in set(model) - {lost}}))))
    assert arrived(store, model)


def test_what_a_cache_has_too_much_does_not_stay(store: Store, model: dict[str, bytes], run: Run, other: Start) -> None:
    store.publish(model)
    passed_over(run(cached(store, model, other(model | {"more.pb": b"more"}))), "more.pb", "not in the manifest")
    assert arrived(store, model)


def test_a_cache_that_is_not_there_is_passed_over(store: Store, model: dict[str, bytes], run: Run) -> None:
    store.publish(model)
    passed_over(run(cached(store, model, "http://127.0.0.1:1")), "refused")
    assert arrived(store, model)


def test_a_cache_that_hangs_is_left_at_its_deadline(store: Store, model: dict[str, bytes], run: Run) -> None:
    store.publish(model)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        passed_over(run(cached(store, model, url) | {"CACHE_DEADLINE_SECONDS": "2"}), "was not fetched")
    assert arrived(store, model)


def test_neither_cache_nor_store_serves_a_model_that_is_not_the_pinned_one(
    store: Store, model: dict[str, bytes], run: Run, cache: Start
) -> None:
    done = run(cached(store, model, cache(model | {"saved_model.pb": b"\x08\x01other"})))
    assert done.stdout.startswith("fetch_model: passing over the cache: ")
    refused(subprocess.CompletedProcess(done.args, done.returncode, "", done.stderr), store, 65, "saved_model.pb")
