"""The same resources as a region's, registered bare: no components, no typed classes, no dependencies.

``resources.json`` beside this file has type, name, inputs and provider of each; :mod:`benchmarks.previews` writes it
into a copy of this folder.
"""

from __future__ import annotations

import json
from pathlib import Path

import pulumi

PROVIDER = "pulumi:providers:"

providers: dict[str, pulumi.ProviderResource] = {}
for entry in json.loads(Path("resources.json").read_text(encoding="utf-8")):
    if entry["type"].startswith(PROVIDER):
        package = entry["type"].removeprefix(PROVIDER)
        providers[entry["urn"]] = pulumi.ProviderResource(package, entry["name"], entry["inputs"])
    else:
        options = pulumi.ResourceOptions(provider=providers[entry["provider"]])
        pulumi.CustomResource(entry["type"], entry["name"], entry["inputs"], options)
