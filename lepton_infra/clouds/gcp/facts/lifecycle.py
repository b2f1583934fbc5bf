"""Retention of a bucket's objects, by lifecycle rules, versions and soft deletion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lepton_infra.clouds.gcp.facts.properties import DAY, days, items
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource, Seen, Unknown

FOR_EVER: Final = 36500
"""Days that represent unlimited retention: a hundred years."""

SOFT_DELETE_SECONDS: Final = 7 * DAY
"""Default retention of soft deletion (``softDeletePolicy``, Cloud Storage API)."""
SOFT_DELETION: Final = "softDeletePolicy.retentionDurationSeconds"

_OF_EVERY_OBJECT: Final = frozenset({"age", "withState", "daysSinceNoncurrentTime", "sendAgeIfZero"})


def _rules(resource: Resource) -> Iterator[Mapping[str, Any]]:
    """Conditions of lifecycle rules that delete every object of some age, without a filter by name or kind."""
    for rule in items(resource.get("lifecycleRules")):
        if not isinstance(rule, Mapping):
            continue
        action, condition = rule.get("action"), rule.get("condition")
        if not isinstance(action, Mapping) or not isinstance(condition, Mapping):
            continue
        asked = {key for key, value in condition.items() if value is not None and value is not False and value != []}
        if action.get("type") == "Delete" and asked <= _OF_EVERY_OBJECT:
            yield condition


def expiry(resource: Resource, property: str, state: str) -> int | Unknown | None:
    """Fewest days after which a lifecycle rule deletes objects in ``state``; None if no rule does."""
    rules: object = resource.get("lifecycleRules")
    if rules is UNKNOWN:
        return UNKNOWN
    found: list[Any] = [
        condition[property]
        for condition in _rules(resource)
        if condition.get(property) is not None
        and condition.get("withState", "ANY") in (state, "ANY")
        and (property != "age" or condition.get("daysSinceNoncurrentTime") is None)
    ]
    known = [each for each in found if isinstance(each, int)]
    return UNKNOWN if len(known) < len(found) else min(known, default=None)


def hidden_days(resource: Resource) -> Seen[int]:
    """Days that replaced or deleted objects stay: as noncurrent versions, and then soft-deleted."""
    versions = 0
    if resource.get("versioning.enabled", False) is not False:
        ages = [expiry(resource, "daysSinceNoncurrentTime", "ARCHIVED"), expiry(resource, "age", "ARCHIVED")]
        if UNKNOWN in ages:
            return resource.says(UNKNOWN, "lifecycleRules")
        bounds = [age for age in ages if isinstance(age, int)]
        if not bounds:
            return resource.says(FOR_EVER, "lifecycleRules")
        versions = min(bounds)
    soft = soft_days(resource)
    if isinstance(soft, Unknown):
        return resource.says(UNKNOWN, SOFT_DELETION)
    return resource.says(versions + soft, "lifecycleRules" if versions else SOFT_DELETION)


def soft_days(resource: Resource) -> int | Unknown:
    """Days of soft deletion, during which a deleted object cannot be removed; 0 if it is off."""
    kept = days(resource.get(SOFT_DELETION, SOFT_DELETE_SECONDS))
    return UNKNOWN if kept is None else kept
