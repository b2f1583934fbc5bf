"""Facts about AWS Backup: plans, what they cover, and restore tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from lepton_infra.clouds.aws.facts.stores import AIR_GAPPED_VAULT
from lepton_infra.compliance.facts import Backup, Store
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen, Unknown
from lepton_infra.compliance.graph.paths import items
from lepton_infra.compliance.graph.three_valued import some, whole

PLAN = "aws:backup/plan:Plan"
SELECTION = "aws:backup/selection:Selection"
RESTORE_PLAN = "aws:backup/restoreTestingPlan:RestoreTestingPlan"
RESTORE_SELECTION = "aws:backup/restoreTestingSelection:RestoreTestingSelection"
TYPES = frozenset({PLAN, SELECTION, RESTORE_PLAN, RESTORE_SELECTION})


def read(graph: Graph, stores: tuple[Store, ...]) -> Iterator[Backup]:
    """Every plan, over the stores of the graph."""
    tested = _tested(graph)
    for plan in graph.of(PLAN):
        yield Backup(
            resource=plan,
            covers=_covers(graph, plan, stores),
            days=_days(plan),
            elsewhere=_elsewhere(graph, plan),
            restore_tested=tested or plan.says(False),
        )


def _covers(graph: Graph, plan: Resource, stores: tuple[Store, ...]) -> Seen[frozenset[str]]:
    """The stores that selections name, by ARN or by a tag."""
    found: set[str] = set()
    for selection in graph.of(SELECTION):
        if plan in graph.refers(selection, "planId", PLAN):
            found |= {store.resource.urn for store in stores if _selects(graph, selection, store.resource)}
    return plan.says(frozenset(found))


def _selects(graph: Graph, selection: Resource, resource: Resource) -> bool:
    if resource in graph.refers(selection, "notResources", resource.type):
        return False
    if resource in graph.refers(selection, "resources", resource.type):
        return True
    arn = resource.outputs.get("arn")
    if isinstance(arn, str) and any(fnmatchcase(arn, str(each)) for each in items(selection.get("resources"))):
        return not items(selection.get("conditions"))
    tags = resource.get("tags", {})
    return isinstance(tags, Mapping) and any(
        isinstance(each, Mapping) and tags.get(each.get("key")) == each.get("value")
        for each in items(selection.get("selectionTags"))
    )


def _rules(plan: Resource) -> list[Any]:
    return [each for each in items(plan.get("rules")) if isinstance(each, Mapping)]


def _days(plan: Resource) -> Seen[int | None]:
    """The longest that a plan keeps anything, copies too; a rule without an end keeps it for ever."""
    lives = [(rule.get("lifecycle") or {}).get("deleteAfter") for rule in _rules(plan)]
    lives += [
        (copy.get("lifecycle") or {}).get("deleteAfter")
        for rule in _rules(plan)
        for copy in items(rule.get("copyActions"))
        if isinstance(copy, Mapping)
    ]
    days = [whole(each) for each in lives]
    if not days or None in days:
        return plan.says(None, "rules[0].lifecycle.deleteAfter")
    known = [each for each in days if isinstance(each, int)]
    return plan.says(max(known) if len(known) == len(days) else UNKNOWN, "rules[0].lifecycle.deleteAfter")


def _elsewhere(graph: Graph, plan: Resource) -> Seen[bool]:
    """Whether a copy goes to a vault that nobody can empty, or to another account."""
    path = "rules[0].copyActions[0].destinationVaultArn"
    sealed = graph.refers(plan, "rules", AIR_GAPPED_VAULT)
    targets: list[object] = []
    for rule in _rules(plan):
        targets += [
            copy.get("destinationVaultArn") for copy in items(rule.get("copyActions")) if isinstance(copy, Mapping)
        ]
        targets += items(rule.get("targetLogicallyAirGappedBackupVaultArn"))
    own = {str(each).split(":")[4] for each in _accounts(graph, plan)}
    verdicts: list[bool | Unknown] = []
    for target in targets:
        if isinstance(target, Unknown):
            verdicts.append(bool(sealed) or UNKNOWN)
        else:
            called = {each.outputs.get("arn") for each in sealed}
            parts = str(target).split(":")
            verdicts.append(target in called or (len(parts) > 4 and bool(own) and parts[4] not in own))
    return plan.says(some(*verdicts), path)


def _accounts(graph: Graph, plan: Resource) -> list[str]:
    """ARNs of the own account, from which its number is read."""
    known = [each.outputs.get("arn") for each in (plan, *graph.of("aws:backup/vault:Vault"))]
    return [each for each in known if isinstance(each, str) and each.count(":") > 4]


def _tested(graph: Graph) -> Seen[bool] | None:
    """A plan of restoring tests that selects something."""
    for plan in graph.of(RESTORE_PLAN):
        for selection in graph.of(RESTORE_SELECTION):
            if plan in graph.refers(selection, "restoreTestingPlanName", RESTORE_PLAN):
                return plan.says(True, "scheduleExpression")
    return None
