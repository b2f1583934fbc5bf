"""Facts about RBAC bindings, and about Secrets whose content is in the program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lepton_infra.compliance.facts import Credential, Grant
from lepton_infra.compliance.facts.kubernetes.objects import kind, name, namespace, of
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource
from lepton_infra.compliance.graph.paths import items, member
from lepton_infra.compliance.graph.unknown import has_unknown

_ANYONE = frozenset({"system:anonymous", "system:unauthenticated", "system:authenticated", "system:serviceaccounts"})
_EVERYTHING = "cluster-admin"
_BUILT_IN = frozenset({"admin", "edit", "view"})
"""Roles that every cluster has; ``system:…`` are others. None of them has a wildcard but cluster-admin."""
_MORE_RIGHTS = frozenset({"escalate", "bind", "impersonate"})
_TOKEN = "kubernetes.io/service-account-token"


def grants(graph: Graph) -> tuple[Grant, ...]:
    """Grants of RoleBindings and ClusterRoleBindings. A role without a binding gives nothing."""
    return tuple(_grant(graph, binding) for binding in of(graph, "RoleBinding", "ClusterRoleBinding"))


def credentials(graph: Graph) -> tuple[Credential, ...]:
    """Secrets whose content is in the program, and so in its state, and service account tokens that never expire."""
    return tuple(Credential(resource=secret, what=what) for secret in of(graph, "Secret") for what in _content(secret))


def _content(secret: Resource) -> Iterator[str]:
    if secret.get("type") in (_TOKEN, UNKNOWN):
        yield "a service account's token that does not expire"
    elif any(secret.get(half) for half in ("data", "stringData")):
        yield "a secret whose content the program writes"


def _grant(graph: Graph, binding: Resource) -> Grant:
    subjects = [member(each, "name") for each in items(binding.get("subjects"))]
    anyone: Any = any(subject in _ANYONE for subject in subjects if subject is not UNKNOWN)
    return Grant(
        resource=binding,
        everything=binding.says(_everything(graph, binding), "roleRef"),
        anyone=binding.says(anyone or (UNKNOWN if UNKNOWN in subjects else False), "subjects"),
    )


def _everything(graph: Graph, binding: Resource) -> Any:
    role, of_kind = binding.get("roleRef.name"), binding.get("roleRef.kind")
    if has_unknown([role, of_kind]):
        made_of = graph.refers(binding, "roleRef", *(each.type for each in of(graph, "Role", "ClusterRole")))
        return _too_much(made_of[0], binding) if len(made_of) == 1 else UNKNOWN
    if role == _EVERYTHING:
        return (_EVERYTHING,)
    for each in of(graph, str(of_kind)):
        if name(each) == role and (of_kind == "ClusterRole" or namespace(graph, each) == namespace(graph, binding)):
            return _too_much(each, binding)
    return () if role in _BUILT_IN or str(role).startswith("system:") else UNKNOWN


def _too_much(role: Resource, binding: Resource) -> Any:
    """Wildcards of a role, its verbs that lead to more rights, and reading the Secrets of all namespaces."""
    rules = items(role.get("rules"))
    if has_unknown(rules) or role.get("aggregationRule") is not None:
        return UNKNOWN
    found = []
    for rule in rules:
        verbs, resources = set(items(member(rule, "verbs"))), set(items(member(rule, "resources")))
        found += [f"{key}: *" for key in ("verbs", "resources", "apiGroups") if "*" in items(member(rule, key))]
        found += [f"verbs: {verb}" for verb in sorted(verbs & _MORE_RIGHTS)]
        if kind(binding) == "ClusterRoleBinding" and "secrets" in resources and verbs & {"get", "list", "watch"}:
            found.append("secrets of all namespaces")
    return tuple(dict.fromkeys(found))
