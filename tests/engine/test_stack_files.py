"""A wrong stack file under the real engine: the words of ``lepton check``, no traceback, nothing made."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.kit.sim import Sim

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[2]
STACK_FILE = "Pulumi.us-east.yaml"


@pytest.fixture
def region(tmp_path: Path) -> Sim:
    """This project's us-east on embedded clouds, in a folder of its own."""
    for name in ("Pulumi.yaml", "__main__.py", "lepton.lock.yaml", STACK_FILE):
        shutil.copy(ROOT / name, tmp_path)
    return Sim(root=tmp_path, stack="us-east")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("cidr:", "cird:", "network.cird: unknown key; did you mean cidr?"),
        ("residency: us", "residency: uk", "residency: is not an allowed value (given uk; "),
        ("name: aws", "name: oracle", "cloud.name: unknown cloud (given oracle; allowed: "),
    ],
)
def test_the_engine_shows_what_check_says(old: str, new: str, expected: str, region: Sim) -> None:
    path = region.root / STACK_FILE
    text = path.read_text(encoding="utf-8")
    line = next(number for number, text in enumerate(text.splitlines(), start=1) if old in text)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    checked, previewed = region.lepton("check", "us-east"), region.pulumi("preview", "-s", "us-east")

    assert checked.returncode != 0
    assert previewed.returncode != 0
    assert f"{STACK_FILE}:{line}: {expected}" in checked.stdout
    assert f"{STACK_FILE}:{line}: {expected}" in previewed.stdout
    assert "Traceback" not in previewed.stdout + previewed.stderr


def test_a_number_in_place_of_a_version_is_told_as_it_was_written(region: Sim) -> None:
    path = region.root / STACK_FILE
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join("      version: 1.30\n" if 'version: "' in line else line for line in lines), "utf-8")

    previewed = region.pulumi("preview", "-s", "us-east")

    assert "cluster.version: must be a string, not a number; put it in quotes (given 1.30; " in previewed.stdout
