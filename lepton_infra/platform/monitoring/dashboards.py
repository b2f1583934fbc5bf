"""The dashboards that ``drawing`` wrote, as the config maps that Grafana mounts."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources


def _written() -> Mapping[str, str]:
    folder = resources.files(__package__) / "dashboards"
    files = {file.name.removesuffix(".json"): file for file in folder.iterdir() if file.name.endswith(".json")}
    return {name: files[name].read_text(encoding="utf-8") for name in sorted(files)}


DASHBOARDS = _written()
"""JSON by name. Read once, at import: a constructor opens no file."""


def config_map(name: str) -> str:
    """The config map of a dashboard."""
    return f"dashboard-{name}"
