"""Lifecycle policies of ECR repositories ("Lifecycle policy properties in Amazon ECR")."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

TAG_STATES: Final = ("tagged", "untagged", "any")
COUNTS: Final = ("imageCountMoreThan", "sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned")


def lifecycle_policy(text: Any) -> Iterator[str]:
    """Reasons to refuse the JSON text of a lifecycle policy."""
    try:
        rules = json.loads(text)["rules"]
    except (TypeError, ValueError, KeyError):
        rules = None
    if not isinstance(rules, list) or not rules:
        yield 'must be JSON text of an object with a list "rules"'
        return
    priorities = [rule.get("rulePriority") if isinstance(rule, Mapping) else None for rule in rules]
    for index, rule in enumerate(rules):
        reasons = _rule(rule) if isinstance(rule, Mapping) else iter(["must be an object"])
        yield from (f"rules[{index}]: {reason}" for reason in reasons)
    if len(set(map(str, priorities))) < len(priorities):
        yield "two rules have the same rulePriority"


def _rule(rule: Mapping[str, Any]) -> Iterator[str]:
    priority = rule.get("rulePriority")
    if not isinstance(priority, int) or priority < 1:
        yield f"rulePriority is {json.dumps(priority)}; allowed: a whole number from 1"
    selection = rule.get("selection", {})
    if selection.get("tagStatus") not in TAG_STATES:
        yield f"selection.tagStatus is {json.dumps(selection.get('tagStatus'))}; allowed: {', '.join(TAG_STATES)}"
    if selection.get("tagStatus") == "tagged" and not (
        selection.get("tagPrefixList") or selection.get("tagPatternList")
    ):
        yield "selection: tagged needs tagPrefixList or tagPatternList"
    if selection.get("countType") not in COUNTS:
        yield f"selection.countType is {json.dumps(selection.get('countType'))}; allowed: {', '.join(COUNTS)}"
    elif selection["countType"].startswith("since") and selection.get("countUnit") != "days":
        yield "selection.countUnit must be days"
    number = selection.get("countNumber")
    if not isinstance(number, int) or number < 1:
        yield f"selection.countNumber is {json.dumps(number)}; allowed: a whole number from 1"
    if rule.get("action", {}).get("type") not in ("expire", "transition"):
        yield "action.type must be expire or transition"
