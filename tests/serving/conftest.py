from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from lepton_infra.delivery import manifest as manifest
from tests.serving.fetch_script import BUCKET, SHELLS, Run, Store


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
        with resources.as_file(resources.files("lepton_infra.platform.serving") / "fetch_model.sh") as script:
            return subprocess.run(
                [shell, str(script)],
                env=environment | {"PATH": path},
                capture_output=True,
                text=True,
                errors="backslashreplace",
                timeout=120,
                check=False,
            )

    return run
