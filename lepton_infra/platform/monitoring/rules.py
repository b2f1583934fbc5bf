"""The rules of ``rules/*.yaml`` and those that follow from the models, as Prometheus takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

import yaml

from lepton_infra.platform.monitoring import objectives

RUNBOOKS = "docs/runbooks.md"
"""Path in this repository. Each alert has a heading there, whose anchor is its name in small letters."""

_WINDOW = "<window>"


def groups(*, gateway: bool) -> list[dict[str, Any]]:
    """The groups of rules that every region has; those that others read come first."""
    every = [*([objectives.gateway_group()] if gateway else []), *STANDING]
    return sorted(every, key=lambda group: bool(alerts([group])))


def alerts(of: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rules of groups that are alerts."""
    return [rule for group in of for rule in group["rules"] if "alert" in rule]


def _standing() -> list[dict[str, Any]]:
    folder = resources.files(__package__) / "rules"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    texts = [file.read_text(encoding="utf-8") for file in files]
    return [_group(group) for text in texts for group in yaml.load(text, Loader=_LOADER)["groups"]]


def _group(group: Mapping[str, Any]) -> dict[str, Any]:
    windows = group.get("windows", [""])
    rules = [_rule(_within(rule, window)) for window in windows for rule in group["rules"]]
    return {"name": group["name"], "rules": rules}


def _within(rule: Mapping[str, Any], window: str) -> dict[str, Any]:
    """The rule with ``window`` for every ``<window>``."""
    return {key: value.replace(_WINDOW, window) if isinstance(value, str) else value for key, value in rule.items()}


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    if "alert" not in rule:
        return dict(rule)
    runbook = f"{RUNBOOKS}#{rule['alert'].lower()}"
    return {**rule, "annotations": {**rule["annotations"], "runbook_url": runbook}}


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

STANDING = _standing()
"""What every region has. Read once, at import: a constructor opens no file."""
