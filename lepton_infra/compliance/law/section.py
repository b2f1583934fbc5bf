"""The section ``compliance:`` of a stack file: requirements beyond the law of the stack's place.

It can only tighten. ``narrowing`` validates it against the law, ``merging`` makes one of the two.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lepton_infra.compliance.facts import Encryption
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.law.law import FAIL_DAYS, WARN_DAYS, Country
from lepton_infra.compliance.law.obligations import Basis
from lepton_infra.fields import Strict, text

PlaceName = Annotated[
    str, text(r"^[A-Z]{2,3}$", "a country's ISO 3166-1 code, such as DE, or a jurisdiction's name, such as EEA")
]
Places = tuple[PlaceName, ...]
Days = Annotated[int, Field(strict=True, ge=1, le=36500)]
Day = Annotated[str, text(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "a day as year-month-day, such as 2027-06-30")]
Email = Annotated[str, text(r"^[^@\s]+@[a-z0-9.-]+\.[a-z]+$", "an e-mail address, such as dpo@example.com")]
Words = Annotated[str, text(r"\S", "words")]
Server = Annotated[str, text(r"^[A-Za-z0-9][A-Za-z0-9.:-]*$", "a host's name or address")]
ControlId = Annotated[str, text(r"^[A-Z]{2,4}-[0-9]{2}[a-z]?$", "a control's id, such as RES-03")]


class PerimeterSettings(Strict):
    """Perimeter of each class of data: countries and names of jurisdictions; left out: as the law says.

    A perimeter can only be narrower than the law's.
    """

    personal: Places = ()
    prompt: Places = ()
    model_artifact: Places = ()
    audit_log: Places = ()
    ai_event: Places = ()
    metrics: Places = ()
    backup: Places = ()

    def of(self, data_class: DataClass) -> Places:
        """The places of a class; none where the stack says nothing."""
        places: Places = getattr(self, data_class.value)
        return places


class IntervalSettings(Strict):
    """Retention of a class of data in days."""

    min_days: Days | None = None
    """Fewest days; left out: as the law says."""
    max_days: Days | None = None
    """Most days, replaced and deleted content included; left out: as the law says."""


class RetentionSettings(Strict):
    """Retention of each class of data. An interval can only be narrower than the law's."""

    personal: IntervalSettings = IntervalSettings()
    prompt: IntervalSettings = IntervalSettings()
    model_artifact: IntervalSettings = IntervalSettings()
    audit_log: IntervalSettings = IntervalSettings()
    ai_event: IntervalSettings = IntervalSettings()
    metrics: IntervalSettings = IntervalSettings()
    backup: IntervalSettings = IntervalSettings()

    def of(self, data_class: DataClass) -> IntervalSettings:
        """The interval of a class."""
        interval: IntervalSettings = getattr(self, data_class.value)
        return interval


class TransferSettings(Strict):
    """A transfer of data out of their perimeter, for the record of processing."""

    cloud: Annotated[str, text(r"^[a-z]+$", "a cloud's name, such as aws")]
    """Cloud of the destination."""
    to: Annotated[str, text(r"^[A-Za-z0-9-]+$", "a location by the cloud's own code, such as us-east-1")]
    """Location that the data go to."""
    classes: Annotated[tuple[DataClass, ...], Field(min_length=1)]
    """Classes of data that go there."""
    basis: Basis
    """Legal basis of the transfer."""
    purpose: Words
    """Purpose of the transfer."""
    document: Words
    """Document of the basis: the contract's number, the assessment's."""
    fallback: Basis | None = None
    """Basis that takes its place should it fall; demanded of dpf."""
    expires: Day | None = None
    """Last day on which the basis holds."""


class ContactSettings(Strict):
    """Contacts to notify of an incident, by role."""

    dpo: Email | None = None
    """The data protection officer."""
    cert_in_poc: Email | None = None
    """The point of contact for CERT-In."""
    security: Email | None = None
    """The security team on call."""

    def named(self) -> dict[str, str]:
        """Addresses by role, of the roles that have one."""
        return {role: address for role, address in self if address is not None}


class StalenessSettings(Strict):
    """Age limits for the dated facts of law and geography."""

    warn_days: Annotated[int, Field(strict=True, ge=1, le=365)] = WARN_DAYS
    """Age in days from which `lepton check` warns of a fact that applies."""
    fail_days: Annotated[int, Field(strict=True, ge=1, le=365)] = FAIL_DAYS
    """Age in days from which a fact that applies refuses the stack."""


class WaiverSettings(Strict):
    """A waiver of a control, with its reason and its end."""

    control: ControlId
    resource: Annotated[str, text(r"^(\*|[A-Za-z0-9][A-Za-z0-9_.-]*)$", "a resource's logical name, or * for all")]
    """Logical name of the resource that does not keep it; `*` for all."""
    reason: Words
    expires: Day
    """Last day on which the waiver holds."""


class ComplianceConfig(Strict):
    """Requirements of the stack beyond the law of its place. They can only tighten."""

    extra_frameworks: tuple[str, ...] = ()
    """Frameworks that apply besides those of the residency, which always do."""
    perimeter: PerimeterSettings = PerimeterSettings()
    retention: RetentionSettings = RetentionSettings()
    key_custody: Encryption | None = None
    """Minimum key custody; left out: as the law says."""
    transfers: tuple[TransferSettings, ...] = ()
    """Transfers of data out of their perimeter, each with what allows it."""
    operator_countries: tuple[Country, ...] = ()
    """Countries in which operators work: access from there is a transfer to there."""
    break_glass_minutes: Annotated[int, Field(strict=True, ge=5, le=60)] = 60
    """Longest session of the emergency role."""
    contacts: ContactSettings = ContactSettings()
    locked_stores: tuple[Words, ...] = ()
    """Logical names of stores that may be locked irreversibly: no one can shorten their retention."""
    time_servers: tuple[Server, ...] = ()
    """Time servers of a private site's machines."""
    staleness: StalenessSettings = StalenessSettings()
    waivers: tuple[WaiverSettings, ...] = ()
    """Controls that are not kept, each with a reason and an end."""
