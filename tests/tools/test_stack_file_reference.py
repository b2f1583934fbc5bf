from __future__ import annotations

from pathlib import Path

import pytest

from lepton_infra import project
from lepton_infra.stack import layout, yaml_lines
from tools import stack_file_reference
from tools.stack_file_reference import rows

ROOT = Path(__file__).parents[2]


def keys_of(value: object, path: str, cloud: str) -> set[str]:
    """The keys of a region of a stack file, as the page writes them."""
    found: set[str] = set()
    if isinstance(value, dict):
        for key, inner in value.items():
            below = f"{path}.{key}" if path else f"cloud({cloud})" if key == "cloud" else key
            found |= {below} | keys_of(inner, below, cloud)
    elif isinstance(value, (list, tuple)):
        for each in value:
            found |= keys_of(each, f"{path}[]", cloud)
    return found


def test_the_page_is_what_the_schema_says() -> None:
    """Renew with: make goldens."""
    assert stack_file_reference.PAGE.read_text(encoding="utf-8") == stack_file_reference.rendered()


@pytest.mark.parametrize("stack", project.find(ROOT).stacks())
def test_every_key_of_the_shipped_stack_files_is_on_the_page(stack: str) -> None:
    region = yaml_lines.parse((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")).value["config"][
        layout.REGION
    ]
    free = {f"{row.key}." for row in rows() if row.type == "mapping"}

    unknown = keys_of(region, "", region["cloud"]["name"]) - {row.key for row in rows()}

    assert {key for key in unknown if not key.startswith(tuple(free))} == set()


def test_keys_are_there_once() -> None:
    keys = [row.key for row in rows()]

    assert len(keys) == len(set(keys)) > 150


def test_keys_with_a_bound_of_their_own_are_in_the_schema() -> None:
    named = {stack_file_reference.LOGS, stack_file_reference.DELETED, stack_file_reference.ROTATION}

    assert named <= {row.key for row in rows()}


@pytest.mark.parametrize(
    ("key", "law"),
    [
        ("retention.log_days", "hipaa 164.316(b)(2) (at least 2192)"),
        ("encryption.rotation_days", "baseline CN11.AR05"),
        ("compliance.perimeter.audit_log", "cert_in (iv)"),
        ("compliance.contacts.dpo", "gdpr 33"),
    ],
)
def test_bounds_of_the_law_are_beside_the_key(key: str, law: str) -> None:
    [row] = [row for row in rows() if row.key == key]

    assert law in row.law


def test_retention_settings_of_all_sections_are_in_one_table() -> None:
    page = stack_file_reference.rendered()
    table = page[page.index("## How long") : page.index("## Keys of the engine")]

    sections = {line.split("`")[1].partition(".")[0] for line in table.splitlines() if line.startswith("| `")}

    assert sections == {"storage", "retention", "monitoring", "compliance"}
