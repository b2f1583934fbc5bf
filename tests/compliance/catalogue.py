"""docs/controls.md: the catalogue of rules, written from the rules themselves so that it cannot rot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lepton_infra.audit.evidence.page import FAMILIES
from lepton_infra.compliance.rules import ELSEWHERE, RULES

PAGE = Path(__file__).parents[2] / "docs" / "controls.md"

_HEAD = """# Controls

What the rules demand of a stack, from the rules themselves (renew with `make goldens`). *block* and *mandatory* refuse
a stack, *advisory* is told. The law is cited as framework and article; an engineering mapping, not legal advice."""


def rendered() -> str:
    """The page."""
    return "\n".join([_HEAD, *_families(), *_elsewhere()]) + "\n"


def _families() -> Iterator[str]:
    for family, title in FAMILIES.items():
        yield from (
            "",
            f"## {title}",
            "",
            "| control | what must be | severity | law | see also |",
            "|---|---|---|---|---|",
        )
        for rule in RULES:
            if rule.id.partition("-")[0] == family:
                law, references = ", ".join(rule.law), ", ".join(rule.references)
                yield f"| {rule.id} | {rule.title} | {rule.severity} | {law} | {references} |"


def _elsewhere() -> Iterator[str]:
    yield from ("", "## Shown elsewhere", "", "| control | where |", "|---|---|")
    yield from (f"| {id} | {where} |" for id, where in ELSEWHERE.items())


def write() -> None:
    """Write the page."""
    PAGE.write_text(rendered(), encoding="utf-8")


if __name__ == "__main__":
    write()
