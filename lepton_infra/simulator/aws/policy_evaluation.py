"""Evaluation of policies, as far as services look into them before they take a role or write to a bucket."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any


def allows(policy: Any, service: str, action: str) -> bool:
    """True if a policy allows a service an action; conditions are not looked into."""
    try:
        document = json.loads(policy)
    except (TypeError, ValueError):
        return False
    return any(
        each.get("Effect") == "Allow"
        and service in _listed(_services(each.get("Principal")))
        and any(fnmatchcase(action, pattern) for pattern in _listed(each.get("Action")))
        for each in _statements(document)
    )


def _statements(document: Any) -> Iterator[Mapping[str, Any]]:
    found = document.get("Statement", []) if isinstance(document, Mapping) else []
    yield from (each for each in _listed(found) if isinstance(each, Mapping))


def _services(principal: Any) -> Any:
    return principal.get("Service", []) if isinstance(principal, Mapping) else []


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
