"""How the control plane and the definitions for it are built, found and refused."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from lepton_infra.engine.go_build import Unavailable
from lepton_infra.errors import LeptonError
from lepton_infra.simulator.control_plane import definitions, program

_GO = """#!{python}
import sys
from pathlib import Path
answers, (command, *words) = {answers!r}, sys.argv[1:]
if command == "build":
    target = Path(words[words.index("-o") + 1])
    target.write_text("built")
    target.chmod(0o700)
    Path({record!r}).write_text(" ".join(words))
elif words[:2] == ["download", "-json"]:
    print(answers[words[2]])
else:
    print("go1.99")
"""


def _go(folder: Path, checksum: str | None = None) -> Path:
    """A ``go`` that builds, and downloads modules of one definition each; returns where it writes what it built."""
    answers = {}
    for wanted in definitions.SETS.values():
        (folder / wanted.folder).mkdir(parents=True, exist_ok=True)
        (folder / wanted.folder / "thing.yaml").write_text("kind: CustomResourceDefinition\n")
        told = {"Dir": str(folder), "Sum": checksum or wanted.checksum}
        answers[f"{wanted.module}@{wanted.version}"] = json.dumps(told)
    go = folder / "bin" / "go"
    go.parent.mkdir()
    go.write_text(_GO.format(python=sys.executable, answers=answers, record=str(folder / "built")))
    go.chmod(go.stat().st_mode | stat.S_IXUSR)
    return folder / "built"


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without Go, and with nothing built."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def test_it_is_built_once_with_all_definitions(bare: Path) -> None:
    with pytest.raises(Unavailable, match="`lepton control-plane` gets them"):
        program.find()
    built_with = _go(bare)
    said: list[str] = []
    built = program.obtain(said.append)
    assert program.find() == built == program.command()
    assert built.is_relative_to(bare / "cache" / "lepton-infra" / "cluster")
    assert f"k8s.io/component-base/version.gitVersion={program.kubernetes_version()}" in built_with.read_text()
    assert [(definitions.folder(name) / "thing.yaml").exists() for name in definitions.SETS] == [True] * 6
    assert any("building a Kubernetes v1." in line for line in said)

    built_with.unlink()
    said.clear()
    assert program.obtain(said.append) == built
    assert not built_with.exists()
    assert said == []


def test_a_changed_source_is_another_program(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pin = bare / "pin"
    pin.mkdir()
    (pin / "main.go").write_text("package main\n")
    monkeypatch.setattr(program, "PIN", pin)
    before = program.command()
    (pin / "main.go").write_text("package main // changed\n")
    assert program.command() != before


def test_a_machine_without_go_is_told_what_to_install(bare: Path) -> None:
    with pytest.raises(LeptonError, match=r"there is no `go`.*install Go \(https://go.dev/doc/install\)"):
        program.obtain(lambda line: None)


def test_a_module_with_another_content_is_refused_and_leaves_nothing(bare: Path) -> None:
    _go(bare, checksum="h1:other")
    with pytest.raises(LeptonError, match=r"gateway-api v1.6.0 has checksum h1:other, not h1:735Y"):
        program.obtain(lambda line: None)
    with pytest.raises(Unavailable):
        program.find()
    assert not definitions.folder("gateway-api").exists()
