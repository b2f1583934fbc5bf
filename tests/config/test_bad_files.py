"""Every file of ``bad/`` says in its first lines, literally, what is wrong with it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lepton_infra.stack import file
from lepton_infra.stack.file import StackFileError

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))
EXPECT = "# expect: "


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_everything_wrong_with_a_file_is_told_with_its_line(path: Path, tmp_path: Path) -> None:
    stack = Path(shutil.copy(path, tmp_path / "Pulumi.us-east.yaml"))
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = [line.removeprefix(EXPECT) for line in lines if line.startswith(EXPECT)]
    assert expected

    with pytest.raises(StackFileError) as caught:
        file.read(stack)

    assert [str(problem) for problem in caught.value.problems] == expected


def test_there_are_many() -> None:
    assert len(BAD) > 25


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"config: \xff\n", "Pulumi.us-east.yaml:1: is not UTF-8 text; save it in that encoding"),
        (b"a: 1\n---\nb: 2\n", "is not YAML: expected a single document in the stream, but found another document"),
        (b"[" * 5000, "Pulumi.us-east.yaml:1: is nested too deeply"),
        (b"? [a]\n: b\n", "Pulumi.us-east.yaml:1: has a key that is not text"),
        (b"config:\n  a:b: !!int x\n", "Pulumi.us-east.yaml:2: 'x' is not of type tag:yaml.org,2002:int"),
    ],
)
def test_malformed_files_are_refused(content: bytes, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.us-east.yaml"
    path.write_bytes(content)

    with pytest.raises(StackFileError) as caught:
        file.read(path)

    assert expected in str(caught.value)


def test_a_file_that_cannot_be_read_is_a_problem_and_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(StackFileError, match=r"Pulumi\.us-east\.yaml:1: cannot be read: No such file"):
        file.read(tmp_path / "Pulumi.us-east.yaml")
