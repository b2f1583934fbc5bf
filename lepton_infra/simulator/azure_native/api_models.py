"""Azure's own management models, read offline from the packages that carry them with their constraints.

The newer of those packages are generated without lengths, patterns and bounds; pyproject.toml holds the last that have
them. Those of networks and disks add nothing to the SDK's own enumerations, and that of Key Vault has no constraints
left; what they all lack is in ``formats``.
"""

from __future__ import annotations

import ast
import inspect
import re
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from importlib import import_module
from threading import Lock
from typing import Any, Final

Constraints = Mapping[str, Any]
"""What a value must keep: ``pattern``, ``min_length``, ``max_length``, ``minimum``, ``maximum``, ``max_items`` …"""

_PARSING: Final = Lock()
"""CPython 3.11 counts the depth of all syntax trees under construction in one place, so that two threads which parse at
once may both fail ("AST constructor recursion depth mismatch", python/cpython#106905). Calls arrive on several."""

_PART: Final = re.compile(r"(?<!\\)\.")


@dataclass(frozen=True, kw_only=True)
class Member:
    """One property of a model: what it holds, in the models' own words (``[str]``, ``{str}``, a class), and its limits.

    ``service`` is the package that holds that class.
    """

    service: str
    type: str
    constraints: Constraints = field(default_factory=dict)
    allowed: Sequence[str] = ()

    @property
    def is_map(self) -> bool:
        return self.type.startswith("{")


def models(service: str) -> Any:
    """The models of a service: ``storage``, or ``containerregistry.v2025_04_01`` where the package has several."""
    return import_module(f"azure.mgmt.{service}.models")


@cache
def members(service: str, type: str) -> Mapping[str, Member]:
    """The properties of a model by wire name. Members of ``properties`` are lifted, as the SDK lifts them."""
    cls: Any = getattr(models(service), type.strip("[]{}"), None)
    if not hasattr(cls, "_attribute_map"):
        return {}
    return {
        _PART.split(entry["key"])[-1].replace("\\.", "."): Member(
            service=service,
            type=entry["type"],
            constraints=cls._validation.get(name, {}),
            allowed=_allowed(service, cls.__init__.__annotations__.get(name)),
        )
        for name, entry in cls._attribute_map.items()
    }


def _allowed(service: str, annotation: Any) -> Sequence[str]:
    """The values of the enumeration that an annotation names, if any."""
    for part in typing.get_args(annotation):
        name = getattr(part, "__forward_arg__", "").rpartition(".")[2]
        found = getattr(models(service), name, None)
        if inspect.isclass(found) and issubclass(found, Enum):
            return [str(member.value) for member in found]
        inner = _allowed(service, part)
        if inner:
            return inner
    return ()


@cache
def path_constraints(service: str, group: str, operation: str) -> Mapping[str, Constraints]:
    """Constraints on the parts of a resource's path, by name: read from the code that sends the request."""
    module = import_module(f"azure.mgmt.{service}.operations._{group}_operations")
    text = inspect.getsource(getattr(module, f"build_{operation}_request"))
    with _PARSING:
        source = ast.parse(text)
    found: dict[str, Constraints] = {}
    for mapping in (node for node in ast.walk(source) if isinstance(node, ast.Dict)):
        for key, value in zip(mapping.keys, mapping.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(value, ast.Call):
                limits = {word.arg: ast.literal_eval(word.value) for word in value.keywords if word.arg}
                found[str(key.value)] = limits
    return found
