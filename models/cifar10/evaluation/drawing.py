"""Charts of the page, laid out in the units of an SVG's view box. The page draws them in its own colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.ticker import MaxNLocator

from models.cifar10.evaluation.record import Bin
from models.cifar10.history import History

WIDTH, HEIGHT = 440, 300
LEFT, TOP, RIGHT, BOTTOM = 56, 12, 418, 256
"""The plotting area within the view box; ticks and the name of the axis are around it."""


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A label at a place along an axis."""

    place: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A named line: its points as the attribute of a polyline, its style, and the last point for a dot."""

    name: str
    style: str
    points: str
    end: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bar of the reliability diagram from the ground up, the height of its mean confidence, and what it says."""

    x: float
    y: float
    width: float
    height: float
    said: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Axes with lines or bars in them. ``text`` says in words what is to be seen."""

    title: str
    text: str
    x_name: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    lines: tuple[Line, ...] = ()
    bars: tuple[Bar, ...] = ()


def learning(history: History) -> tuple[Chart, ...]:
    """Accuracy and loss over the epochs."""
    drawn = {"Accuracy": ("accuracy", "val_accuracy", ".1%"), "Loss": ("loss", "val_loss", ".3f")}
    return tuple(_curves(title, history, keys[:2], keys[2]) for title, keys in drawn.items())


def reliability(bins: Sequence[Bin]) -> Chart:
    """A bar for each bin that has images: how often they are right, against how often they should be."""
    x, y = _Axis(0, 1, LEFT, RIGHT), _Axis(0, 1, BOTTOM, TOP)
    bars = tuple(
        Bar(
            x=x.at(each.low) + 1,
            y=y.at(each.accuracy),
            width=round(x.at(each.high) - x.at(each.low) - 2, 1),
            height=round(BOTTOM - y.at(each.accuracy), 1),
            said=y.at(each.confidence),
            text=f"{each.images:,} images said with {each.confidence:.1%}: {each.accuracy:.1%} are right",
        )
        for each in bins
        if each.accuracy is not None and each.confidence is not None
    )
    ideal = _line("as said", "ideal", [(x.at(0), y.at(0)), (x.at(1), y.at(1))])
    shares = (0.0, 0.25, 0.5, 0.75, 1.0)
    return Chart(
        title="Right answers by confidence",
        text=f"Share of right answers by confidence, {len(bars)} bins with images; the table below has the figures.",
        x_name="confidence",
        x_ticks=tuple(Tick(place=x.at(each), text=f"{each:.0%}") for each in shares),
        y_ticks=tuple(Tick(place=y.at(each), text=f"{each:.0%}") for each in shares),
        lines=(ideal,),
        bars=bars,
    )


def _curves(title: str, history: History, keys: Sequence[str], form: str) -> Chart:
    series = {
        name: [(row["epoch"], row[key]) for row in history]
        for name, key in zip(("training", "measured"), keys, strict=True)
    }
    values = [value for points in series.values() for _, value in points]
    x, x_ticks = _axis([row["epoch"] for row in history], LEFT, RIGHT, whole=True)
    y, y_ticks = _axis(values, BOTTOM, TOP, whole=False)
    return Chart(
        title=title,
        text=f"{title} after {len(history)} epochs: {_last(series, form)}.",
        x_name="epoch",
        x_ticks=tuple(Tick(place=x.at(each), text=f"{each:.0f}") for each in x_ticks),
        y_ticks=tuple(Tick(place=y.at(each), text=f"{each:.3g}") for each in y_ticks),
        lines=tuple(_line(name, name, [(x.at(a), y.at(b)) for a, b in points]) for name, points in series.items()),
    )


def _last(series: Mapping[str, Sequence[tuple[float, float]]], form: str) -> str:
    return ", ".join(f"{name} {points[-1][1]:{form}}" for name, points in series.items())


@dataclass(frozen=True)
class _Axis:
    """Values from ``low`` to ``high`` at the places from ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        return round(self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start), 1)


def _axis(values: Sequence[float], start: float, end: float, *, whole: bool) -> tuple[_Axis, list[float]]:
    """An axis that holds all values, with a few round numbers on it."""
    ticks = MaxNLocator(nbins=5, integer=whole).tick_values(min(values), max(values)).tolist()
    if whole:
        # Epochs need no room beside the first and the last, but one alone needs some.
        low, high = (min(values), max(values)) if min(values) < max(values) else (min(values) - 1, max(values) + 1)
        return _Axis(low, high, start, end), [tick for tick in ticks if low <= tick <= high]
    return _Axis(ticks[0], ticks[-1], start, end), ticks


def _line(name: str, style: str, points: Sequence[tuple[float, float]]) -> Line:
    return Line(name=name, style=style, points=" ".join(f"{x:g},{y:g}" for x, y in points), end=points[-1])
