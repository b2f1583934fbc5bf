"""Bindings and secrets as facts."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.compliance.facts import kubernetes
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource
from tests.kit.graphs import object_

READ_PODS = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}
READ_SECRETS = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}


def bound(kind: str, role: object, *, of_kind: object = "ClusterRole", subjects: Any = None) -> Resource:
    who = [{"kind": "ServiceAccount", "name": "app"}] if subjects is None else subjects
    return object_(
        f"rbac.authorization.k8s.io/v1:{kind}",
        "binding",
        {"roleRef": {"kind": of_kind, "name": role}, "subjects": who},
        property_urns={"roleRef": frozenset({role_of().urn})} if role is UNKNOWN else {},
    )


def role_of(*rules: Any, kind: str = "ClusterRole", name: str = "ours", **more: Any) -> Resource:
    return object_(f"rbac.authorization.k8s.io/v1:{kind}", name, {"rules": list(rules), **more})


@pytest.mark.parametrize(
    ("binding", "role", "everything"),
    [
        (bound("ClusterRoleBinding", "cluster-admin"), None, ("cluster-admin",)),
        (bound("ClusterRoleBinding", "view"), None, ()),
        (bound("ClusterRoleBinding", "system:node-proxier"), None, ()),
        (bound("ClusterRoleBinding", "somebodys"), None, UNKNOWN),
        (bound("RoleBinding", "ours"), role_of(READ_PODS), ()),
        (bound("RoleBinding", "ours"), role_of({**READ_PODS, "verbs": ["*"]}), ("verbs: *",)),
        (
            bound("RoleBinding", "ours", of_kind="Role"),
            role_of({"apiGroups": ["*"], "resources": ["*"], "verbs": ["get"]}, kind="Role"),
            ("resources: *", "apiGroups: *"),
        ),
        (bound("RoleBinding", "ours"), role_of({**READ_PODS, "verbs": ["impersonate"]}), ("verbs: impersonate",)),
        (bound("RoleBinding", "ours"), role_of(READ_SECRETS), ()),
        (bound("ClusterRoleBinding", "ours"), role_of(READ_SECRETS), ("secrets of all namespaces",)),
        (bound("RoleBinding", "ours"), role_of({**READ_PODS, "verbs": UNKNOWN}), UNKNOWN),
        (bound("RoleBinding", "ours"), role_of(aggregationRule={"clusterRoleSelectors": []}), UNKNOWN),
        (
            bound("RoleBinding", "ours", of_kind="Role"),
            object_("rbac.authorization.k8s.io/v1:Role", "ours", {"metadata": {"namespace": "elsewhere"}, "rules": []}),
            UNKNOWN,
        ),
        (bound("RoleBinding", UNKNOWN), role_of({**READ_PODS, "verbs": ["*"]}), ("verbs: *",)),
        (bound("RoleBinding", UNKNOWN), None, UNKNOWN),
    ],
)
def test_what_a_binding_gives(binding: Resource, role: Resource | None, everything: object) -> None:
    (grant,) = kubernetes.read(Graph(resources=(binding, *([role] if role else [])))).grants
    assert (grant.everything.value, grant.everything.path, grant.anyone.value) == (everything, "roleRef", False)


@pytest.mark.parametrize(
    ("subjects", "anyone"),
    [
        ([{"kind": "Group", "name": "system:authenticated"}], True),
        ([{"kind": "User", "name": "system:anonymous"}, {"kind": "User", "name": UNKNOWN}], True),
        ([{"kind": "User", "name": UNKNOWN}], UNKNOWN),
        (UNKNOWN, UNKNOWN),
        ([], False),
    ],
)
def test_whom_a_binding_is_for(subjects: object, anyone: object) -> None:
    (grant,) = kubernetes.read(Graph(resources=(bound("RoleBinding", "view", subjects=subjects),))).grants
    assert (grant.anyone.value, grant.anyone.path) == (anyone, "subjects")


def test_a_role_without_a_binding_gives_nothing() -> None:
    assert kubernetes.read(Graph(resources=(role_of({**READ_PODS, "verbs": ["*"]}),))).grants == ()


@pytest.mark.parametrize(
    ("inputs", "count"),
    [
        ({"stringData": {"password": "x"}}, 1),
        ({"data": {"password": "eA=="}}, 1),
        ({"data": UNKNOWN}, 1),
        ({"type": "kubernetes.io/service-account-token"}, 1),
        ({"type": UNKNOWN}, 1),
        ({"type": "Opaque"}, 0),
        ({"data": {}}, 0),
    ],
)
def test_a_secret_in_the_program_is_a_credential(inputs: dict[str, Any], count: int) -> None:
    secret = object_("core/v1:Secret", inputs=inputs)
    assert [each.resource for each in kubernetes.read(Graph(resources=(secret,))).credentials] == [secret] * count
