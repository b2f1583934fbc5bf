"""A small stack with one of everything that evidence tells: passed, failed, waived, and ways to other places."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from lepton_infra.compliance.facts import Encryption, Facts, Place, Role, Store, StoreKind
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.graph.graph import Graph, Resource
from lepton_infra.compliance.law.geography import Geography
from lepton_infra.compliance.law.obligations import Basis, Interval, Obligations, Perimeter, Transfer, Waiver
from lepton_infra.compliance.rules.rule import RESOURCES, Finding, Severity, Subject, expect, missing, rule

WRITTEN_AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def resource(name: str) -> Resource:
    return Resource(
        urn=f"urn:pulumi:home::lepton::test:store:Store::{name}", type="test:store:Store", name=name, inputs={}
    )


def place(role: Role, location: str | None, data_class: DataClass, name: str) -> Place:
    return Place(role=role, cloud="test", location=resource(name).says(location, "location"), data_class=data_class)


def store(name: str, data_class: DataClass, encryption: Encryption) -> Store:
    own = resource(name)
    return Store(
        resource=own, kind=StoreKind.BUCKET, data_class=data_class, encryption=own.says(encryption, "encryption.key")
    )


LAW = ("gdpr 32(1)(a)",)
REFERENCES = ("CKV_TEST_1",)


@rule("ENC-01", "ENC-01 must hold.", Severity.MANDATORY, law=LAW, references=REFERENCES, reads=("stores",))
def keyed(subject: Subject) -> Iterator[Finding]:
    for one in subject.facts.stores:
        yield from expect(one.encryption, lambda key: key is Encryption.CUSTOMER, "is not the customer's key")


@rule("RES-01", "RES-01 must hold.", Severity.MANDATORY, law=LAW, references=REFERENCES, reads=("places",))
def at_home(subject: Subject) -> Iterator[Finding]:
    for one in subject.facts.places:
        yield from expect(one.location, lambda location: location != "far", "is <far> away")


@rule("INC-01", "INC-01 must hold.", Severity.MANDATORY, law=LAW, references=REFERENCES, reads=("alert_routes",))
def alerted(subject: Subject) -> Iterator[Finding]:
    if not subject.facts.alert_routes:
        yield missing("alert route", "Name a contact")


@rule("AUD-01", "AUD-01 must hold.", Severity.MANDATORY, law=LAW, references=REFERENCES, reads=(RESOURCES,))
def whole(subject: Subject) -> Iterator[Finding]:
    return iter([Finding(resource=None, path="", message="has none")] if not list(subject.graph) else [])


RULES = (at_home, keyed, alerted, whole)


def small_stack() -> Subject:
    stores = (
        store("models", DataClass.MODEL_ARTIFACT, Encryption.CUSTOMER),
        store("data", DataClass.PERSONAL, Encryption.PROVIDER),
    )
    places = (
        place(Role.HOME, "near", DataClass.PERSONAL, "data"),
        place(Role.COPY, "partner", DataClass.PERSONAL, "data"),
        place(Role.BACKUP, "neighbour", DataClass.PERSONAL, "data"),
        place(Role.LOG, None, DataClass.AUDIT_LOG, "log"),
    )
    transfer = Transfer(
        cloud="test",
        to="partner",
        classes=frozenset({DataClass.PERSONAL}),
        basis=Basis.ADEQUACY,
        purpose="failover",
        document="DOC-1",
        expires=date(2027, 12, 31),
    )
    obligations = Obligations(
        frameworks=("gdpr",),
        perimeters={each: Perimeter(countries=frozenset({"DE", "FR"}), because=("gdpr 44",)) for each in DataClass},
        retention={each: Interval(least=None, most=400, most_because=("gdpr 5(1)(e)",)) for each in DataClass},
        rotation_days=90,
        key_custody=Encryption.CUSTOMER,
        minimum_tls="1.2",
        denied_countries=frozenset(),
        home="near",
        home_country="DE",
        contacts={"dpo": "dpo@example.com"},
        transfers=(transfer,),
        waivers=(Waiver(control="INC-01", resource="*", reason="the site tells", expires=None, derived=True),),
        today=WRITTEN_AT.date(),
    )
    return Subject(
        facts=Facts(places=places, stores=stores),
        graph=Graph(resources=tuple(each.resource for each in stores), stack="home"),
        obligations=obligations,
        geography=Geography(
            countries={
                "test": {
                    "near": frozenset({"DE"}),
                    "neighbour": frozenset({"FR"}),
                    "partner": frozenset({"JP"}),
                }
            }
        ),
    )
