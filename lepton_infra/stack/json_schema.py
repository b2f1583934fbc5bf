"""The JSON schema of a stack file, for editors: completion, hover texts and errors while typing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Union

from lepton_infra import clouds
from lepton_infra.config.region import RegionConfig
from lepton_infra.errors import LeptonError
from lepton_infra.stack import layout

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_PROVIDERS_MEANING = "Turns off the providers that take account and region from the environment."
_TEXT: dict[str, object] = {"type": "string"}
_ENGINE: dict[str, tuple[dict[str, object], str]] = {
    "secretsprovider": (_TEXT, "What encrypts this stack's secrets."),
    "encryptedkey": (_TEXT, "The stack's data key, encrypted by the secrets provider. Written by the engine."),
    "encryptionsalt": (_TEXT, "Salt of the passphrase. Written by the engine."),
    "environment": ({"type": ["array", "object"]}, "Environments that this stack imports."),
}
"""The engine's own keys of a stack file."""


def stack_schema() -> dict[str, Any]:
    """The schema of a whole ``Pulumi.<stack>.yaml``: the region over all clouds there are, and the engine's keys."""
    settings = tuple(clouds.settings(name) for name in clouds.names())
    region = RegionConfig[Union[settings]].model_json_schema()  # type: ignore[valid-type]  # noqa: UP007
    definitions = region.pop("$defs")
    region["properties"]["cloud"] = _by_name(region["properties"]["cloud"])
    config = {
        "type": "object",
        "description": "Configuration by namespace and key.",
        "required": [layout.PROVIDERS, layout.REGION],
        "properties": {
            layout.PROVIDERS: {"const": ["*"], "description": _PROVIDERS_MEANING},
            layout.REGION: region | {"title": "Region", "description": RegionConfig.__doc__},
        },
        "patternProperties": {f"^(?!{layout.NAMESPACE}:)[^:]+:.+$": {"description": "Of another namespace."}},
        "additionalProperties": False,
    }
    engine = {key: {**form, "description": meaning} for key, (form, meaning) in _ENGINE.items()}
    return {
        "$schema": DIALECT,
        "title": "Stack file of a lepton region",
        "type": "object",
        "required": ["config"],
        "properties": {"config": config, **engine},
        "additionalProperties": False,
        "$defs": definitions,
    }


def _by_name(any_cloud: dict[str, Any]) -> dict[str, Any]:
    """The section of a cloud, chosen by its name: an editor then tells what is wrong with it, not with all of them."""
    sections = dict(zip(clouds.names(), any_cloud["anyOf"], strict=True))
    return {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"enum": list(sections)}},
        "allOf": [
            {"if": {"properties": {"name": {"const": name}}, "required": ["name"]}, "then": section}
            for name, section in sections.items()
        ],
    }


def rendered() -> str:
    """The schema as its file has it."""
    return json.dumps(stack_schema(), indent=2, ensure_ascii=False) + "\n"


def write(path: Path) -> None:
    """Write the file, whole or not at all.

    Raises:
        LeptonError: if it cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.write_text(rendered(), encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        raise LeptonError(f"{path} cannot be written: {error.strerror}; name a file in an existing folder.") from error
