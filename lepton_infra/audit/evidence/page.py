"""Evidence as one HTML page, for people: without scripts, fonts or anything else from outside; it prints well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from lepton_infra.audit.evidence.flows import LOCATIONS, Flow, Kept, flows, kept
from lepton_infra.audit.evidence.record import Control, Evidence

FAMILIES = {
    "RES": "Residency and transfer",
    "ENC": "Encryption",
    "ACC": "Access",
    "NET": "Network",
    "RET": "Retention",
    "AUD": "Audit",
    "INC": "Incidents",
    "BCP": "Continuity",
    "POD": "Workload",
    "SUP": "Supply chain",
    "AI": "Models",
    "SEC": "State and secrets",
}
"""Titles of the control families by prefix, in the catalogue's order."""


def document(evidence: Evidence) -> str:
    """The record as an HTML page."""
    template = files(__package__).joinpath("page.html.j2").read_text(encoding="utf-8")
    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return page.from_string(template).render(
        source=evidence.source,
        asked=evidence.subject.obligations,
        counts=list(evidence.counts().items())[::-1],
        families=list(_families(evidence)),
        contradicting=evidence.contradicting,
        drawing=drawing(kept(evidence.subject), flows(evidence.subject)),
        home=evidence.subject.obligations.home or "home",
    )


def _families(evidence: Evidence) -> Iterator[tuple[str, list[Control]]]:
    for family, title in FAMILIES.items():
        controls = [each for each in evidence.controls if each.rule.id.partition("-")[0] == family]
        if controls:
            yield title, controls


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle of the map with its lines of text, from its upper left corner, in pixels."""

    x: int
    y: int
    width: int
    height: int
    title: str
    lines: tuple[str, ...]
    style: str


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """A line of the map from home to a place, and its height."""

    y: int
    x: int
    end: int
    text: str
    style: str


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """The map of data flows: stores at home on the left, every other place of data on the right."""

    width: int
    height: int
    home_height: int
    stores: tuple[Box, ...]
    places: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


_STORE, _PLACE, _GAP, _TOP, _ARROWS = 300, 280, 12, 44, 220


def drawing(stores: list[Kept], ways: list[Flow]) -> Drawing:
    """Lay the map out: one box for each class of data, one for each place and role, top to bottom."""
    left = _stacked(_classes(stores), x=_GAP, width=_STORE)
    inner = _STORE + 2 * _GAP
    right = _stacked(map(_place, ways), x=inner + _ARROWS, width=_PLACE)
    bottom = max((box.y + box.height for box in (*left, *right)), default=_TOP) + _GAP
    arrows = (
        Arrow(y=box.y + box.height // 2, x=inner, end=box.x, text=_classes_of(way), style=box.style)
        for box, way in zip(right, ways, strict=True)
    )
    return Drawing(
        width=inner + (_ARROWS + _PLACE + _GAP if ways else 0),
        height=bottom,
        home_height=bottom - 1,
        stores=left,
        places=right,
        arrows=tuple(arrows),
    )


def _stacked(boxes: Iterator[tuple[str, tuple[str, ...], str]], *, x: int, width: int) -> tuple[Box, ...]:
    found, y = [], _TOP
    for title, lines, style in boxes:
        height = 30 + 18 * len(lines)
        found.append(Box(x=x, y=y, width=width, height=height, title=title, lines=lines, style=style))
        y += height + _GAP
    return tuple(found)


def _classes(stores: list[Kept]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    for data_class in dict.fromkeys(each.data_class for each in stores):
        own = [each for each in stores if each.data_class is data_class]
        yield str(data_class), tuple(f"{each.count} × {each.kind}, {each.encryption} key" for each in own), "store"


def _place(way: Flow) -> tuple[str, tuple[str, ...], str]:
    title = f"{LOCATIONS.get(way.location, way.location)} {'/'.join(way.countries[:3])}".strip()
    basis = f"recorded: {way.transfer.basis}, {way.transfer.document}" if way.transfer else "no transfer recorded"
    inside = "within the perimeter" if way.inside else basis
    style = "inside" if way.inside else "recorded" if way.transfer else "outside"
    return title, (f"{way.role}, of {way.resources} resource{'s' * (way.resources != 1)}", inside), style


def _classes_of(way: Flow) -> str:
    return ", ".join(way.classes)
