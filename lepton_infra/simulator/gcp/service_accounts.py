"""Service accounts of IAM and the grants on them."""

from __future__ import annotations

import re
from typing import Any, Final

from lepton_infra.simulator.behaviour import Call, Stored
from lepton_infra.simulator.core.resource_type import paths
from lepton_infra.simulator.gcp.iam import binding, member
from lepton_infra.simulator.gcp.identifiers import Identifiers, Words, digits, last
from lepton_infra.simulator.gcp.places import place_of
from lepton_infra.simulator.gcp.resource_type import GcpType, LiveResource, OfSchema, Reference, Request, Unique
from lepton_infra.simulator.gcp.syntax import matches

_EMAIL: Final = re.compile(r"(?:serviceAccount:)?(?P<email>[^@\s/:]+@(?P<project>[^@\s/]+)\.iam\.gserviceaccount\.com)")


def _email(account: str, project: str) -> str:
    """The e-mail of a service account. A domain-scoped project (``example.com:app``) is turned around."""
    domain, _, name = project.rpartition(":")
    return f"{account}@{f'{name}.{domain}' if domain else name}.iam.gserviceaccount.com"


def account_of(call: Call, given: str) -> str | None:
    """The e-mail in a name of a service account, if it is one of the project's own.

    Accounts of other projects and Google's default ones are nobody's to make here.
    """
    found = _EMAIL.fullmatch(given)
    return found["email"] if found is not None and found["project"] == place_of(call.scope).project else None


def account(call: Call, given: str) -> Stored | None:
    """The live service account of an id, an e-mail or a member (``serviceAccount:…``)."""
    accounts = call.scope.everywhere(SERVICE_ACCOUNT.token)
    return next((found for found in accounts if given in (found.id, found.state["email"], found.state["member"])), None)


ACCOUNT_NAME: Final = Reference(
    message="Unknown service account: {given}",
    find=account,
    ours=lambda call, given: account_of(call, last(given)) is not None,
)


def _words(call: Call, common: Words) -> Words:
    return {"email": _email(common["accountId"], common["project"])}


def _service_account(live: LiveResource) -> dict[str, Any]:
    address = SERVICE_ACCOUNT.identifiers.known(live.call)["email"]
    return {
        "email": address,
        "member": f"serviceAccount:{address}",
        "name": live.id,
        "uniqueId": digits(21, live.seed("unique")),
    }


SERVICE_ACCOUNT: Final = GcpType(
    token="gcp:serviceaccount/account:Account",
    identifiers=Identifiers(id="projects/{project}/serviceAccounts/{email}", name="accountId", words=_words),
    referred_to=ACCOUNT_NAME,
    api=Request(
        schema="iam.v1#ServiceAccount", names={"accountId": OfSchema("iam.v1#CreateServiceAccountRequest.accountId")}
    ),
    formats={"accountId": matches(r"[a-z](?:[-a-z0-9]{4,28}[a-z0-9])", "6 to 30 small letters, digits and hyphens")},
    unique=Unique(code="ALREADY_EXISTS", message="Service account {id} already exists within project."),
    defaults={"disabled": False},
    outputs=_service_account,
    immutable=paths("accountId"),
)

SERVICE_ACCOUNT_MEMBER: Final = member(
    "gcp:serviceaccount/iAMMember:IAMMember", on="serviceAccountId", reference=ACCOUNT_NAME
)
SERVICE_ACCOUNT_BINDING: Final = binding(
    "gcp:serviceaccount/iAMBinding:IAMBinding", on="serviceAccountId", reference=ACCOUNT_NAME
)

TYPES: Final = (SERVICE_ACCOUNT, SERVICE_ACCOUNT_MEMBER, SERVICE_ACCOUNT_BINDING)
