"""A small project, and the ``lepton`` command in a process of its own, as users run it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from lepton_infra import recovery
from lepton_infra.engine.sources import find
from lepton_infra.refusal import Refused
from lepton_infra.simulator.behaviour import Stored
from lepton_infra.simulator.store import Store

LEPTON = str(Path(sys.executable).with_name("lepton"))

PROGRAM = """
import pulumi
import pulumi_aws as aws

here = pulumi.ResourceOptions(
    provider=aws.Provider("here", region="us-east-1", allowed_account_ids=["111122223333"])
)
vpc = aws.ec2.Vpc("vpc", cidr_block=pulumi.Config().require("cidr"), opts=here)
for index in range(3):
    aws.kms.Key(f"key{index}", opts=here)
bucket = aws.s3.Bucket("data", bucket="small-data", opts=pulumi.ResourceOptions.merge(
    here, pulumi.ResourceOptions(protect=True)))
print("the program ran")
pulumi.export("bucket", bucket.bucket)
"""


@dataclass(frozen=True, kw_only=True)
class Sim:
    """A project on the embedded clouds."""

    root: Path
    stack: str = "dev"

    def lepton(self, *words: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [LEPTON, *words],
            cwd=self.root,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def pulumi(self, *words: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        return self.lepton("sim", *options, "--", "pulumi", *words)

    def up(self, *words: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        return self.pulumi("up", "-s", self.stack, "--yes", "--skip-preview", *words, options=options)

    def start_up(self, *options: str, words: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        """``up`` in the background, leading a process group of its own."""
        return subprocess.Popen(
            [LEPTON, "sim", *options, "--", "pulumi", "up", "-s", self.stack, "--yes", "--skip-preview", *words],
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )

    @property
    def store(self) -> Path:
        return self.root / ".lepton" / "sim" / "clouds.sqlite"

    @property
    def checkpoint(self) -> Path:
        return self.root / ".lepton" / "sim" / "state" / ".pulumi" / "stacks" / "small" / f"{self.stack}.json"

    def cloud(self) -> list[Stored]:
        store = Store(self.store)
        try:
            return store.all()
        finally:
            store.close()

    def in_state(self) -> set[tuple[str, str]]:
        """URN and id of everything in the state that a cloud has."""
        resources = recovery.read_checkpoint(self.checkpoint).get("resources") or []
        return {
            (resource["urn"], resource["id"])
            for resource in resources
            if resource.get("custom") and not resource["type"].startswith("pulumi:")
        }


@pytest.fixture(scope="session")
def engine() -> None:
    """Skips the test where there is no engine."""
    try:
        find()
    except Refused as refused:
        pytest.skip(str(refused))


@pytest.fixture
def sim(tmp_path: Path, engine: None) -> Sim:
    """A project with one stack ``dev`` that has never been up."""
    (tmp_path / "Pulumi.yaml").write_text("name: small\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  small:cidr: 10.0.0.0/16\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    return Sim(root=tmp_path)
