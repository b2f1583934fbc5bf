"""The dashboards: as drawn, as Grafana's own types take them, and what they ask."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog import plugins
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from lepton_infra.platform.monitoring.dashboards import DASHBOARDS
from tests.kit.monitoring import rule_groups
from tests.monitoring.promql import metrics
from tools.dashboards import drawn
from tools.dashboards.contents import BOARDS

CONFIG_MAP_LIMIT = 1024 * 1024
"""Bytes of a config map, by Kubernetes."""


def known() -> dict[str, str]:
    """Metrics of others, and where the name of each was read."""
    table = yaml.safe_load((Path(__file__).parent / "metrics.yaml").read_text(encoding="utf-8"))
    return {name: source for source, names in table.items() for name in names}


def recorded() -> set[str]:
    return {rule["record"] for group in rule_groups() for rule in group["rules"] if "record" in rule}


def asked_by_rules() -> set[str]:
    every = [rule["expr"] for group in rule_groups() for rule in group["rules"]]
    return {name for expression in every for name in metrics(expression)}


def expressions(name: str) -> Iterator[str]:
    for panel in json.loads(DASHBOARDS[name])["panels"]:
        for target in panel["targets"]:
            yield target["expr"]


def asked_by_dashboards() -> set[str]:
    return {name for board in DASHBOARDS for expression in expressions(board) for name in metrics(expression)}


def test_what_is_shipped_is_what_is_drawn() -> None:
    """``python -m tools.dashboards`` writes them again."""
    assert dict(DASHBOARDS) == drawn()


def through_grafanas_types(content: dict[str, Any]) -> Any:
    plugins.register_default_plugins()
    return json.loads(JSONEncoder().encode(Dashboard.from_json(content)))


def holds(whole: Any, part: Any) -> bool:
    """Whether all of ``part`` is in ``whole``, which may have defaults besides."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(key in whole and holds(whole[key], part[key]) for key in part)
    if isinstance(part, list):
        return isinstance(whole, list) and len(whole) == len(part) and all(map(holds, whole, part))
    return bool(whole == part)


@pytest.mark.parametrize("name", sorted(DASHBOARDS))
def test_grafanas_own_types_take_a_dashboard_and_lose_nothing(name: str) -> None:
    content = json.loads(DASHBOARDS[name])
    assert holds(through_grafanas_types(content), content)


def test_what_grafana_does_not_know_would_be_seen() -> None:
    content = json.loads(DASHBOARDS["region"])
    content["panels"][0]["targets"][0]["exprr"] = "up"
    assert not holds(through_grafanas_types(content), content)


@pytest.mark.parametrize("name", sorted(DASHBOARDS))
def test_a_dashboard_has_its_own_id_and_charts_that_do_not_overlap(name: str) -> None:
    content = json.loads(DASHBOARDS[name])
    assert content["uid"] == f"lepton-{name}"
    assert content["editable"] is False
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in content["panels"]]
    assert len(set(places)) == len(places)
    assert all(panel["datasource"]["uid"] == "prometheus" for panel in content["panels"])


def test_a_dashboard_fits_a_config_map() -> None:
    assert all(len(text.encode()) < CONFIG_MAP_LIMIT / 10 for text in DASHBOARDS.values())


def test_a_chosen_label_is_used() -> None:
    (model,) = [board for board in BOARDS if board.choose]
    assert json.loads(DASHBOARDS[model.name])["templating"]["list"][0]["name"] == "model"
    assert all('{model="$model"}' in expression for expression in expressions(model.name))


def test_queried_metrics_are_recorded_or_known() -> None:
    asked = asked_by_rules() | asked_by_dashboards()
    assert asked - recorded() == set(known())


def test_recorded_metrics_are_queried() -> None:
    unread = recorded() - asked_by_rules() - asked_by_dashboards()
    assert unread == set()
