from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from lepton_infra import project as projects
from lepton_infra.simulator.aws import s3
from lepton_infra.simulator.folder import Folder
from lepton_infra.simulator.store import Store
from tests.kit.aws_account import Account
from tests.kit.regions import ROOT
from tests.publishing.deployed_state import BUCKET, state


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A project whose stack us-east is up on the embedded clouds; the working folder is its root."""
    for name in ("Pulumi.yaml", "lepton.lock.yaml", "Pulumi.us-east.yaml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    found = projects.find(tmp_path)
    folder = Folder.of(found)
    checkpoint = folder.checkpoint(found, "us-east")
    checkpoint.parent.mkdir(parents=True)
    checkpoint.write_text(json.dumps({"checkpoint": {"latest": state()}}), encoding="utf-8")
    with closing(Store(folder.store)) as store:
        Account(store).make(s3.BUCKET.token, bucket=BUCKET)
    return folder
