"""An export passes through the very script that brings models to servers, and damage does not."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib import resources
from pathlib import Path

import pytest

from lepton_infra.delivery import manifest
from models.tests.cifar10.exported import Sample

pytestmark = pytest.mark.skipif(
    shutil.which("rclone") is None, reason="rclone is not installed: apt-get install rclone"
)


def fetch(source: Path, digest: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Fetch a version from a folder of this machine into ``folder``."""
    folder.mkdir()
    (folder / "default.config").write_text("max_batch_size { value: 32 }\n")
    environment = {
        "PATH": os.environ["PATH"],
        "RCLONE_CONFIG_STORE_TYPE": "local",
        "MODEL_SOURCE": f"store:{source}",
        "MODEL_TARGET": str(folder / "cifar10" / "1"),
        "MODEL_DIGEST": digest,
        "FETCH_DEADLINE_SECONDS": "60",
        "BATCHING_DEFAULT": str(folder / "default.config"),
        "BATCHING_TARGET": str(folder / "batching.config"),
    }
    with resources.as_file(resources.files("lepton_infra.platform.serving") / "fetch_model.sh") as script:
        command = ["sh", str(script)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_an_export_arrives_with_its_batching(sample: Sample, tmp_path: Path) -> None:
    version = sample.version
    done = fetch(version.folder, version.digest, tmp_path / "pod")
    assert (done.returncode, done.stderr) == (0, "")
    assert manifest.verify(tmp_path / "pod" / "cifar10" / "1", version.digest)
    batching = (tmp_path / "pod" / "batching.config").read_text()
    assert batching == (version.folder / "batching_params.pbtxt").read_text()


@pytest.mark.parametrize(
    "name", ["variables/variables.data-00000-of-00001", "model.json", "assets.extra/tf_serving_warmup_requests"]
)
def test_a_changed_byte_does_not_arrive(sample: Sample, tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(sample.version.folder, tmp_path / "1")
    content = bytearray((folder / name).read_bytes())
    content[50] ^= 1
    (folder / name).write_bytes(content)
    done = fetch(folder, sample.version.digest, tmp_path / "pod")
    assert done.returncode == 65
    assert name in done.stderr
    assert not (tmp_path / "pod" / "cifar10" / "1").exists()
