"""What a program marks as secret is nowhere in plain text in what a run leaves of its state (control SEC-01)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit.sim import PROGRAM, Sim

pytestmark = pytest.mark.engine

CANARY = "a-canary-that-nobody-may-see"

SECRETS = f"""
secret = pulumi.Output.secret("{CANARY}")
aws.kms.Key("described", description=secret, opts=here)
pulumi.export("told", secret)
"""


def _holding(folder: Path, text: str) -> set[Path]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path for path in files if text.encode() in path.read_bytes()}


def test_a_secret_is_nowhere_in_plain_text_in_a_state(sim: Sim) -> None:
    (sim.root / "__main__.py").write_text(PROGRAM + SECRETS)
    for _ in range(2):  # the second run leaves a backup of the first one's state
        ran = sim.up()
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert CANARY not in ran.stdout + ran.stderr
    state = sim.checkpoint.parents[3]
    assert len(_holding(state, "described")) >= 2, "the state, its history and its backups hold the resource"
    assert _holding(state, CANARY) == set()
    shown = sim.pulumi("stack", "output", "told", "-s", sim.stack, "--show-secrets")
    assert shown.stdout.strip().endswith(CANARY), "and whoever holds the key can read it"
