"""The budgets of the design, and the table that compares them with what was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True, kw_only=True)
class Budget:
    """One row of the table. A ``timed`` figure depends on the machine, and missing its bar never fails a run.

    ``bar`` is None where a figure is only shown.
    """

    what: str
    bar: float | None
    seen: float
    detail: str
    timed: bool

    @property
    def met(self) -> bool:
        """True if the figure is within its bar."""
        return self.bar is None or self.seen <= self.bar


def table(stack: str, budgets: Sequence[Budget]) -> Table:
    """The budgets of one stack, for a terminal."""
    rows = Table(title=f"Budgets of {stack}", title_justify="left")
    rows.add_column("what")
    rows.add_column("bar", justify="right")
    rows.add_column("seen", justify="right")
    rows.add_column("")
    rows.add_column("of which")
    for budget in budgets:
        bar = "" if budget.bar is None else f"≤ {budget.bar:g}"
        verdict = "" if budget.bar is None else "[green]met[/]" if budget.met else "[red]missed[/]"
        rows.add_row(budget.what, bar, f"{budget.seen:.3g}", verdict, budget.detail)
    return rows


def broken(budgets: Sequence[Budget]) -> list[str]:
    """Budgets missed that no machine can excuse."""
    return [budget.what for budget in budgets if not budget.met and not budget.timed]
