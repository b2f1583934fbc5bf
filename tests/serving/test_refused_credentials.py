"""What pods and publishers say when a cloud gives no credential: why, and not the last of many lines about it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from lepton_infra.delivery.publish.bucket import ModelsBucket
from lepton_infra.delivery.publish.remote import RcloneBucket
from lepton_infra.errors import LeptonError
from tests.serving.fetch_script import MARKS, Run, Store, digest_of, refused

pytestmark = MARKS

SAID = """\
2026/11/29 13:31:28 ERROR : the one before
2026/11/29 13:31:29 CRITICAL: Failed to create file system for "store:models/1/": failed to acquire a token.
Attempted credentials:
\tEnvironmentCredential: missing environment variable AZURE_TENANT_ID
\tManagedIdentityCredential authentication failed.\x20
\t\tGET http://169.254.169.254/metadata/identity/oauth2/token
\t\t--------------------------------------------------------------------------------
\t\tRESPONSE 403: 403 Forbidden
\t\t--------------------------------------------------------------------------------
\t\tTo troubleshoot, visit https://aka.ms/azsdk/go/identity/troubleshoot#managed-id
"""
"""As rclone 1.75.0 says it where no identity is to be had, but for two lines left out and names."""


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A search path with an rclone that knows its backends and has no credential for any."""
    program = tmp_path / "without" / "rclone"
    program.parent.mkdir()
    (program.parent / "said").write_text(SAID)
    program.write_text(
        f"""#!/bin/sh
[ "$1" != config ] || exec {shutil.which("rclone")} "$@"
cat {program.parent}/said >&2
exit 1
"""
    )
    program.chmod(0o755)
    return f"{program.parent}:{os.environ['PATH']}"


def test_a_pod_says_why(store: Store, model: dict[str, bytes], run: Run, path: str) -> None:
    done = run(store.environment(digest_of(model)) | {"PATH": path, "FETCH_DEADLINE_SECONDS": "2"})
    refused(done, store, 69, "within 2 s: 2026/11/29 13:31:29 CRITICAL: ", "failed to acquire a token.\n")


def test_a_publisher_is_told_all_that_was_tried(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv("PATH", path)
    bucket = ModelsBucket(uri="https://models.example.com", path="models", rclone={"type": "s3"})
    with pytest.raises(LeptonError) as told:
        RcloneBucket(bucket, "1.75.0").names("cifar10/1")
    assert str(told.value) == (
        "rclone lsf on https://models.example.com failed (1): 2026/11/29 13:31:29 CRITICAL: Failed to create file "
        'system for "store:models/1/": failed to acquire a token. Attempted credentials: EnvironmentCredential: '
        "missing environment variable AZURE_TENANT_ID ManagedIdentityCredential authentication failed. GET "
        "http://169.254.169.254/metadata/identity/oauth2/token RESPONSE 403: 403 Forbidden To troubleshoot, visit "
        "https://aka.ms/azsdk/go/identity/troubleshoot#managed-id. Are the credentials for that account there, and is "
        "the bucket reached from here?"
    )
