"""``docs/stack-file.md``: every key of a stack file, written from its JSON schema.

``python -m tools.stack_file_reference`` renews the page. Keys, types, defaults and meanings come from the schema, the
bounds of the law from ``law.yaml``; only the sentences around the tables are written here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.law import law
from lepton_infra.compliance.law.section import IntervalSettings
from lepton_infra.stack import json_schema, layout

_DOCS: Final = Path(__file__).parents[1] / "docs"
PAGE: Final = _DOCS / "stack-file.md"
SCHEMA: Final = _DOCS / "stack.schema.json"

_HEAD: Final = f"""\
# Stack file

Every key of a `Pulumi.<stack>.yaml`, generated from [its JSON schema](stack.schema.json) with `make goldens`. An editor
reads the same schema: the first line of each stack file names it. `lepton check` also applies the rules that hold
between values, and reports file, line, key, value and what is allowed.

A key is written with its path: `node_pools[].nodes` is the key `nodes` of each element of the list `node_pools`,
and `cloud(aws).region` the key `region` of the section `cloud` whose `name` is `aws`. *required*: there is no default.
The column *law* names the frameworks of [`law.yaml`](../lepton_infra/compliance/law/law.yaml) that bound a value where
they apply; a stack file can only narrow those bounds.

## Which "region" is which

| key | meaning |
|---|---|
| `{layout.REGION}` | the configuration of one stack: everything below. One stack is one region of the service |"""

_AFTER_PLACES: Final = f"""\
| `residency` | the jurisdiction whose law applies and in which data stay. The place above must lie in it |
| `region` or `location` of a default provider | not read: `{layout.PROVIDERS}: ["*"]` turns those providers off, \
and the region's own provider gets the place above |

## How long things are kept

Every key that sets a time of retention. `compliance` bounds a class of data; the other keys set what is built, within
those bounds."""

_LOCATION: Final = re.compile(r"region|location|country|countries")
_RETENTION: Final = re.compile(r"retention|noncurrent")

LOGS: Final = "retention.log_days"
DELETED: Final = "storage.noncurrent_version_days"
ROTATION: Final = "encryption.rotation_days"
"""Keys whose bounds are those of a class of data, or of all keys: ``config/rules/compliance.py`` says of which."""

_LEAST, _MOST = IntervalSettings.model_fields


@dataclass(frozen=True, kw_only=True)
class Row:
    """One key of the page: ``default`` is None where the key is required."""

    key: str
    type: str
    default: str | None
    allowed: str
    meaning: str

    @property
    def law(self) -> str:
        """The frameworks that bound the key, with their articles."""
        return ", ".join(_bounds(self.key))


def rows() -> list[Row]:
    """Every key of the region, in the order of the schema; a section precedes its keys."""
    schema = json_schema.stack_schema()
    region = schema["properties"]["config"]["properties"][layout.REGION]
    return list(_rows(region, schema["$defs"], ""))


def rendered() -> str:
    """The page."""
    all_rows = rows()
    return "\n".join([*_introduction(all_rows), *_engine(), *_sections(all_rows)]) + "\n"


def _introduction(all_rows: list[Row]) -> Iterator[str]:
    yield _HEAD
    for row in all_rows:
        if row.meaning and row.key.startswith("cloud(") and _LOCATION.search(row.key.rpartition(".")[2]):
            yield f"| `{row.key}` | {row.meaning} |"
    yield _AFTER_PLACES
    yield from _table([row for row in all_rows if _RETENTION.search(row.key) and row.type == "integer"])


def _engine() -> Iterator[str]:
    schema = json_schema.stack_schema()
    yield from ("", "## Keys of the engine", "", "| key | meaning |", "|---|---|")
    for key, entry in schema["properties"].items():
        yield f"| `{key}` | {entry.get('description') or schema['title']} |"
    for key, entry in schema["properties"]["config"]["properties"].items():
        yield f"| `config.{key}` | {_cell(entry['description'])} |"


def _sections(all_rows: list[Row]) -> Iterator[str]:
    """A heading for each key of the region that is a section, and one table before them for the others."""
    grouped: dict[str, list[Row]] = {}
    for row in all_rows:
        grouped.setdefault(re.split(r"[.\[]", row.key)[0], []).append(row)
    yield from ("", f"## The region (`{layout.REGION}`)")
    yield from _table(group[0] for group in grouped.values())
    for name, group in grouped.items():
        if len(group) > 1:
            yield from ("", f"### {name.replace('(', ' on ').rstrip(')')}", "", group[0].meaning)
            yield from _table(group[1:])


def _table(found: Iterator[Row] | list[Row]) -> Iterator[str]:
    yield from ("", "| key | type | default | allowed | meaning | law |", "|---|---|---|---|---|---|")
    for row in found:
        default = "*required*" if row.default is None else row.default
        yield f"| `{row.key}` | {row.type} | {default} | {row.allowed} | {row.meaning} | {row.law} |"


def _rows(node: Mapping[str, Any], definitions: Mapping[str, Any], path: str) -> Iterator[Row]:
    required = node.get("required", ())
    for key, raw in node.get("properties", {}).items():
        if "allOf" in raw:
            yield from _clouds(raw, definitions, key)
        else:
            yield from _entry(raw, definitions, f"{path}{key}", key in required)


def _clouds(choice: Mapping[str, Any], definitions: Mapping[str, Any], key: str) -> Iterator[Row]:
    """The section of each cloud, which the cloud's name chooses."""
    for branch in choice["allOf"]:
        cloud = branch["if"]["properties"]["name"]["const"]
        yield from _entry(branch["then"], definitions, f"{key}({cloud})", required=True)


