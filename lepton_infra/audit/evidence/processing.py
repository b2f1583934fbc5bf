"""The record of processing activities that GDPR article 30 asks for, as far as infrastructure can tell it.

Controller, purposes and persons concerned are the organisation's to add: only what the config and the graph know is
stated.
"""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.audit.evidence.flows import LOCATIONS, flows, kept
from lepton_infra.audit.evidence.record import Evidence

MEASURES = ("ENC", "ACC", "NET", "RET", "AUD", "INC", "BCP", "POD", "SUP")
"""Families of controls that are technical measures in the sense of article 32(1)."""


def document(evidence: Evidence) -> str:
    """The record as Markdown."""
    return "\n".join(_lines(evidence)) + "\n"


def _lines(evidence: Evidence) -> Iterator[str]:
    source, asked = evidence.source, evidence.subject.obligations
    yield f"# Record of processing: {source.stack}"
    yield ""
    yield (
        f"Written {source.written_at:%Y-%m-%d %H:%M %Z} from resources {source.resources[:12]}. GDPR article"
        " 30(1), the points that infrastructure knows; an engineering mapping, not legal advice."
    )
    yield ""
    yield "## Contacts (a)"
    yield ""
    yield from _table(["role", "contact"], ([role, address] for role, address in sorted(asked.contacts.items())))
    yield "## Data kept (c)"
    yield ""
    rows = ([str(each.data_class), each.kind, str(each.count), each.encryption] for each in kept(evidence.subject))
    yield from _table(["class", "kept in", "stores", "key"], rows)
    yield "## Transfers (e)"
    yield ""
    yield from _table(
        ["to", "country", "as", "classes", "within the perimeter", "basis", "document"], _transfers(evidence)
    )
    yield "## Time limits for erasure (f)"
    yield ""
    limits = (
        [str(data), _days(bound.least), _days(bound.most), "; ".join([*bound.least_because, *bound.most_because])]
        for data, bound in sorted(asked.retention.items())
    )
    yield from _table(["class", "at least", "at most", "because"], limits)
    yield "## Security measures (g)"
    yield ""
    measures = (
        [control.rule.id, control.rule.title, control.word]
        for control in evidence.controls
        if control.rule.id.partition("-")[0] in MEASURES
    )
    yield from _table(["control", "measure", "result"], measures)
    failed = evidence.counts()["failed"]
    yield f"{failed} of {len(evidence.controls)} controls failed." if failed else "No control failed."


def _transfers(evidence: Evidence) -> Iterator[list[str]]:
    for flow in flows(evidence.subject):
        recorded = flow.transfer
        yield [
            LOCATIONS.get(flow.location, flow.location),
            ", ".join(flow.countries),
            str(flow.role),
            ", ".join(flow.classes),
            "yes" if flow.inside else "no",
            str(recorded.basis) if recorded else "",
            recorded.document if recorded else "",
        ]


def _days(days: int | None) -> str:
    return "" if days is None else f"{days} days"


def _table(heads: list[str], rows: Iterator[list[str]]) -> Iterator[str]:
    found = list(rows)
    if not found:
        yield "None."
    else:
        yield f"| {' | '.join(heads)} |"
        yield f"|{'---|' * len(heads)}"
        yield from (f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in found)
    yield ""
