"""Facts of role assignments, role definitions, federated credentials, PIM, location policies and stored secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.clouds.azure.facts.declared import Azure, equals, kind
from lepton_infra.clouds.azure.facts.places import normal
from lepton_infra.compliance.facts import BreakGlass, Credential, Grant, OrganizationPolicy
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource, Seen, Unknown
from lepton_infra.compliance.graph.paths import at
from lepton_infra.compliance.graph.three_valued import told

KEY_ADMINISTRATOR: Final = "00482a5a-887f-4fb3-b363-3b7fe8e74483"

BASIC_ROLES: Final[Mapping[str, str]] = {
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168": "Role Based Access Control Administrator",
}
"""Built-in roles for any resource ("Azure built-in roles", privileged)."""

EVERYBODY: Final = "00000000-0000-0000-0000-000000000000"
"""Principal id of all principals (``SystemDefined``, "List Azure deny assignments")."""

_WIDE: Final = re.compile(
    r"/?|/subscriptions/[^/]+(/resourceGroups/[^/]+)?/?|/providers/Microsoft\.Management/managementGroups/.+",
    re.IGNORECASE,
)
"""Scopes of more than one resource."""

_ANY_ACTION: Final = re.compile(r"\*|[^/]+/\*")
"""All actions, or all of one resource provider."""


def role_of(assignment: Resource) -> str:
    """Id of the role definition of a role assignment; empty if it is not known."""
    definition = assignment.get("roleDefinitionId")
    return definition.rpartition("/")[2].lower() if isinstance(definition, str) else ""


def grants(azure: Azure) -> Iterator[Grant]:
    """Facts of role assignments, custom role definitions and federated identity credentials."""
    for resource in azure.of("authorization:RoleAssignment"):
        yield Grant(
            resource=resource,
            everything=_basic(azure, resource),
            anyone=_anyone(azure, resource),
        )
    for resource in azure.of("authorization:RoleDefinition"):
        yield Grant(resource=resource, everything=_wildcards(resource), anyone=resource.says(False))
    for resource in azure.of("managedidentity:FederatedIdentityCredential"):
        yield Grant(
            resource=resource, everything=resource.says(()), anyone=resource.says(False), exact=_exact(resource)
        )


def _anyone(azure: Azure, assignment: Resource) -> Seen[bool]:
    """True if the principal is ``EVERYBODY``; a resource's identity, though not known yet, is one principal."""
    if azure.behind(assignment, "principalId", assignment.get("principalId")):
        return assignment.says(False, "principalId")
    return equals(assignment, "principalId", EVERYBODY)


def _basic(azure: Azure, assignment: Resource) -> Seen[tuple[str, ...]]:
    """A privileged built-in role with a scope of more than one resource."""
    path = "roleDefinitionId"
    if assignment.get(path) is UNKNOWN:
        own = azure.behind(assignment, path, UNKNOWN)
        return assignment.says(() if own else UNKNOWN, path)
    role = BASIC_ROLES.get(role_of(assignment))
    if role is None:
        return assignment.says((), path)
    scope: Any = assignment.get("scope", "")
    if scope is UNKNOWN:
        behind = azure.behind(assignment, "scope", scope)
        if not behind:
            return assignment.says(UNKNOWN, "scope")
        wide = any(kind(each) == "resources:ResourceGroup" for each in behind)
        return assignment.says((role,) if wide else (), path)
    return assignment.says((role,) if _WIDE.fullmatch(scope) else (), path)


def _wildcards(role: Resource) -> Seen[tuple[str, ...]]:
    found: list[str] = []
    for name in ("actions", "dataActions"):
        for path, action in at(role.inputs, f"permissions[].{name}[]"):
            if action is UNKNOWN:
                return role.says(UNKNOWN, path)
            if _ANY_ACTION.fullmatch(action):
                found.append(action)
    return role.says(tuple(found), "permissions")


def _exact(trust: Resource) -> Seen[bool]:
    """True if a federated credential has one subject of one issuer: no wildcards; an unknown value is one value."""
    for name in ("issuer", "subject"):
        value = trust.get(name)
        if value is None or (isinstance(value, str) and "*" in value):
            return trust.says(False, name)
    audiences = [audience for _, audience in at(trust.inputs, "audiences[]")]
    return trust.says(bool(audiences) and not any("*" in str(each) for each in audiences), "audiences")


def break_glass(azure: Azure) -> Iterator[BreakGlass]:
    """Eligible role assignments (PIM) with the terms of their activation.

    Azure's defaults are eight hours and a second factor ("Configure Azure resource role settings in Privileged Identity
    Management").
    """
    for resource in azure.of("authorization:PimRoleEligibilitySchedule"):
        rules = [policy for policy in azure.of("authorization:RoleManagementPolicy") if _same_scope(policy, resource)]
        policy = rules[0] if rules else resource
        yield BreakGlass(resource=resource, minutes=_minutes(policy), second_factor=_second_factor(policy))