def _entry(raw: Mapping[str, Any], definitions: Mapping[str, Any], path: str, required: bool) -> Iterator[Row]:
    node = _resolved(raw, definitions)
    item = _resolved(node["items"], definitions) if "items" in node else {}
    yield Row(
        key=path,
        type=_type(node, item),
        default=None if required else _default(raw, node),
        allowed=_cell(_allowed(node, item)),
        meaning=_cell(raw.get("description") or node.get("description") or item.get("description", "")),
    )
    yield from _rows(node, definitions, f"{path}.")
    yield from _rows(item, definitions, f"{path}[].")
    values = node.get("additionalProperties")
    if isinstance(values, Mapping) and "$ref" in values:
        yield from _rows(_resolved(values, definitions), definitions, f"{path}.<name>.")


def _resolved(raw: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """A node with its reference followed, and without the ``null`` of an optional value."""
    node = dict(raw)
    if "anyOf" in node:
        [node_of_value] = [each for each in node["anyOf"] if each.get("type") != "null"]
        node = {**node, **_resolved(node_of_value, definitions), "optional": True}
    if "$ref" in node:
        node = {**definitions[node["$ref"].rpartition("/")[2]], "optional": node.get("optional", False)}
    return node


def _type(node: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    kind = str(node.get("type", "string"))
    if kind == "array":
        return f"list of {'sections' if 'properties' in item else item.get('type', 'string') + 's'}"
    if kind == "object":
        return "section" if "properties" in node else "mapping"
    return kind


def _default(raw: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    value = raw.get("default")
    if value is None:
        return "none"
    return "its keys' own" if isinstance(value, Mapping) and "properties" in node else f"`{json.dumps(value)}`"


def _allowed(node: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    found = [*_values(item), *_values(node)]
    if "minItems" in node:
        found.append(f"at least {node['minItems']}")
    if "maxItems" in node:
        found.append(f"at most {node['maxItems']}")
    if node.get("type") == "object" and "properties" not in node and node.get("required"):
        found.append("with " + ", ".join(f"`{key}`" for key in node["required"]))
    if node.get("type") == "boolean":
        found.append("`true`, `false`")
    return "; ".join(found)


def _values(node: Mapping[str, Any]) -> Iterator[str]:
    if "enum" in node:
        yield ", ".join(f"`{value}`" for value in node["enum"])
    if "const" in node:
        yield f"`{node['const']}`"
    if "patternErrorMessage" in node:
        yield node["patternErrorMessage"]
    if "minimum" in node:
        yield f"{node['minimum']} to {node['maximum']}" if "maximum" in node else f"{node['minimum']} or more"


def _bounds(key: str) -> Iterator[str]:
    """Framework and article behind each bound of a key."""
    section, _, last = key.rpartition(".")
    dated = law.load()
    if key == ROTATION and dated.baseline.rotation is not None:
        yield f"baseline {dated.baseline.rotation.article}"
    for id, framework in dated.frameworks.items():
        yield from (f"{id} {article}" for article in _articles(framework, key, section, last))


def _articles(framework: law.Framework, key: str, section: str, last: str) -> Iterator[str]:
    parent, _, kept = section.rpartition(".")
    if parent == "compliance.retention":
        yield from _kept(framework, DataClass(kept), last)
    elif section == "compliance.perimeter" and DataClass(last) in framework.perimeter:
        yield framework.perimeter[DataClass(last)].article
    if key == LOGS:
        yield from _kept(framework, DataClass.AUDIT_LOG, _LEAST)
        yield from _kept(framework, DataClass.AUDIT_LOG, _MOST)
    if key == DELETED:
        yield from _kept(framework, DataClass.PERSONAL, _MOST)
    if last == "key_custody" and framework.key_custody is not None:
        yield framework.key_custody.article
    if section == "compliance.contacts" and last in framework.contacts:
        yield framework.contacts[last]


def _kept(framework: law.Framework, data_class: DataClass, bound: str) -> Iterator[str]:
    kept = framework.retention.get(data_class)
    if kept is None:
        return
    days = {_LEAST: kept.least, _MOST: kept.most}[bound]
    if days is not None:
        yield f"{kept.article} ({'at least' if bound == _LEAST else 'at most'} {days})"


def _cell(text: str) -> str:
    """One line that a table can hold, in Markdown's way of marking code."""
    return re.sub(r"``([^`]+)``", r"`\1`", " ".join(text.split())).replace("|", "\\|")


def write() -> None:
    """Write the page."""
    PAGE.write_text(rendered(), encoding="utf-8")


if __name__ == "__main__":
    write()
