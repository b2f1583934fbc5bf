"""Every file of ``bad/`` says in its first lines, literally, what is wrong with it, and on which day it is read."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from lepton_infra.stack import file, yaml_lines
from lepton_infra.stack.file import StackFileError

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))
EXPECT, TODAY = "# expect: ", "# today: "
USUAL = "2026-12-01"


def notes(path: Path, of: str) -> list[str]:
    return [line.removeprefix(of) for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(of)]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_everything_wrong_with_a_section_is_told_with_its_line(path: Path, tmp_path: Path) -> None:
    name = yaml_lines.parse(path.read_text(encoding="utf-8")).value["config"]["lepton:region"]["name"]
    stack = Path(shutil.copy(path, tmp_path / f"Pulumi.{name}.yaml"))
    (today,) = notes(path, TODAY) or [USUAL]
    expected = notes(path, EXPECT)
    assert expected

    with pytest.raises(StackFileError) as caught:
        file.read(stack, today=date.fromisoformat(today))

    assert [str(problem) for problem in caught.value.problems] == expected


def test_there_are_many() -> None:
    assert len(BAD) >= 30
