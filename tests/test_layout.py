"""Layout of the tests: ``conftest`` modules hold fixtures and pytest's hooks; helpers lie in modules of their own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("benchmarks", "models", "tests", "tools")


def modules() -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def is_fixture_or_hook(node: ast.stmt) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    decorators = [ast.unparse(each).partition("(")[0] for each in node.decorator_list]
    return "pytest.fixture" in decorators or node.name.startswith("pytest_")


def names_defined(node: ast.stmt) -> list[str]:
    """Names that a statement defines for others; an underscore keeps a name to its module."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        names = [node.name]
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [ast.unparse(target) for target in targets]
    else:
        names = []
    return [name for name in names if not name.startswith("_")]


CONFTESTS = [path for path in modules() if path.name == "conftest.py"]


@pytest.mark.parametrize("path", CONFTESTS, ids=shown)
def test_conftest_defines_fixtures_and_hooks_only(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert [name for node in tree.body if not is_fixture_or_hook(node) for name in names_defined(node)] == []


def test_nothing_is_imported_from_conftest_or_another_test_module() -> None:
    imports = {
        (shown(path), node.module)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module is not None
    }

    assert [
        (path, module)
        for path, module in sorted(imports)
        if module.rpartition(".")[2] == "conftest" or module.rpartition(".")[2].startswith("test_")
    ] == []


def test_helpers_of_several_folders_import_from_no_folder_of_tests() -> None:
    imports = {
        (shown(path), node.module)
        for path in (ROOT / "tests" / "kit").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module is not None
    }

    assert [
        each for each in sorted(imports) if each[1].startswith("tests.") and not each[1].startswith("tests.kit")
    ] == []
