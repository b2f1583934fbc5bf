"""The Pulumi project that a command works on: its folder, its name and its stack files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import yaml

from lepton_infra.errors import LeptonError

_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml")
_STACK_FILE = re.compile(r"Pulumi\.(?P<stack>.+)\.ya?ml")


@dataclass(frozen=True, kw_only=True)
class Project:
    """``root`` holds the project file, ``main`` is the folder or file of the program."""

    root: Path
    name: str
    main: Path

    def stacks(self) -> list[str]:
        """The stacks that have a file, sorted."""
        found = (_STACK_FILE.fullmatch(path.name) for path in self.root.iterdir())
        return sorted(match["stack"] for match in found if match)

    def stack_file(self, stack: str) -> Path:
        """The file that describes a stack.

        Raises:
            LeptonError: if there is none; the message lists the stacks there are.
        """
        for suffix in ("yaml", "yml"):
            path = self.root / f"Pulumi.{stack}.{suffix}"
            if path.exists():
                return path
        stacks = self.stacks()
        near = get_close_matches(stack, stacks, n=1)
        raise LeptonError(
            f"unknown stack {stack!r}; {f'did you mean {near[0]}? ' if near else ''}there are: "
            f"{', '.join(stacks) or 'none'}. Name one of them, or describe it in Pulumi.{stack}.yaml."
        )


def find(start: Path) -> Project:
    """The project of ``start`` or of the nearest folder above it.

    Raises:
        LeptonError: if there is none, or its file cannot be read as one.
    """
    for folder in (start, *start.parents):
        for name in _PROJECT_FILES:
            if (folder / name).exists():
                return _read(folder / name)
    raise LeptonError(f"there is no Pulumi.yaml in {start} or above; run this inside a Pulumi project.")


def _read(path: Path) -> Project:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        name, main = content["name"], content.get("main", ".")
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise LeptonError(
            f"{path} is not a Pulumi project file: {error!r}; it needs at least `name` and `runtime`."
        ) from error
    return Project(root=path.parent, name=str(name), main=(path.parent / str(main)).resolve())
