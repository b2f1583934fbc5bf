"""References of a resource: all that it names must exist in the project and region where the call lands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lepton_infra.simulator.behaviour import Call, CloudError, Stored
from lepton_infra.simulator.core.paths import at, texts_at
from lepton_infra.simulator.gcp import service_accounts
from lepton_infra.simulator.gcp.catalogue import TYPES
from lepton_infra.simulator.gcp.iam import WORKLOAD_POOL
from lepton_infra.simulator.gcp.lookups import is_end, named
from lepton_infra.simulator.gcp.places import place_of
from lepton_infra.simulator.gcp.resource_type import Reference

_POD: Final = re.compile(r"serviceAccount:(?P<pool>[^\s\[]+\.svc\.id\.goog)\[[^\]]+\]")


def require(call: Call) -> None:
    """Refuse a call whose references lead nowhere.

    Raises:
        CloudError: with Google's own code for the first one.
    """
    if not place_of(call.scope).region:
        return
    type = TYPES[call.type]
    for path, reference in type.references.items():
        for _, given in texts_at(call.inputs, path):
            if _find(call, reference, given) is None and reference.ours(call, given):
                raise CloudError(reference.code, reference.missing(given) + _elsewhere(call, reference, given))
    if type.grant_on is not None:
        for given in grantees(call.inputs):
            _require_principal(call, given)


def grantees(inputs: object) -> Iterator[str]:
    """The principals to which a grant gives its role."""
    for path in ("member", "members"):
        yield from (text for _, text in texts_at(inputs, path))


def _find(call: Call, reference: Reference, given: str) -> Stored | None:
    if reference.find is not None:
        return reference.find(call, given)
    return next((found for type in TYPES.named_by(reference) if (found := named(call, TYPES[type], given))), None)


def _require_principal(call: Call, given: str) -> None:
    """IAM refuses a service account of the project, or a pod's identity, that is not there."""
    email, pod = service_accounts.account_of(call, given), _POD.fullmatch(given)
    if email is not None and service_accounts.account(call, email) is None:
        raise CloudError("INVALID_ARGUMENT", f"Service account {email} does not exist.")
    if (
        pod is not None
        and pod["pool"] == f"{place_of(call.scope).project}.svc.id.goog"
        and not _has_pool(call, pod["pool"])
    ):
        raise CloudError(WORKLOAD_POOL.code, WORKLOAD_POOL.missing(pod["pool"]))


def _has_pool(call: Call, pool: str) -> bool:
    implied = TYPES.implied_by(WORKLOAD_POOL)
    return any(
        at(maker.inputs, path) == pool
        for type, paths in implied.items()
        for path in paths
        for maker in call.scope.everywhere(type)
    )


def _elsewhere(call: Call, reference: Reference, given: str) -> str:
    """The place of what is not here."""
    here = place_of(call.scope)
    place = f"this is project {here.project}, region {here.region}"
    there = call.scope.everywhere(*TYPES.named_by(reference))
    found = next((other for other in there if is_end(given, other)), None)
    if found is not None and found.scope != call.scope.key:
        return f" (it is in {found.scope.removeprefix('gcp:').replace(':', ', region ')}; {place})"
    return f" ({place})"
