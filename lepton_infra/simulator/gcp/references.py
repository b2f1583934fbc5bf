"""Everything that a resource names must exist in the project and region where the call lands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lepton_infra.simulator.behaviour import Call, CloudError, Stored
from lepton_infra.simulator.gcp import tokens
from lepton_infra.simulator.gcp.identity import key_ring_id
from lepton_infra.simulator.gcp.made import is_end, named
from lepton_infra.simulator.gcp.paths import texts_at
from lepton_infra.simulator.gcp.places import place_of
from lepton_infra.simulator.gcp.reference_kinds import REFERENCES, Kind

_ACCOUNT: Final = re.compile(
    r"(?:serviceAccount:)?(?P<email>[^@\s/:]+@(?P<project>[^@\s/]+)\.iam\.gserviceaccount\.com)"
)
_POD: Final = re.compile(r"serviceAccount:(?P<pool>[^\s\[]+\.svc\.id\.goog)\[[^\]]+\]")


def require(call: Call) -> None:
    """Refuse a call whose references lead nowhere.

    Raises:
        CloudError: with Google's own code for the first one.
    """
    if not place_of(call.scope).region:
        return
    for path, kind in REFERENCES.get(call.type, {}).items():
        for _, given in texts_at(call.inputs, path):
            if find(call, kind, given) is None and _must_be_here(kind, given, call):
                raise CloudError(kind.code, kind.missing(given) + _elsewhere(call, kind, given))
    for given in _principals(call):
        _require_principal(call, given)


def find(call: Call, kind: Kind, given: str) -> Stored | None:
    """The live resource of a kind that ``given`` names."""
    if kind.types == (tokens.SERVICE_ACCOUNT,):
        return _account(call, given)
    if kind.types == (tokens.KEY_RING,) and "/" in given:
        given = key_ring_id(given, place_of(call.scope).project)
    return next((found for type in kind.types if (found := named(call, type, given))), None)


def _account(call: Call, given: str) -> Stored | None:
    accounts = call.scope.everywhere(tokens.SERVICE_ACCOUNT)
    return next((found for found in accounts if given in (found.id, found.state["email"], found.state["member"])), None)


def _must_be_here(kind: Kind, given: str, call: Call) -> bool:
    """Accounts of other projects and Google's default ones are nobody's to make here."""
    if kind.types != (tokens.SERVICE_ACCOUNT,):
        return True
    found = _ACCOUNT.fullmatch(given.rpartition("/")[2])
    return found is not None and found["project"] == place_of(call.scope).project


def _principals(call: Call) -> Iterator[str]:
    if call.type in tokens.GRANTS:
        for path in ("member", "members"):
            yield from (text for _, text in texts_at(call.inputs, path))


def _require_principal(call: Call, given: str) -> None:
    """IAM refuses a service account of the project, or a pod's identity, that is not there."""
    project = place_of(call.scope).project
    account, pod = _ACCOUNT.fullmatch(given), _POD.fullmatch(given)
    if account is not None and account["project"] == project and _account(call, account["email"]) is None:
        raise CloudError("INVALID_ARGUMENT", f"Service account {account['email']} does not exist.")
    if pod is not None and pod["pool"] == f"{project}.svc.id.goog" and not _has_pool(call):
        raise CloudError(
            "INVALID_ARGUMENT",
            f"Identity Pool does not exist ({pod['pool']}). Please check that you specified a valid resource name: "
            "the first cluster of a project that has a workload pool makes it",
        )


def _has_pool(call: Call) -> bool:
    project = place_of(call.scope).project
    clusters = call.scope.everywhere(tokens.CLUSTER)
    return any(
        (cluster.inputs.get("workloadIdentityConfig") or {}).get("workloadPool") == f"{project}.svc.id.goog"
        for cluster in clusters
    )


def _elsewhere(call: Call, kind: Kind, given: str) -> str:
    """Where a thing is that is not here."""
    here = place_of(call.scope)
    place = f"this is project {here.project}, region {here.region}"
    found = next((other for other in call.scope.everywhere(*kind.types) if is_end(given, other)), None)
    if found is not None and found.scope != call.scope.key:
        return f" (it is in {found.scope.removeprefix('gcp:').replace(':', ', region ')}; {place})"
    return f" ({place})"
