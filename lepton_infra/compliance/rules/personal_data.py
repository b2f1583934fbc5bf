"""RES: no personal data in names, tags and labels, which every reader of the cloud account sees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lepton_infra.compliance.graph.graph import UNKNOWN
from lepton_infra.compliance.rules.rule import Finding, Severity, Subject, rule

EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
"""An address of electronic mail."""
PHONE = re.compile(r"(?<![\w.])\+[1-9][0-9]?(?:[ ().-]{0,2}[0-9]){7,13}(?![0-9])")
"""A telephone number as ITU E.164 writes it, with a plus: a bare run of digits is mostly an account."""
OF_MACHINES = ("gserviceaccount.com",)
"""Domains whose addresses name programs, never persons."""

TAGS = frozenset({"tags", "labels", "annotations"})
"""Properties of which every value is shown wherever the resource is."""


@rule(
    "RES-14",
    "Names and tags tell of no person",
    Severity.MANDATORY,
    law=("gdpr 5(1)(c)", "iso27001 A.5.34"),
    references=("CCC.K8S.CN15.AR01",),
    reads=("alert_routes", "resources"),
)
def _nobody_in_names(subject: Subject) -> Iterator[Finding]:
    ours = _addresses(subject)
    told_anyway = {route.resource.urn for route in subject.facts.alert_routes}
    for resource in subject.graph:
        if resource.urn in told_anyway:
            continue
        for path, text in (("", resource.name), *_shown(resource.inputs)):
            for found in _persons(text):
                if found not in ours:
                    yield Finding(
                        resource=resource,
                        path=path,
                        message="looks like an address or number of a person, and names and tags are read by many",
                        given=found,
                        allowed="the name of a team or a role",
                        remedy="Name a team or a role",
                    )


def _addresses(subject: Subject) -> frozenset[str]:
    """Addresses of the incident contacts: they are named so that they can be reached."""
    receivers = [route.receivers.value for route in subject.facts.alert_routes]
    known = [one for each in receivers if each is not UNKNOWN for one in each]
    return frozenset({*subject.obligations.contacts.values(), *known})


def _shown(properties: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    """Names and tags among properties, by path; a name is what is called so, or ends so."""
    for key, value in properties.items():
        path = f"{within}{key}"
        if key in TAGS and isinstance(value, Mapping):
            yield from ((f"{path}.{tag}", text) for tag, text in value.items() if isinstance(text, str))
        elif key == "metadata" and isinstance(value, Mapping):
            yield from _shown(value, f"{path}.")
        elif (key == "name" or key.endswith("Name")) and isinstance(value, str):
            yield path, value


def _persons(text: str) -> Iterator[str]:
    for pattern in (EMAIL, PHONE):
        for match in pattern.finditer(text):
            if not match.group().endswith(OF_MACHINES):
                yield match.group()
