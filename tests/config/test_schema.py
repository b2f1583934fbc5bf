from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from typer.testing import CliRunner

from lepton_infra.cli import app
from lepton_infra.errors import LeptonError
from lepton_infra.stack import json_schema, yaml_lines
from tests.kit.stacks import regions

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "docs" / "stack.schema.json"
BAD = Path(__file__).parent / "bad"


@cache
def validator() -> jsonschema.Draft202012Validator:
    stack_schema = json_schema.stack_schema()
    jsonschema.Draft202012Validator.check_schema(stack_schema)
    return jsonschema.Draft202012Validator(stack_schema)


def document(path: Path) -> Any:
    return yaml_lines.parse(path.read_text(encoding="utf-8")).value


@pytest.mark.parametrize("path", sorted(ROOT.glob("Pulumi.*.yaml")), ids=lambda path: path.stem)
def test_the_stack_files_are_valid(path: Path) -> None:
    assert [error.message for error in validator().iter_errors(document(path))] == []


@pytest.mark.parametrize(
    ("bad", "place"),
    [
        ("unknown-top-level-key", []),
        ("unknown-lepton-key", ["config"]),
        ("key-without-namespace", ["config"]),
        ("default-providers-on", ["config", "pulumi:disable-default-providers"]),
        ("cloud-unknown", ["config", "lepton:region", "cloud", "name"]),
        ("cloud-key-misspelt", ["config", "lepton:region", "cloud"]),
        ("residency-unknown", ["config", "lepton:region", "residency"]),
        ("cidr-malformed", ["config", "lepton:region", "network", "cidr"]),
        ("version-not-quoted", ["config", "lepton:region", "cluster", "version"]),
        ("pool-accelerator-unknown", ["config", "lepton:region", "node_pools", 0, "accelerator"]),
        ("disk-too-small", ["config", "lepton:region", "node_pools", 1, "disk_gib"]),
        ("number-quoted", ["config", "lepton:region", "node_pools", 1, "cpus"]),
        ("capacity-empty", ["config", "lepton:region", "node_pools", 0, "capacity"]),
        ("tag-missing", ["config", "lepton:region", "tags"]),
    ],
)
def test_bad_files_are_refused_where_they_are_wrong(bad: str, place: list[str | int]) -> None:
    errors = list(validator().iter_errors(document(BAD / f"{bad}.yaml")))

    assert place in [list(error.absolute_path) for error in errors]


@given(region=regions())
def test_what_the_check_takes_the_editor_takes(region: dict[str, Any]) -> None:
    config = {"pulumi:disable-default-providers": ["*"], "lepton:region": region}

    assert [error.message for error in validator().iter_errors({"config": config})] == []


def test_keys_of_the_engine_and_of_providers_are_known() -> None:
    stack = document(ROOT / "Pulumi.us-east.yaml")
    stack["secretsprovider"] = "passphrase"
    stack["encryptionsalt"] = "v1:salt"
    stack["config"]["kubernetes:suppressHelmHookWarnings"] = "true"

    assert validator().is_valid(stack)


def test_the_committed_schema_is_up_to_date() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == json_schema.rendered(), "run: lepton schema docs/stack.schema.json"


def test_every_key_of_the_region_is_explained() -> None:
    definitions = json_schema.stack_schema()["$defs"]

    assert [name for name, definition in definitions.items() if not definition.get("description")] == []


def test_the_command_prints_it_or_writes_it(tmp_path: Path) -> None:
    printed = CliRunner().invoke(app, ["schema"])
    CliRunner().invoke(app, ["schema", str(tmp_path / "s.json")])

    assert json.loads(printed.output) == json_schema.stack_schema()
    assert (tmp_path / "s.json").read_text(encoding="utf-8") == printed.output
    assert [path.name for path in tmp_path.iterdir()] == ["s.json"]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LeptonError, match="cannot be written"):
        json_schema.write(tmp_path / "nowhere" / "s.json")
