"""Facts about namespaces: the enforced pod security level, and default-deny network policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lepton_infra.compliance.facts import Namespace
from lepton_infra.compliance.facts.kubernetes.objects import labels, name, namespace, of
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen
from lepton_infra.compliance.graph.paths import items
from lepton_infra.compliance.graph.three_valued import concluded_from
from lepton_infra.compliance.graph.unknown import has_unknown

_ENFORCED = "pod-security.kubernetes.io/enforce"
_DIRECTIONS = {"Ingress": "ingress", "Egress": "egress"}


def read(graph: Graph) -> tuple[Namespace, ...]:
    """Facts of every Namespace."""
    policies: dict[str, list[Resource]] = {}
    for policy in of(graph, "NetworkPolicy"):
        policies.setdefault(namespace(graph, policy), []).append(policy)
    return tuple(
        Namespace(
            resource=each,
            name=name(each),
            pod_security=concluded_from(each, "metadata.labels", lambda level: level, _label(each, _ENFORCED)),
            default_deny=_default_deny(each, [*policies.get(name(each), []), *policies.get("", [])]),
        )
        for each in of(graph, "Namespace")
    )


def _label(resource: Resource, key: str) -> Any:
    found = labels(resource)
    return UNKNOWN if found is UNKNOWN else found.get(key)


def _default_deny(resource: Resource, policies: Sequence[Resource]) -> Seen[bool]:
    """Default deny both ways: a policy of all pods closes each direction, and no empty rule opens it again."""
    of_all = [policy for policy in policies if _of_all(policy) is not False]
    answers = [_closed(direction, of_all) for direction in _DIRECTIONS]
    return resource.says(False if False in answers else UNKNOWN if UNKNOWN in answers else True)


def _closed(direction: str, policies: Sequence[Resource]) -> Any:
    closing: Any = False
    for policy in policies:
        rules = items(policy.get(f"spec.{_DIRECTIONS[direction]}"))
        kinds = items(policy.get("spec.policyTypes", _implied(policy)))
        if UNKNOWN in rules or has_unknown(kinds) or _of_all(policy) is UNKNOWN:
            return UNKNOWN
        if any(not rule for rule in rules):
            return False
        if direction in kinds and not rules:
            closing = True
    return closing


def _of_all(policy: Resource) -> Any:
    """True if a policy selects every pod of its namespace; UNKNOWN if the selector is."""
    selector = policy.get("spec.podSelector", {})
    if has_unknown(selector):
        return UNKNOWN
    return not (selector.get("matchLabels") or selector.get("matchExpressions"))


def _implied(policy: Resource) -> list[str]:
    """Policy types of a policy that names none (networking.k8s.io/v1, ``policyTypes``)."""
    return ["Ingress", "Egress"] if policy.get("spec.egress") else ["Ingress"]
