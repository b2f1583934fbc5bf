"""Walks of CONTRIBUTING.md: sections whose steps are executed in a copy of the repository.

Steps are sentences with paths and texts in backquotes; a fenced block belongs to the sentence above it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from lepton_infra import lock

ROOT: Final = Path(__file__).parents[2]
GUIDE: Final = ROOT / "CONTRIBUTING.md"
FOLDERS: Final = ("docs", "lepton_infra", "tests")
FILES: Final = ("Pulumi.yaml", "pyproject.toml", lock.LOCK_FILE)
_NO_BYTECODE: Final = shutil.ignore_patterns("__pycache__")


def copied(target: Path) -> Path:
    """A copy of what the tests of the library need."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, target / name, ignore=_NO_BYTECODE)
    for path in (*(ROOT / name for name in FILES), *ROOT.glob("Pulumi.*.yaml")):
        shutil.copy(path, target)
    return target


def section(title: str) -> str:
    """The text below a heading of CONTRIBUTING.md."""
    [found] = re.findall(rf"(?ms)^## {re.escape(title)}\n(.*?)(?=^## |\Z)", GUIDE.read_text(encoding="utf-8"))
    return str(found)


def commands(title: str) -> list[list[str]]:
    """The commands of a walk, with the environment that runs the tests in the place of ``.venv``."""
    lines = re.findall(r"(?m)^\$ (.+)$", section(title))
    return [shlex.split(line.replace(".venv/bin/", f"{Path(sys.executable).parent}/")) for line in lines]


def apply(title: str, copy: Path) -> int:
    """Edit a copy as a walk says; returns how many steps that were."""
    done = 0
    text = section(title)
    for step in re.finditer("|".join(f"(?:{pattern})" for pattern in _STEPS), text):
        for pattern, edit in _STEPS.items():
            match = re.fullmatch(pattern, step[0])
            if match is not None:
                edit(copy, *match.groups())
                done += 1
    return done


def run(command: list[str], copy: Path) -> subprocess.CompletedProcess[str]:
    """A command in the copy, whose packages it imports."""
    return subprocess.run(
        [*command, *(["-p", "no:cacheprovider"] if command[0].endswith("pytest") else [])],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )


def _insert_before(copy: Path, path: str, anchor: str, block: str) -> None:
    _edit(copy / path, anchor, lambda line: f"{block}{line}")


def _insert_after(copy: Path, path: str, anchor: str, block: str) -> None:
    _edit(copy / path, anchor, lambda line: f"{line}{block}")


def _edit(path: Path, anchor: str, change: Callable[[str], str]) -> None:
    """Change the one line that begins with ``anchor``."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    [index] = [index for index, line in enumerate(lines) if line.startswith(anchor)]
    lines[index] = change(lines[index])
    path.write_text("".join(lines), encoding="utf-8")


def _append(copy: Path, path: str, block: str) -> None:
    with (copy / path).open("a", encoding="utf-8") as file:
        file.write(block)


def _replace(copy: Path, path: str, old: str, new: str) -> None:
    text = (copy / path).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path} has {text.count(old)} of {old!r}"
    (copy / path).write_text(text.replace(old, new), encoding="utf-8")


def _copy(copy: Path, source: str, target: str) -> None:
    shutil.copytree(copy / source, copy / target, ignore=_NO_BYTECODE)


def _replace_everywhere(copy: Path, folder: str, old: str, new: str) -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in (copy / folder).rglob("*.py")}
    assert any(old in text for text in texts.values()), f"nothing in {folder} has {old!r}"
    for path, text in texts.items():
        path.write_text(text.replace(old, new), encoding="utf-8")


_BLOCK: Final = r":\n\n```python\n([^`]*)```"
_STEPS: Final[dict[str, Callable[..., None]]] = {
    rf"(?:In|At the top of) `([^`]+)`, before `([^`]+)`{_BLOCK}": _insert_before,
    rf"In `([^`]+)`, after `([^`]+)`{_BLOCK}": _insert_after,
    rf"At the end of `([^`]+)`{_BLOCK}": _append,
    r"In `([^`]+)`, replace `([^`]+)` with `([^`]+)`": _replace,
    r"Copy `([^`]+)` to `([^`]+)`": _copy,
    r"In every file of `([^`]+)`, replace `([^`]+)` with `([^`]+)`": _replace_everywhere,
}
