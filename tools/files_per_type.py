"""``python -m tools.files_per_type``: in how many files of the simulator each resource type occurs, by cloud.

A type occurs in a file that holds its token, a constant for the token (``tokens.KEY``) or its record (``kms.KEY``). A
file of constants alone, ``tokens.py``, does not count. The aim is one file for each type.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Final

from lepton_infra import simulator

FOLDER: Final = Path(simulator.__file__).parent
_TOKEN: Final = re.compile(r"[a-z-]+:[A-Za-z0-9/.]+:[A-Z][A-Za-z0-9]*")
_CONSTANTS: Final = "tokens.py"


def clouds() -> list[str]:
    """The folders of the simulator that know resource types."""
    return [folder.name for folder in sorted(FOLDER.iterdir()) if folder.is_dir() and files_by_type(folder.name)]


def files_by_type(cloud: str) -> dict[str, set[str]]:
    """The files of one cloud in which each type occurs."""
    found: dict[str, set[str]] = {}
    for path in sorted((FOLDER / cloud).rglob("*")):
        if path.suffix in {".py", ".yaml"} and path.name != _CONSTANTS:
            for token in occurring(path):
                found.setdefault(token, set()).add(path.name)
    return found


def occurring(path: Path) -> set[str]:
    """The tokens that a file holds or has a name for."""
    text = path.read_text(encoding="utf-8")
    named = set(_named(path, ast.parse(text))) if path.suffix == ".py" else set()
    return {match[0] for match in _TOKEN.finditer(text)} | named


def _named(path: Path, tree: ast.Module) -> Iterator[str]:
    """Tokens behind names of the module, and behind attributes of modules that it imports."""
    parts = path.relative_to(FOLDER).with_suffix("").parts
    names = vars(import_module(".".join((simulator.__name__, *parts)).removesuffix(".__init__")))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield from _tokens(names.get(node.id))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield from _tokens(getattr(names.get(node.value.id), node.attr, None))


def _tokens(value: object) -> Iterator[str]:
    """The tokens that a constant stands for: a token, a record, or a tuple of them."""
    for each in value if isinstance(value, tuple) else (value,):
        token = getattr(each, "token", each)
        if isinstance(token, str) and _TOKEN.fullmatch(token):
            yield token


def line(cloud: str) -> str:
    """One cloud: types, median and maximum of files, and up to three types with the maximum."""
    counts = {token: len(files) for token, files in files_by_type(cloud).items()}
    most = max(counts.values())
    widest = [token for token, count in sorted(counts.items()) if count == most]
    told = ", ".join(widest[:3]) + (f" and {len(widest) - 3} more" if len(widest) > 3 else "")
    return f"{cloud}: {len(counts)} types, median {median(counts.values()):g}, maximum {most}: {told}"


if __name__ == "__main__":
    print("\n".join(map(line, clouds())))
