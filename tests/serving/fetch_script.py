"""What tests of fetching have in common: a bucket with a model, and a run of the script."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from lepton_infra.platform.serving import config_files

BUCKET = "us-east-models"
DEFAULT = config_files.files(cpus=2)[config_files.BATCHING]
SHELLS = [shell for shell in ("sh", "busybox") if shutil.which(shell)]

MARKS = [
    pytest.mark.skipif(shutil.which("rclone") is None, reason="rclone is not installed: apt-get install rclone"),
    # boto3's own use of datetime.utcnow on some versions; not ours to fix.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

Run = Callable[[dict[str, str]], "subprocess.CompletedProcess[str]"]


class Store:
    """A bucket with one model, and the environment that points the script at it."""

    def __init__(self, endpoint: str, folder: Path) -> None:
        self.endpoint = endpoint
        self.folder = folder
        (folder / "default.config").write_text(DEFAULT)
        (folder / "models").mkdir()
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
            "BATCHING_DEFAULT": str(self.folder / "default.config"),
            "BATCHING_TARGET": str(self.batching),
        }

    @property
    def batching(self) -> Path:
        return self.folder / "models" / "batching.config"


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
