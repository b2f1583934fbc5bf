"""Public names are written for type checkers, for loading on first use and for ``*``: all three agree."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import lepton_infra
from lepton_infra import testing


@pytest.mark.parametrize("package", [lepton_infra, testing], ids=lambda package: package.__name__)
def test_every_public_name_is_declared_loaded_and_listed(package: ModuleType) -> None:
    tree = ast.parse(Path(str(package.__file__)).read_text(encoding="utf-8"))
    (declared,) = (node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    exported = {
        alias.asname
        for node in ast.walk(declared)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname
    }
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")}

    assert exported == set(package._HOME)
    assert sorted(exported | defined) == sorted(package.__all__)


@pytest.mark.parametrize("package", [lepton_infra, testing], ids=lambda package: package.__name__)
def test_every_public_name_can_be_had(package: ModuleType) -> None:
    module = import_module(package.__name__)

    assert all(getattr(module, name).__name__ == name for name in package.__all__)
