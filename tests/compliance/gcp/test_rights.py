from __future__ import annotations

import json
from typing import Any

import pytest

from lepton_infra.compliance.graph.graph import UNKNOWN
from tests.compliance.gcp.graphs import made, read, waiting

PROJECT = "projects/iAMMember:IAMMember"
BUCKET = "storage/bucketIAMMember:BucketIAMMember"
ACCOUNT = made("serviceaccount/account:Account", "account", accountId="shop")
POD = "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p.svc.id.goog/subject/ns/n/sa/s"
PODS = "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p.svc.id.goog/*"
TRUST = "serviceaccount/iAMMember:IAMMember"


@pytest.mark.parametrize(
    ("type", "role", "everything"),
    [
        (PROJECT, "roles/owner", ("roles/owner",)),
        (PROJECT, "roles/editor", ("roles/editor",)),
        (PROJECT, "roles/iam.serviceAccountTokenCreator", ("roles/iam.serviceAccountTokenCreator",)),
        (PROJECT, "roles/logging.viewer", ()),
        (BUCKET, "roles/storage.objectViewer", ()),
        (TRUST, "roles/iam.serviceAccountTokenCreator", ()),
        (BUCKET, UNKNOWN, UNKNOWN),
    ],
)
def test_wide_roles_are_told(type: str, role: Any, everything: object) -> None:
    (grant,) = read(made(type, role=role, member="user:a@example.com")).grants
    assert (grant.everything.value, grant.everything.path) == (everything, "role")


@pytest.mark.parametrize(
    ("inputs", "anyone", "path"),
    [
        ({"member": "allUsers"}, True, "member"),
        ({"member": "allAuthenticatedUsers"}, True, "member"),
        ({"member": "user:a@example.com"}, False, "member"),
        ({"members": ["user:a@example.com", "allUsers"]}, True, "members"),
        ({"member": UNKNOWN}, UNKNOWN, "member"),
    ],
)
def test_grants_to_all_are_told(inputs: dict[str, Any], anyone: object, path: str) -> None:
    type = "storage/bucketIAMBinding:BucketIAMBinding" if "members" in inputs else BUCKET
    (grant,) = read(made(type, role="roles/storage.objectViewer", **inputs)).grants
    assert (grant.anyone.value, grant.anyone.path) == (anyone, path)


def test_in_a_preview_a_member_made_of_an_account_is_not_everybody() -> None:
    grant = waiting(made(BUCKET, role="roles/storage.objectViewer", member=UNKNOWN), member=ACCOUNT)
    (found,) = read(grant, ACCOUNT).grants
    assert found.anyone.value is False


def test_a_whole_policy_is_read_binding_by_binding() -> None:
    policy = {"bindings": [{"role": "roles/owner", "members": ["user:a@b.c"]}, {"role": "r", "members": ["allUsers"]}]}
    found = read(made("projects/iAMPolicy:IAMPolicy", policyData=json.dumps(policy))).grants
    assert [(grant.everything.value, grant.anyone.value) for grant in found] == [(("roles/owner",), False), ((), True)]


def test_a_policy_that_is_not_known_is_not_known() -> None:
    (grant,) = read(made("projects/iAMPolicy:IAMPolicy", policyData=UNKNOWN)).grants
    assert (grant.everything.value, grant.anyone.value) == (UNKNOWN, UNKNOWN)


@pytest.mark.parametrize(
    ("type", "role", "member", "exact"),
    [
        (BUCKET, "roles/storage.objectViewer", POD, True),
        (BUCKET, "roles/storage.objectViewer", PODS, False),
        (TRUST, "roles/iam.workloadIdentityUser", "serviceAccount:p.svc.id.goog[n/s]", True),
        (TRUST, "roles/iam.workloadIdentityUser", "serviceAccount:p.svc.id.goog[n/*]", False),
        (BUCKET, "roles/storage.objectViewer", "user:a@example.com", None),
    ],
)
def test_a_trust_names_exactly_whom_it_trusts(type: str, role: str, member: str, exact: bool | None) -> None:
    (grant,) = read(made(type, role=role, member=member)).grants
    assert (grant.exact.value if grant.exact else None) is exact


@pytest.mark.parametrize(("condition", "exact"), [(None, False), ("assertion.repository == 'a/b'", True)])
def test_a_pool_of_foreign_identities_asks_for_more_than_an_issuer(condition: str | None, exact: bool) -> None:
    type = "iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"
    (grant,) = read(made(type, attributeCondition=condition)).grants
    assert grant.exact is not None
    assert grant.exact.value is exact


@pytest.mark.parametrize(
    ("type", "inputs", "what"),
    [
        ("serviceaccount/key:Key", {}, ["a key of a service account"]),
        ("storage/hmacKey:HmacKey", {}, ["an HMAC key"]),
        ("sql/user:User", {"password": "x"}, ["a database user's password"]),
        ("sql/user:User", {"type": "CLOUD_IAM_USER"}, []),
        ("serviceaccount/account:Account", {}, []),
    ],
)
def test_long_lived_secrets_are_told(type: str, inputs: dict[str, Any], what: list[str]) -> None:
    assert [each.what for each in read(made(type, **inputs)).credentials] == what
