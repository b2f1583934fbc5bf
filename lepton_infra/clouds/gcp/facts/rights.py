"""Facts of IAM grants, workload identity pool providers and long-lived credentials."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lepton_infra.clouds.gcp.facts.properties import items
from lepton_infra.compliance.facts import Credential, Facts, Grant
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen, Unknown

ANYONE: Final = frozenset({"allUsers", "allAuthenticatedUsers"})

_GRANTS: Final = ("gcp:*:*IAMMember", "gcp:*:*IamMember", "gcp:*:*IAMBinding", "gcp:*:*IamBinding")
_POLICIES: Final = ("gcp:*:*IAMPolicy", "gcp:*:*IamPolicy")
_WIDE: Final = ("gcp:projects/", "gcp:folder/", "gcp:organizations/")
_BASIC: Final = frozenset({"roles/owner", "roles/editor", "roles/viewer"})
_IMPERSONATING: Final = frozenset(
    {"roles/iam.serviceAccountTokenCreator", "roles/iam.serviceAccountUser", "roles/iam.serviceAccountKeyAdmin"}
)
"""Roles that allow impersonating every service account of a project (CIS Google Cloud 1.6)."""
_TRUST: Final = "roles/iam.workloadIdentityUser"
_ONE_IDENTITY: Final = re.compile(
    r"principal://[^*]+/subject/[^*]+|serviceAccount:[^*]+\.svc\.id\.goog\[[^*/]+/[^*/]+\]"
)
_POOL_PROVIDER: Final = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"

CREDENTIALS: Final[Mapping[str, str]] = {
    "gcp:serviceaccount/key:Key": "a key of a service account",
    "gcp:storage/hmacKey:HmacKey": "an HMAC key",
    "gcp:projects/apiKey:ApiKey": "an API key",
    "gcp:secretmanager/secretVersion:SecretVersion": "a secret's content",
    "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion": "a secret's content",
}


@dataclass(frozen=True, kw_only=True)
class Right:
    """A role granted to members by ``resource``; ``path`` is the property with the members."""

    resource: Resource
    role: str
    members: frozenset[str]
    path: str


def read(graph: Graph) -> Facts:
    """Facts of all IAM grants, workload identity pool providers and credentials."""
    grants = [grant for resource in graph.of(*_GRANTS, *_POLICIES) for grant in _grants(resource)]
    grants += [_provider(resource) for resource in graph.of(_POOL_PROVIDER)]
    return Facts(grants=tuple(grants), credentials=tuple(_credentials(graph)))


def granted(graph: Graph, *scopes: Resource, project: bool = False) -> Iterator[Right]:
    """IAM grants on resources; with ``project`` those on whole projects, folders and organizations too."""
    urns = {scope.urn for scope in scopes}
    named = {name for scope in scopes for name in (scope.id, scope.inputs.get("name")) if isinstance(name, str)}
    for resource in graph.of(*_GRANTS):
        on = {
            value for key, value in resource.inputs.items() if key not in ("role", "member") and isinstance(value, str)
        }
        made_of = set().union(*resource.property_urns.values()) if resource.property_urns else set()
        if urns & made_of or named & on or (project and resource.type.startswith(_WIDE)):
            yield _right(resource)


def _right(resource: Resource) -> Right:
    path = "member" if "member" in resource.inputs else "members"
    given = [resource.get(path)] if path == "member" else items(resource.get(path))
    return Right(
        resource=resource,
        role=str(resource.get("role", "")),
        members=frozenset(who for who in given if isinstance(who, str)),
        path=path,
    )


def _grants(resource: Resource) -> Iterator[Grant]:
    if "policyData" in resource.inputs:
        yield from _policy(resource)
        return
    path = "member" if "member" in resource.inputs else "members"
    yield _grant(resource, resource.get("role"), resource.get(path), "role", path)


def _policy(resource: Resource) -> Iterator[Grant]:
    data = resource.get("policyData")
    if not isinstance(data, str):
        yield _grant(resource, UNKNOWN, UNKNOWN, "policyData", "policyData")
        return
    for binding in json.loads(data).get("bindings", ()):
        yield _grant(resource, binding.get("role"), binding.get("members"), "policyData", "policyData")


def _grant(resource: Resource, role: Any, given: Any, role_path: str, members_path: str) -> Grant:
    members = given if isinstance(given, list) else [given]
    return Grant(
        resource=resource,
        everything=resource.says(_everything(resource, role), role_path),
        anyone=resource.says(_anyone(resource, members, members_path), members_path),
        exact=_exact(resource, role, members, members_path),
    )


def _everything(resource: Resource, role: object) -> tuple[str, ...] | Unknown:
    """Basic roles, and on a whole project the roles that allow impersonating every service account."""
    if role is UNKNOWN:
        return UNKNOWN
    wide: bool = resource.type.startswith(_WIDE) and role in _IMPERSONATING
    return (str(role),) if wide or role in _BASIC else ()


def _anyone(resource: Resource, members: list[Any], path: str) -> bool | Unknown:
    """True if ``ANYONE`` is among the members; an unknown one made of another resource's output is not."""
    if any(who in ANYONE for who in members if isinstance(who, str)):
        return True
    urns = resource.property_urns.get(path, frozenset())
    made_of_ours = bool(urns) and all("gcp:" in urn for urn in urns)
    return UNKNOWN if any(who is UNKNOWN for who in members) and not made_of_ours else False


def _exact(resource: Resource, role: Any, members: list[Any], path: str) -> Seen[bool] | None:
    """True if a grant to federated identities names each of them; None for other grants."""
    foreign = [who for who in members if isinstance(who, str) and who.startswith(("principal://", "principalSet://"))]
    if role != _TRUST and not foreign:
        return None
    if any(who is UNKNOWN for who in members):
        return resource.says(UNKNOWN, path)
    judged = members if role == _TRUST else foreign
    return resource.says(all(_ONE_IDENTITY.fullmatch(str(who)) is not None for who in judged), path)


def _provider(resource: Resource) -> Grant:
    """The grant of a workload identity pool provider: exact if it has an ``attributeCondition``."""
    condition = resource.get("attributeCondition")
    return Grant(
        resource=resource,
        everything=resource.says(()),
        anyone=resource.says(False),
        exact=resource.says(UNKNOWN if condition is UNKNOWN else bool(condition), "attributeCondition"),
    )


def _credentials(graph: Graph) -> Iterator[Credential]:
    for type, what in CREDENTIALS.items():
        for resource in graph.of(type):
            yield Credential(resource=resource, what=what)
    for user in graph.of("gcp:sql/user:User"):
        if user.get("type", "BUILT_IN") == "BUILT_IN" and user.get("password") is not None:
            yield Credential(resource=user, what="a database user's password")
