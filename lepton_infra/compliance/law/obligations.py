"""Obligations of one stack: the merged law of its place and its own file. The rules read nothing else of the law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lepton_infra.compliance.facts import Encryption
from lepton_infra.compliance.facts.data_class import DataClass


@dataclass(frozen=True, kw_only=True)
class Perimeter:
    """Perimeter of a class of data. ``countries`` are ISO 3166-1 codes, None for anywhere that is not denied;
    ``because`` the articles that narrow it."""

    countries: frozenset[str] | None
    because: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Retention of a class of data in days: at least and at most, None for no bound, and the articles behind each."""

    least: int | None
    most: int | None
    least_because: tuple[str, ...] = ()
    most_because: tuple[str, ...] = ()


class Basis(StrEnum):
    """Legal basis of a transfer out of the perimeter."""

    ADEQUACY = "adequacy"
    """A decision that the destination protects well enough (GDPR 45)."""
    DPF = "dpf"
    """The EU-US Data Privacy Framework; only with a fallback, for it may fall."""
    SCC = "scc"
    """Standard contractual clauses with a transfer impact assessment (GDPR 46(2)(c))."""
    BCR = "bcr"
    """Binding corporate rules (GDPR 46(2)(b))."""
    CIPHERTEXT = "ciphertext"
    """Only ciphertext leaves, under a key that stays (EDPB Recommendations 01/2020, use case 1)."""
    PERMITTED = "permitted"
    """The law of the place does not restrict the transfer."""


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """A recorded transfer: ``classes`` of data to the place ``to``, a cloud's region code, on ``cloud``.

    ``purpose`` is for the record of processing. ``document`` is where the basis is written down, ``fallback`` what
    applies should it fall, ``expires`` the last day on which it holds.
    """

    cloud: str
    to: str
    classes: frozenset[DataClass]
    basis: Basis
    purpose: str
    document: str
    fallback: Basis | None = None
    expires: date | None = None


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """A waiver of a control, with its reason. ``resource`` is a logical name; ``*`` in it matches any text.

    ``derived`` tells one that follows from the config itself from one that a person wrote.
    """

    control: str
    resource: str
    reason: str
    expires: date | None
    derived: bool = False


def entailed(control: str, resource: str, reason: str) -> Waiver:
    """A derived waiver, by the config or by what a cloud can do: it holds as long as those, without an end."""
    return Waiver(control=control, resource=resource, reason=reason, expires=None, derived=True)


@dataclass(frozen=True, kw_only=True)
class Obligations:
    """Legal obligations of a stack.

    ``frameworks`` are ids of the law data. ``perimeters`` and ``retention`` have an entry for every data class.
    ``home`` is the cloud's region code of the stack and ``home_country`` its country, None on an unknown stack.
    ``clocks`` are deadlines for the notification of an incident in hours, by framework; ``contacts`` the addresses to
    notify, by role. ``operator_countries`` are where operators work. ``locked_stores`` are logical names of stores
    that may be locked for ever. ``break_glass_minutes`` bounds an emergency session. ``time_servers`` are those of a
    private site's machines.
    """

    frameworks: tuple[str, ...]
    perimeters: Mapping[DataClass, Perimeter]
    retention: Mapping[DataClass, Interval]
    rotation_days: int
    key_custody: Encryption
    minimum_tls: str
    denied_countries: frozenset[str]
    home: str | None
    home_country: str | None
    clocks: Mapping[str, int] = field(default_factory=dict)
    contacts: Mapping[str, str] = field(default_factory=dict)
    operator_countries: frozenset[str] = frozenset()
    transfers: tuple[Transfer, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    locked_stores: frozenset[str] = frozenset()
    break_glass_minutes: int = 60
    time_servers: tuple[str, ...] = ()
    teardown: bool = False
    today: date
    """The day on which bases and waivers must hold; a caller's, for rules know no clock."""
    contact_roles: Mapping[str, str] = field(default_factory=dict)
    """The roles that ``contacts`` must name, each with the article that asks for it."""

    def keeps(self, data_class: DataClass) -> Perimeter:
        """Perimeter of a class of data."""
        return self.perimeters[data_class]