_DEFAULT_MINUTES: Final = 480


def _same_scope(policy: Resource, schedule: Resource) -> bool:
    """True if policy and schedule have the same scope: a policy has no property for its role, so all there count."""
    return bool(policy.get("scope") == schedule.get("scope"))


def _rules(policy: Resource, kind: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    rules: Any = policy.get("rules", ())
    for index, rule in enumerate([] if rules is UNKNOWN else rules):
        if rule is UNKNOWN or rule.get("ruleType") != kind:
            continue
        if "EndUser_Assignment" in str(rule.get("id") or "EndUser_Assignment"):
            yield index, rule


def _unknown(policy: Resource) -> bool:
    """True if any rule of a role management policy is unknown."""
    return any(rule is UNKNOWN for _, rule in at(policy.inputs, "rules[]"))


def _minutes(policy: Resource) -> Seen[int | None]:
    if _unknown(policy):
        return policy.says(UNKNOWN, "rules")
    for index, rule in _rules(policy, "RoleManagementPolicyExpirationRule"):
        path = f"rules[{index}].maximumDuration"
        if rule.get("isExpirationRequired", True) is False:
            return policy.says(None, path)
        duration = rule.get("maximumDuration")
        return policy.says(duration if duration is UNKNOWN else minutes(str(duration)), path)
    return policy.says(_DEFAULT_MINUTES, "rules")


def minutes(duration: str) -> int | None:
    """Minutes of an ISO 8601 duration of days, hours and minutes; None if the text is none."""
    found = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?", duration)
    if found is None or not any(found.groups()):
        return None
    days, hours, rest = (int(part or 0) for part in found.groups())
    return (days * 24 + hours) * 60 + rest


def _second_factor(policy: Resource) -> Seen[bool]:
    if _unknown(policy):
        return policy.says(UNKNOWN, "rules")
    for index, rule in _rules(policy, "RoleManagementPolicyApprovalRule"):
        if any(required is True for _, required in at(rule, "setting.isApprovalRequired")):
            return policy.says(True, f"rules[{index}].setting.isApprovalRequired")
    for index, rule in _rules(policy, "RoleManagementPolicyEnablementRule"):
        enabled = [each for _, each in at(rule, "enabledRules[]")]
        known: bool | Unknown = "MultiFactorAuthentication" in enabled
        return policy.says(UNKNOWN if UNKNOWN in enabled else known, f"rules[{index}].enabledRules")
    return policy.says(True, "rules")


_ALLOWED_LOCATIONS: Final = (
    "e56962a6-4747-49cd-b67b-bf8b01975c4c",
    "e765b5de-1225-4ba3-bd56-1ac6695af988",
)
"""The built-in policies "Allowed locations" and "Allowed locations for resource groups"."""


def organization_policies(azure: Azure) -> Iterator[OrganizationPolicy]:
    """Enforced assignments of the built-in Azure policies on allowed locations."""
    for resource in azure.of("authorization:PolicyAssignment"):
        definition = resource.get("policyDefinitionId")
        enforced = resource.get("enforcementMode", "Default") == "Default"
        if isinstance(definition, str) and definition.rpartition("/")[2] in _ALLOWED_LOCATIONS and enforced:
            yield OrganizationPolicy(
                resource=resource,
                locations=told(
                    resource,
                    "parameters.listOfAllowedLocations.value",
                    lambda listed: frozenset(map(normal, listed)),
                    (),
                ),
            )


_SECRETS: Final[Mapping[str, tuple[str, str]]] = {
    "containerservice:ManagedCluster": ("servicePrincipalProfile.secret", "the secret of a service principal"),
    "dbformysql:Server": ("administratorLoginPassword", "an administrator's password"),
    "dbforpostgresql:Server": ("administratorLoginPassword", "an administrator's password"),
    "keyvault:Secret": ("properties.value", "a secret in plain"),
    "sql:Server": ("administratorLoginPassword", "an administrator's password"),
}
_ALWAYS: Final[Mapping[str, str]] = {
    "containerregistry:Token": "a token of a registry",
    "eventhub:EventHubAuthorizationRule": "a shared access key",
    "eventhub:NamespaceAuthorizationRule": "a shared access key",
    "servicebus:NamespaceAuthorizationRule": "a shared access key",
    "servicebus:QueueAuthorizationRule": "a shared access key",
    "servicebus:TopicAuthorizationRule": "a shared access key",
    "storage:LocalUser": "a user of a storage account",
}


def credentials(azure: Azure) -> Iterator[Credential]:
    """Long-lived secrets that a program creates or contains: passwords, access keys, tokens, local users."""
    for name, (path, what) in _SECRETS.items():
        for resource in azure.of(name):
            if resource.get(path) is not None:
                yield Credential(resource=resource, what=what)
    for name, what in _ALWAYS.items():
        for resource in azure.of(name):
            yield Credential(resource=resource, what=what)
