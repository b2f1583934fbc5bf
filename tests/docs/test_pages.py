"""Pages in Markdown: what they link to exists, and what they list is what there is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from lepton_infra.stack import json_schema, yaml_lines

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LIBRARY = ROOT / "lepton_infra"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def tree() -> list[tuple[int, str]]:
    """Depth and name of each line of the architecture's tree, without endings."""
    [block] = re.findall(r"(?ms)^```\n(.*?)^```", read(DOCS / "architecture.md"))
    lines = [re.match(r"( *)(\w+)", line) for line in block.splitlines()]
    return [(len(line[1]) // 2, line[2]) for line in lines if line]


def contract() -> list[list[str]]:
    """The rooms of the import-linter contract, layer by layer."""
    contracts = tomllib.loads(read(ROOT / "pyproject.toml"))["tool"]["importlinter"]["contracts"]
    [layers] = [each["layers"] for each in contracts if each["type"] == "layers"]
    return [layer.split(" | ") for layer in layers]


def modules(folder: Path) -> set[str]:
    """Packages and modules of a folder; no file of Python's own."""
    folders = {path.parent.name for path in folder.glob("*/__init__.py")}
    return folders | {path.stem for path in folder.glob("*.py") if not path.stem.startswith("__")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", read(page))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_index_lists_every_page() -> None:
    linked = set(re.findall(r"\]\(([^)/]+\.(?:md|json))\)", read(DOCS / "README.md")))

    assert linked == {path.name for path in DOCS.glob("*.*") if path.suffix in {".md", ".json"}} - {"README.md"}


def test_the_index_of_decisions_lists_every_one() -> None:
    linked = set(re.findall(r"\]\((\d{4}-[^)]+)\)", read(DOCS / "decisions" / "README.md")))

    assert linked == {path.name for path in (DOCS / "decisions").glob("0*.md")}


def test_the_rooms_of_the_architecture_are_the_folders_and_the_contract() -> None:
    drawn = [name for depth, name in tree() if depth == 0]

    assert set(drawn) == modules(LIBRARY)
    assert sorted(drawn) == sorted(name for layer in contract() for name in layer)


def test_the_rooms_of_the_architecture_are_in_the_order_of_the_contract() -> None:
    drawn = [name for depth, name in tree() if depth == 0]
    order = {name: index for index, layer in enumerate(contract()) for name in layer}

    assert [order[name] for name in drawn] == sorted(order.values())


def test_folders_inside_of_rooms_are_those_there_are() -> None:
    """But for the clouds: each folder there is one, and no page lists them."""
    drawn: set[str] = set()
    room = ""
    for depth, name in tree():
        room = name if depth == 0 else room
        drawn |= {f"{room}/{name}"} if depth == 1 else set()
    there = {f"{path.parents[1].name}/{path.parent.name}" for path in LIBRARY.glob("*/*/__init__.py")}

    assert drawn == {path for path in there if not path.startswith("clouds/")}


def test_the_stack_file_of_the_readme_is_valid() -> None:
    [sample] = re.findall(r"(?ms)^```yaml\n(.*?)^```", read(ROOT / "README.md"))

    validator = jsonschema.Draft202012Validator(json_schema.stack_schema())

    assert [error.message for error in validator.iter_errors(yaml_lines.parse(sample).value)] == []


def test_commands_of_the_readme_exist() -> None:
    targets = set(re.findall(r"(?m)^([a-z-]+):", read(ROOT / "Makefile")))

    assert set(re.findall(r"(?m)^\$ make ([a-z-]+)", read(ROOT / "README.md"))) <= targets
