"""The ``lepton`` command in a process of its own, as users run it, on a project on the embedded clouds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import AnyStr

import pytest

from lepton_infra.engine import recovery
from lepton_infra.simulator.behaviour import Stored
from lepton_infra.simulator.store import Store

PATIENCE_SECONDS = 300
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
    project: str = "small"

    def lepton(self, *words: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [LEPTON, *words],
            cwd=self.root,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
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
        return self.root / ".lepton" / "sim" / "state" / ".pulumi" / "stacks" / self.project / f"{self.stack}.json"

    def cloud(self) -> list[Stored]:
        with closing(Store(self.store)) as store:
            return store.all()

    def in_state(self) -> set[tuple[str, str]]:
        """URN and id of everything in the state that a cloud has."""
        resources = recovery.read_checkpoint(self.checkpoint).get("resources") or []
        return {
            (resource["urn"], resource["id"])
            for resource in resources
            if resource.get("custom") and not resource["type"].startswith("pulumi:")
        }

    def pending(self) -> list[recovery.Pending]:
        return recovery.pending(recovery.read_checkpoint(self.checkpoint))

    def made(self) -> Counter[str]:
        """How many objects each live URN has ever had, deleted ones included."""
        with closing(Store(self.store)) as store:
            return Counter({item.urn: store.made(item.package, item.urn) for item in store.all()})

    def made_twice(self) -> list[str]:
        return [urn for urn, count in self.made().items() if count != 1]

    def until(self, run: subprocess.Popen[AnyStr], reached: Callable[[], bool]) -> None:
        """Wait for something that a run brings about. A run that does not is ended."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        try:
            while not reached():
                assert run.poll() is None, run.stdout.read() if run.stdout else ""
                if time.monotonic() > deadline:
                    pytest.fail("it did not come about")
                time.sleep(0.05)
        except BaseException:
            # Left alone, it would fail a later test too: the one in which Python finds it still running.
            run.kill()
            run.communicate(timeout=PATIENCE_SECONDS)
            raise

    def kill(self, run: subprocess.Popen[str], victim: str) -> None:
        """SIGKILL for a run: "lepton alone", "the engine alone" or both; returns when both are gone."""
        engine = int(Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()[0])
        if victim != "lepton alone":
            os.kill(engine, signal.SIGKILL)
        if victim != "the engine alone":
            run.kill()
        run.communicate(timeout=PATIENCE_SECONDS)
        while _alive(engine):
            time.sleep(0.01)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
