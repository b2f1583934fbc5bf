"""What no graph can show, shown here: that what is installed is what is locked (control SUP-05)."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

LOCK = Path(__file__).parents[2] / "requirements.lock"
_LOCKED = re.compile(r"^(pulumi[a-z-]*)==([0-9.]+) ", re.MULTILINE)


def test_pulumi_and_its_providers_are_installed_as_locked() -> None:
    locked = dict(_LOCKED.findall(LOCK.read_text(encoding="utf-8")))
    assert {"pulumi", "pulumi-aws", "pulumi-azure-native", "pulumi-gcp", "pulumi-kubernetes"} <= locked.keys()
    assert {name: version(name) for name in locked} == locked
