"""Grafana dashboards, written by ``python -m tools.dashboards`` to ``lepton_infra/platform/monitoring/dashboards/``.

Needs the development dependencies. What is deployed reads the written files and never comes here.
"""

from __future__ import annotations

from pathlib import Path

from grafana_foundation_sdk.builders import dashboard, prometheus, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import DataSourceRef, VariableSort

from tools.dashboards.contents import BOARDS, Board, Chart

FOLDER = Path(__file__).parents[2] / "lepton_infra" / "platform" / "monitoring" / "dashboards"

_PROMETHEUS = DataSourceRef(type_val="prometheus", uid="prometheus")
_WIDTH, _HEIGHT = 12, 8
"""Two charts beside each other, of Grafana's 24 columns."""


def drawn() -> dict[str, str]:
    """Every dashboard as JSON, by name."""
    return {board.name: JSONEncoder(sort_keys=True, indent=1).encode(_board(board).build()) + "\n" for board in BOARDS}


def write() -> None:
    """Write them where they are read."""
    for name, text in drawn().items():
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


def _board(board: Board) -> dashboard.Dashboard:
    drawing = (
        dashboard.Dashboard(board.title)
        .uid(f"lepton-{board.name}")
        .description(board.says)
        .tags(["lepton"])
        .readonly()
        .timezone("utc")
        .time("now-6h", "now")
        .refresh("1m")
    )
    if board.choose is not None:
        label, series = board.choose
        drawing.with_variable(
            dashboard.QueryVariable(label)
            .datasource(_PROMETHEUS)
            .query(f"label_values({series}, {label})")
            .sort(VariableSort.ALPHABETICAL_ASC)
        )
    for chart in board.charts:
        drawing.with_panel(_chart(chart))
    return drawing


def _chart(chart: Chart) -> timeseries.Panel:
    panel = (
        timeseries.Panel().title(chart.title).description(chart.says).unit(chart.unit).datasource(_PROMETHEUS).min(0)
    )
    for index, (legend, expression) in enumerate(chart.lines.items()):
        panel.with_target(prometheus.Dataquery().expr(expression).legend_format(legend).ref_id(chr(ord("A") + index)))
    return panel.span(_WIDTH).height(_HEIGHT)
