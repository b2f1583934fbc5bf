"""SEC: the stack's state backend, secrets provider, and Secrets in the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.rules.predicates import IN_CLUSTERS, must_not
from lepton_infra.compliance.rules.rule import Finding, Severity, Subject, rule, told

_KEY_SERVICE = re.compile(r"[a-z]*(kms|vault)://")
"""Schemes of key services' addresses (https://www.pulumi.com/docs/iac/concepts/secrets/#available-encryption-providers)."""

_LOCATION = re.compile(r"[?&]region=([a-z0-9-]+)|/locations/([a-z0-9-]+)(?:/|$)|arn:[a-z-]+:kms:([a-z0-9-]+):")
"""Location in an address: as a parameter, in a path, or in a key's ARN."""

_LOCAL = re.compile(r"file://")
"""State on the machine that runs the program, so wherever its operators are: ACC-10 is about them."""


@rule(
    "SEC-02",
    "The secrets in the stack's state are encrypted by a key service within the perimeter",
    Severity.MANDATORY,
    law=("gdpr 44", "gdpr 32(1)(a)", "iso27001 A.8.24"),
    references=("CCC.Core.CN11.AR03",),
    reads=(),
)
def _secrets_of_ours(subject: Subject) -> Iterator[Finding]:
    address = subject.graph.secrets_provider
    if address is None:
        return
    if not _KEY_SERVICE.match(address):
        yield Finding(
            resource=None,
            path="secretsprovider",
            message="is not a service that holds keys",
            given=address.partition("://")[0] or "none",
            allowed="a key of a key service within the perimeter",
            remedy="Change it with `pulumi stack change-secrets-provider`",
        )
    else:
        yield from _inside(subject, "secretsprovider", address)


@rule(
    "SEC-03",
    "The stack's state is within the perimeter",
    Severity.BLOCK,
    law=("gdpr 44",),
    references=("CCC.Core.CN06.AR01",),
    reads=(),
)
def _state_at_home(subject: Subject) -> Iterator[Finding]:
    address = subject.graph.backend
    if address is not None and not _LOCAL.match(address):
        yield from _inside(subject, "backend", address)


def _inside(subject: Subject, path: str, address: str) -> Iterator[Finding]:
    """A finding unless an address is within the perimeter, or a recorded transfer says where it is."""
    obligations = subject.obligations
    allowed = obligations.keeps(DataClass.PERSONAL).countries
    if (allowed is None and not obligations.denied_countries) or _recorded(subject, address):
        return
    location = next((found for match in _LOCATION.finditer(address) for found in match.groups() if found), None)
    countries = _countries(subject, location) if location else frozenset()
    if not countries:
        yield Finding(
            resource=None,
            path=path,
            message="does not tell where it is",
            given=address,
            allowed=_asked(allowed, obligations.denied_countries),
            remedy="Name its location in the address, or record a transfer to the address and the document that tells",
            unknown=True,
        )
    elif (allowed is not None and not countries <= allowed) or countries & obligations.denied_countries:
        yield Finding(
            resource=None,
            path=path,
            message=f"is in {told(countries)}",
            given=address,
            allowed=_asked(allowed, obligations.denied_countries),
            remedy="Keep it within the perimeter",
        )


def _asked(allowed: frozenset[str] | None, denied: frozenset[str]) -> str:
    return f"anywhere but {told(denied)}" if allowed is None else told(allowed)


def _recorded(subject: Subject, address: str) -> bool:
    """True if a recorded transfer in force names this address or its host."""
    names = {address, urlsplit(address).hostname}
    return any(
        transfer.to in names
        and DataClass.PERSONAL in transfer.classes
        and transfer.document.strip() != ""
        and (transfer.expires is None or subject.obligations.today <= transfer.expires)
        for transfer in subject.obligations.transfers
    )


def _countries(subject: Subject, location: str) -> frozenset[str]:
    """The countries of a location on whichever cloud knows it; an address does not say which cloud's it is."""
    known = (subject.geography.of(cloud, location) for cloud in subject.geography.countries)
    return frozenset().union(*(each for each in known if each))


@rule(
    "SEC-04",
    "No secret is written in the program or handed over in an environment",
    Severity.MANDATORY,
    law=("gdpr 32",),
    references=("CKV_K8S_35", "CIS EKS 4.4.1", "CCC.K8S.CN07"),
    reads=("credentials", "pods"),
)
def _no_literal_secret(subject: Subject) -> Iterator[Finding]:
    for credential in subject.facts.credentials:
        if credential.resource.package in IN_CLUSTERS:
            yield Finding(
                resource=credential.resource,
                path="",
                message="holds a secret that the program wrote",
                given=credential.what,
                allowed="secrets that a store hands to the pod",
                remedy="Mount it from the cloud's store of secrets",
            )
    for pods in subject.facts.pods:
        for container in pods.containers:
            yield from must_not(
                container.secrets_in_environment,
                f"hands secrets to {container.name} in its environment, which logs and children show",
                "Mount them as files",
            )
