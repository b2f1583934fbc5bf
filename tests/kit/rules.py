"""Two rules and obligations that depend on no law, for the places where rules run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from lepton_infra.compliance.facts import Encryption
from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.law.obligations import Interval, Obligations, Perimeter, Waiver
from lepton_infra.compliance.rules.rule import RESOURCES, Finding, Severity, Subject, expect, rule

TODAY = date(2026, 11, 25)


@rule(
    "TST-01",
    "Buckets are named after the shop",
    Severity.BLOCK,
    law=("gdpr 5(1)(c)",),
    references=("CKV_TEST_1",),
    reads=(RESOURCES,),
)
def named(subject: Subject) -> Iterator[Finding]:
    for bucket in subject.graph.of("*:Bucket"):
        yield from expect(
            bucket.seen("bucket", ""),
            lambda name: name.startswith("shop-"),
            "is not the shop's",
            allowed="shop-…",
            remedy="Name it after the shop",
        )


@rule("TST-02", "Buckets have tags", Severity.ADVISORY, law=("gdpr 30",), references=(), reads=(RESOURCES,))
def tagged(subject: Subject) -> Iterator[Finding]:
    for bucket in subject.graph.of("*:Bucket"):
        yield from expect(bucket.seen("tags", {}), bool, "has no tags")


RULES = (named, tagged)


def obligations(*waivers: Waiver) -> Obligations:
    return Obligations(
        frameworks=("gdpr",),
        perimeters={each: Perimeter(countries=None, because=()) for each in DataClass},
        retention={each: Interval(least=None, most=None) for each in DataClass},
        rotation_days=90,
        key_custody=Encryption.CUSTOMER,
        minimum_tls="1.2",
        denied_countries=frozenset(),
        home=None,
        home_country=None,
        waivers=waivers,
        today=TODAY,
    )


def waiver(control: str, resource: str = "*", expires: date | None = None) -> Waiver:
    return Waiver(control=control, resource=resource, reason="it goes next month", expires=expires)


def bucket(name: str = "shop-data", *, tags: Any = None, logical: str = "data") -> dict[str, Any]:
    """A record of the engine's."""
    inputs = {"bucket": name, "tags": {"owner": "shop"} if tags is None else tags}
    return {
        "urn": f"urn:pulumi:eu-west::shop::test:index:Bucket::{logical}",
        "type": "test:index:Bucket",
        "custom": True,
        "inputs": inputs,
    }


def export(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"version": 3, "deployment": {"resources": list(resources)}}
