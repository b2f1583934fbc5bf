"""A place that does not exist, what its law asks, and the names of what stands there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from lepton_infra.compliance.facts import Encryption
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.graph.graph import Resource, Seen, Unknown
from lepton_infra.compliance.law.geography import Geography
from lepton_infra.compliance.law.obligations import Basis, Interval, Obligations, Perimeter, Transfer

T = TypeVar("T")

PROVIDER = "urn:pulumi:west::lepton::pulumi:providers:cloud::west"
DIGEST = "registry.west.example/serving@sha256:" + 64 * "0"
TODAY = date(2026, 3, 1)


def resource(
    name: str, type: str = "cloud:index:Thing", inputs: Mapping[str, Any] | None = None, provider: str | None = PROVIDER
) -> Resource:
    urn = f"urn:pulumi:west::lepton::{type}::{name}"
    return Resource(urn=urn, type=type, name=name, inputs=inputs or {}, provider=provider)


def says(value: T | Unknown, name: str = "bucket", path: str = "property") -> Seen[T]:
    return resource(name).says(value, path)


GEOGRAPHY = Geography(
    countries={
        "cloud": {
            "west-1": frozenset({"DE"}),
            "west-2": frozenset({"IE"}),
            "wests": frozenset({"DE", "IE"}),
            "isles": frozenset({"GB"}),
            "east-1": frozenset({"US"}),
            "atlantic": frozenset({"DE", "US"}),
            "north-1": frozenset({"RU"}),
        }
    }
)

UNION = Perimeter(countries=frozenset({"DE", "IE"}), because=("gdpr 44",))
OPEN = Perimeter(countries=None, because=())
UNBOUNDED = Interval(least=None, most=None)
A_MONTH = Interval(least=None, most=30, most_because=("gdpr 5(1)(e)",))
HALF_A_YEAR = Interval(least=183, most=400, least_because=("eu_ai_act 19",), most_because=("gdpr 5(1)(e)",))

OBLIGATIONS = Obligations(
    frameworks=("gdpr", "eu_ai_act"),
    perimeters={
        **dict.fromkeys(DataClass, UNION),
        DataClass.MODEL_ARTIFACT: OPEN,
        DataClass.METRICS: OPEN,
    },
    retention={
        **dict.fromkeys(DataClass, UNBOUNDED),
        DataClass.PERSONAL: A_MONTH,
        DataClass.BACKUP: A_MONTH,
        DataClass.PROMPT: replace(A_MONTH, most=0),
        DataClass.AUDIT_LOG: HALF_A_YEAR,
        DataClass.AI_EVENT: HALF_A_YEAR,
    },
    rotation_days=90,
    key_custody=Encryption.CUSTOMER,
    minimum_tls="1.2",
    denied_countries=frozenset({"RU"}),
    home="west-1",
    home_country="DE",
    clocks={"gdpr": 72},
    contacts={"protection": "protection@example.org"},
    operator_countries=frozenset({"DE"}),
    today=TODAY,
)


def transfer(to: str, basis: Basis = Basis.SCC, *classes: DataClass, **more: Any) -> Transfer:
    return Transfer(
        **{
            "cloud": "cloud",
            "to": to,
            "classes": frozenset(classes or (DataClass.PERSONAL,)),
            "basis": basis,
            "purpose": "restoring",
            "document": "contract 17",
            **more,
        }
    )
