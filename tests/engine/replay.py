"""The program of a region as it was: it registers what a recording lists, one after another, with literal inputs.

Copied into a project as its ``__main__.py``, beside ``recorded.json``. It knows nothing of the library.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi

STACK = "pulumi:pulumi:Stack"

made: dict[tuple[str, str], pulumi.Resource] = {}
providers: dict[str, pulumi.ProviderResource] = {}
before: list[pulumi.Resource] = []

for each in json.loads(Path(__file__).with_name("recorded.json").read_text(encoding="utf-8")):
    above, _, type = each["type"].rpartition("$")
    name, secrets = each["name"], each.get("secrets", ())
    inputs: dict[str, Any] = {
        key: pulumi.Output.secret(value) if key in secrets else value for key, value in each.get("inputs", {}).items()
    }
    options = pulumi.ResourceOptions(
        parent=made.get((above, each["parent"])),
        provider=providers.get(each.get("provider", "")),
        protect=each.get("protect"),
        retain_on_delete=each.get("retain"),
        depends_on=before,
    )
    if not each["custom"]:
        made[each["type"], name] = pulumi.ComponentResource(
            type, name, None, pulumi.ResourceOptions(parent=options.parent)
        )
        continue
    if type.startswith("pulumi:providers:"):
        package, version = type.rpartition(":")[2], inputs.pop("version", None)
        provider = pulumi.ProviderResource(
            package, name, inputs, pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(version=version))
        )
        providers[name] = provider
        before = [provider]
    else:
        before = [pulumi.CustomResource(type, name, inputs, options)]
    made[each["type"], name] = before[0]
