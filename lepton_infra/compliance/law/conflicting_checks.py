"""Waivers for checks of other scanners, such as Checkov, that contradict the law or do not apply.

Scanners look at one resource and know no place: some ask for copies in other locations, some for keeping logs longer
than may be. Nobody should have to write down for every stack why those do not count, so it follows from what the stack
must keep. Which control is kept in a check's place is said with each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lepton_infra.compliance.facts.data_class import DataClass
from lepton_infra.compliance.law.obligations import Obligations, Waiver, entailed

LONG_LOGS_DAYS = 365
"""Days for which CKV_AWS_338 has logs kept at least; it takes "for ever" too."""
GCP_ROTATION_DAYS = 90
"""Days after which CKV_GCP_43 has keys rotated at most."""
NEWEST_TLS = (1, 3)
"""The version that CCC.Core.CN01.AR01 asks for. Not every store can do it."""
ERASURE = frozenset({"gdpr", "dpdp", "ccpa", "pipl"})
"""Frameworks with a right to erasure."""


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Scanner checks, by id, that do not count where ``holds``, and the ``control`` kept instead."""

    checks: tuple[str, ...]
    control: str
    reason: str
    holds: Callable[[Obligations], bool]


def derived_waivers(obligations: Obligations) -> tuple[Waiver, ...]:
    """The waivers of other scanners' checks that follow from what a stack must keep. ``control`` is the check's id.

    They hold as long as the obligations do, so they have no end of their own.
    """
    return tuple(
        entailed(check, "*", f"{conflict.reason}. Kept instead: {conflict.control}")
        for conflict in CONFLICTS
        if conflict.holds(obligations)
        for check in conflict.checks
    )


def _alone(data_class: DataClass) -> Callable[[Obligations], bool]:
    """Predicate: the law keeps a class of data in place and no recorded transfer lets it go elsewhere."""

    def holds(obligations: Obligations) -> bool:
        leaves = any(data_class in transfer.classes for transfer in obligations.transfers)
        return obligations.keeps(data_class).countries is not None and not leaves

    return holds


def _logs_end_early(obligations: Obligations) -> bool:
    most = (interval.most for interval in obligations.retention.values())
    return any(days is not None and days < LONG_LOGS_DAYS for days in most)


def _can_be_erased(obligations: Obligations) -> bool:
    return not ERASURE.isdisjoint(obligations.frameworks)


def _rotates_later(obligations: Obligations) -> bool:
    return obligations.rotation_days > GCP_ROTATION_DAYS


def _older_tls(obligations: Obligations) -> bool:
    return tuple(map(int, obligations.minimum_tls.split("."))) < NEWEST_TLS


def _logs_stay(obligations: Obligations) -> bool:
    return obligations.keeps(DataClass.AUDIT_LOG).countries is not None


def _always(obligations: Obligations) -> bool:
    return True


CONFLICTS = (
    Conflict(
        checks=("CKV_AWS_144", "s3_bucket_cross_region_replication"),
        control="RES-03",
        reason="A copy in another location would leave the perimeter, and no transfer is recorded that allows it",
        holds=_alone(DataClass.PERSONAL),
    ),
    Conflict(
        checks=("CKV_AZURE_206", "AZU-0058", "storage_geo_redundant_enabled"),
        control="RES-06",
        reason="Geo-redundant storage copies to a paired location, which can be in another country; zones are used",
        holds=_alone(DataClass.PERSONAL),
    ),
    Conflict(
        checks=("CKV_AZURE_165",),
        control="RES-05",
        reason="A registry's second home would be outside the perimeter, and no transfer is recorded that allows it",
        holds=_alone(DataClass.MODEL_ARTIFACT),
    ),
    Conflict(
        checks=("CCC.Core.CN08.AR01",),
        control="BCP-04",
        reason="A second zone is a second data centre, and the law keeps copies within the perimeter",
        holds=_alone(DataClass.PERSONAL),
    ),
    Conflict(
        checks=("CKV_AWS_121",),
        control="RES-11",
        reason="Configuration records of all locations would be collected in one place, and logs stay in theirs",
        holds=_logs_stay,
    ),
    Conflict(
        checks=("CKV_AWS_338",),
        control="RET-01",
        reason=f"Something here must be gone before {LONG_LOGS_DAYS} days, and the check lets it stay for ever",
        holds=_logs_end_early,
    ),
    Conflict(
        checks=("CKV_AWS_143",),
        control="RET-04",
        reason="What cannot be deleted cannot be erased for a person who asks; only audit logs are locked",
        holds=_can_be_erased,
    ),
    Conflict(
        checks=("CKV_GCP_43",),
        control="ENC-02",
        reason=f"Keys are rotated as the settings ask, which is later than after {GCP_ROTATION_DAYS} days",
        holds=_rotates_later,
    ),
    Conflict(
        checks=("CCC.Core.CN01.AR01",),
        control="ENC-06",
        reason="Not every store can do TLS 1.3, so an older version is the lowest; newer ones are used where they are",
        holds=_older_tls,
    ),
    Conflict(
        checks=("CKV_K8S_15",),
        control="SUP-01",
        reason="Images are pinned by digest, so pulling one again brings the same and delays every start",
        holds=_always,
    ),
    Conflict(
        checks=("CKV_AWS_339",),
        control="SUP-05",
        reason="The check has a list of Kubernetes versions of its own, which grows old",
        holds=_always,
    ),
    Conflict(
        checks=("CKV_GCP_24",),
        control="POD-01",
        reason="Pod security policies are no longer part of Kubernetes; namespaces enforce levels instead",
        holds=_always,
    ),
    Conflict(
        checks=("CKV_GCP_12",),
        control="NET-01",
        reason="The check asks for an add-on that the newer data path replaces, which enforces policies by itself",
        holds=_always,
    ),
)
"""Checks that contradict the law or do not apply, each with the condition and the control kept instead."""
