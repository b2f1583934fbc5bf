"""Evidence as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from lepton_infra.audit.evidence.record import Evidence
from lepton_infra.audit.evidence.writing import documents, write
from lepton_infra.errors import LeptonError


def test_all_files_are_there_and_nothing_else(evidence: Evidence, tmp_path: Path) -> None:
    files = documents(evidence)
    written = write(tmp_path / "new", files)

    assert sorted(path.name for path in written) == sorted(path.name for path in (tmp_path / "new").iterdir())
    assert {path.name: path.read_text(encoding="utf-8") for path in written} == files


def test_a_folder_that_is_a_file_is_refused_in_words(evidence: Evidence, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine", encoding="utf-8")

    with pytest.raises(LeptonError, match=r"taken cannot be written to: .* Name another folder with --to"):
        write(tmp_path / "taken", documents(evidence))

    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"


def test_what_could_not_be_written_whole_leaves_the_old_files(tmp_path: Path) -> None:
    write(tmp_path, {"a": "old"})
    broken = {"a": "new", "nowhere/b": "new"}

    with pytest.raises(LeptonError):
        write(tmp_path, broken)

    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text(encoding="utf-8") == "old"
