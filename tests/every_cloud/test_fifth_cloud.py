"""Adding a cloud touches one folder: a fifth one in a copy of the repository, and the suite over it.

The toy is AWS's folder under another name, so it makes everything that a cloud makes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lepton_infra import lock
from tests.every_cloud.regions import ROOT

TOY = "toy"
RENAMED = {
    "lepton_infra.clouds.aws": f"lepton_infra.clouds.{TOY}",
    '"lepton:aws:': f'"lepton:{TOY}:',
    'Literal["aws"]': f'Literal["{TOY}"]',
    '"name": "aws"': f'"name": "{TOY}"',
}
COPIED = ("docs", "lepton_infra", "tests")
FILES = ("Pulumi.yaml", "pyproject.toml", lock.LOCK_FILE)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository with one folder more."""
    for name in COPIED:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (*(ROOT / name for name in FILES), *ROOT.glob("Pulumi.*.yaml")):
        shutil.copy(path, tmp_path)
    folder = tmp_path / "lepton_infra" / "clouds" / TOY
    shutil.copytree(ROOT / "lepton_infra" / "clouds" / "aws", folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in folder.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for old, new in RENAMED.items():
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def suite(copy: Path, chosen: str) -> subprocess.CompletedProcess[str]:
    """Run the tests of the suite that have the toy for their cloud."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "tests/every_cloud", "-q", "-p", "no:cacheprovider", "-k", chosen],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_suite_passes_over_a_new_folder(copy: Path) -> None:
    done = suite(
        copy,
        f"{TOY} and not valid_file and not passes_the_check and not golden_list and not is_counted and not the_page",
    )

    assert done.returncode == 0, done.stdout[-3000:]
    assert "skipped" not in done.stdout
    assert "failed" not in done.stdout


def test_the_suite_finds_what_a_new_folder_forgets(copy: Path) -> None:
    buckets = copy / "lepton_infra" / "clouds" / TOY / "storage" / "buckets.py"
    text = buckets.read_text(encoding="utf-8")
    assert "protect=parent.context.protect" in text
    buckets.write_text(text.replace("protect=parent.context.protect", "protect=False"), encoding="utf-8")

    done = suite(copy, f"{TOY} and holds_state")

    assert done.returncode == 1, done.stdout[-3000:]
    assert "aws:s3/bucket:Bucket" in done.stdout
