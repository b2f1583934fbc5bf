from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from models.cifar10 import provenance


def test_code_is_known_by_its_commit_or_without_a_repository_by_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    monkeypatch.setattr(provenance, "_ROOT", tmp_path)

    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
        command = ["git", "-C", str(tmp_path), *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    assert provenance.code() == {"version": "1.2.3"}
    git("init", "--quiet")
    git("commit", "--quiet", "--allow-empty", "--message", "nothing of ours")
    assert provenance.code() == {"version": "1.2.3"}
    (tmp_path / "models" / "cifar10").mkdir()
    (tmp_path / "models" / "cifar10" / "train.py").write_text("")
    git("add", "models")
    git("commit", "--quiet", "--message", "code")
    commit = git("rev-parse", "HEAD")
    assert provenance.code() == {"commit": commit, "changed": False}
    (tmp_path / "models" / "exported").mkdir()
    (tmp_path / "models" / "exported" / "weights").write_text("")
    assert provenance.code() == {"commit": commit, "changed": False}
    git("add", "models")
    git("commit", "--quiet", "--message", "a version")
    assert provenance.code() == {"commit": commit, "changed": False}
    (tmp_path / "models" / "cifar10" / "new.py").write_text("")
    assert provenance.code() == {"commit": commit, "changed": True}
