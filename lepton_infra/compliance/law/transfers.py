"""Validation of recorded transfers on a day: a basis that each law which keeps the data in accepts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.law.applicable import Applied, Narrowing
from lepton_infra.compliance.law.geography import Geography
from lepton_infra.compliance.law.narrowing import SECTION, narrowings
from lepton_infra.compliance.law.obligations import Basis
from lepton_infra.compliance.law.section import ComplianceConfig, TransferSettings
from lepton_infra.errors import Problem

Path = tuple[str | int, ...]

BY_DECISION = frozenset({Basis.ADEQUACY, Basis.DPF})
"""Bases that rest on a decision of the Commission, which may end or fall."""


def problems(
    section: ComplianceConfig, here: Applied, geography: Geography, clouds: Sequence[str], today: date
) -> Iterator[Problem]:
    """Problems of each transfer, the destination first: of an unknown one nothing else is known."""
    for index, transfer in enumerate(section.transfers):
        path = (SECTION, "transfers", index)
        countries = geography.of(transfer.cloud, transfer.to)
        if transfer.cloud not in clouds:
            message = "unknown cloud"
            yield Problem(path=(*path, "cloud"), given=transfer.cloud, message=message, allowed=", ".join(clouds))
        elif countries is None:
            message = (
                f"is no location of {transfer.cloud} whose country is known here, so no basis can be shown to hold"
            )
            yield Problem(
                path=(*path, "to"), given=transfer.to, message=message, allowed="a code of its locations.yaml"
            )
        else:
            yield from _denied(path, transfer, countries, here)
            yield from _accepted(path, transfer, countries, section, here)
            yield from _decided(path, transfer, countries, here, today)
            yield from _lasting(path, transfer, today)


def _denied(path: Path, transfer: TransferSettings, countries: frozenset[str], here: Applied) -> Iterator[Problem]:
    denied = here.denied()
    for country in sorted(countries & denied.keys()):
        message = f"is in {country}, which {denied[country]} denies; no basis allows it"
        yield Problem(path=(*path, "to"), given=transfer.to, message=message)


def _accepted(
    path: Path, transfer: TransferSettings, countries: frozenset[str], section: ComplianceConfig, here: Applied
) -> Iterator[Problem]:
    """Problems of a basis, or its fallback, that a law which keeps the data elsewhere does not accept."""
    for key, basis in (("basis", transfer.basis), ("fallback", transfer.fallback)):
        refused: dict[str, tuple[Narrowing, list[DataClass]]] = {}
        for data_class in transfer.classes:
            for narrowing in narrowings(section, here, data_class):
                if basis is not None and not countries <= narrowing.countries and basis not in narrowing.bases:
                    refused.setdefault(narrowing.cite, (narrowing, []))[1].append(data_class)
        for cite, (narrowing, classes) in refused.items():
            message = f"does not let {', '.join(classes)} out of where {cite} keeps them"
            allowed = ", ".join(sorted(narrowing.bases)) or "none: they stay"
            yield Problem(path=(*path, key), given=basis, message=message, allowed=allowed)


def _decided(
    path: Path, transfer: TransferSettings, countries: frozenset[str], here: Applied, today: date
) -> Iterator[Problem]:
    """Problems of an adequacy decision: not of the destination, ended, or one that may fall without a fallback."""
    for country in sorted(countries) if transfer.basis in BY_DECISION else ():
        decision = here.law.adequacy.get(country)
        if decision is None or decision.basis is not transfer.basis:
            covered = [code for code, each in here.law.adequacy.items() if each.basis is transfer.basis]
            message = f"does not cover {country}: there is no such decision; take safeguards, such as scc"
            yield Problem(
                path=(*path, "basis"), given=transfer.basis, message=message, allowed=", ".join(sorted(covered))
            )
        elif decision.until is not None and decision.until < today:
            message = f"does not cover {country} any more: its decision ended on {decision.until}; take safeguards"
            yield Problem(path=(*path, "basis"), given=transfer.basis, message=message)
    if transfer.basis is Basis.DPF and transfer.fallback in {None, *BY_DECISION}:
        message = "has to be something that stays should the Data Privacy Framework fall"
        yield Problem(
            path=(*path, "fallback"), given=transfer.fallback, message=message, allowed="scc, bcr, ciphertext"
        )


def _lasting(path: Path, transfer: TransferSettings, today: date) -> Iterator[Problem]:
    if transfer.expires is not None and date.fromisoformat(transfer.expires) < today:
        message = f"is over: {transfer.basis} has run out; renew {transfer.document}, or end the transfer"
        yield Problem(path=(*path, "expires"), given=transfer.expires, message=message, allowed=f"{today} or later")
