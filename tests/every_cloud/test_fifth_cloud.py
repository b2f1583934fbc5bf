"""Adding a cloud touches one folder: a fifth one in a copy of the repository, and the suite over it.

The toy is AWS's folder under another name, so it makes everything that a cloud makes. What is done and run are
the steps and the command of CONTRIBUTING.md.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit import walks

WALK = "Adding a cloud"
TOY = "toy"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository with one folder more."""
    copy = walks.copied(tmp_path)
    assert walks.apply(WALK, copy) == 5
    return copy


def test_the_suite_passes_over_a_new_folder(copy: Path) -> None:
    [command] = walks.commands(WALK)

    done = walks.run(command, copy)

    assert done.returncode == 0, done.stdout[-3000:]
    assert "skipped" not in done.stdout
    assert "failed" not in done.stdout


def test_the_suite_finds_what_a_new_folder_forgets(copy: Path) -> None:
    buckets = copy / "lepton_infra" / "clouds" / TOY / "storage" / "buckets.py"
    text = buckets.read_text(encoding="utf-8")
    assert "protect=parent.context.protect" in text
    buckets.write_text(text.replace("protect=parent.context.protect", "protect=False"), encoding="utf-8")

    [[pytest, *_]] = walks.commands(WALK)
    done = walks.run([pytest, "-q", "tests/every_cloud", "-k", f"{TOY} and holds_state"], copy)

    assert done.returncode == 1, done.stdout[-3000:]
    assert "aws:s3/bucket:Bucket" in done.stdout
