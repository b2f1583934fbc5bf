"""Checks of amounts: what containers ask for, quotas and claims."""

from __future__ import annotations

from typing import Any

from lepton_infra.simulator.behaviour import UNKNOWN, Failure
from lepton_infra.simulator.kubernetes import quantities, syntax
from lepton_infra.simulator.kubernetes.reading import mapping
from lepton_infra.simulator.schema import member

_STANDARD_RESOURCES = frozenset({"cpu", "memory", "ephemeral-storage"})


def resources_failures(resources: Any, path: str) -> list[Failure]:
    """Requests within limits, quantities well-formed; extended resources whole and with equal request and limit."""
    limits, requests = mapping(resources, "limits"), mapping(resources, "requests")
    failures = []
    for section, amounts in (("limits", limits), ("requests", requests)):
        for name, amount in amounts.items():
            failures += _standard(name, f"{path}.{section}")
            failures += _amount_failures(name, amount, member(f"{path}.{section}", name))
    for name, amount in requests.items():
        failures += _request_failures(name, amount, limits.get(name), f"{path}.requests")
    return failures


def quantity_failures(amounts: Any, path: str) -> list[Failure]:
    """Failures of a map of quantities, as a quota or a claim has it."""
    failures = []
    for name, amount in mapping(amounts).items():
        failures += _amount_failures(name, amount, member(path, name))
    return failures


def _extended(name: str) -> bool:
    """Whether a resource is of a device plugin, like ``nvidia.com/gpu``: whole units, never overcommitted."""
    return "/" in name and not name.partition("/")[0].endswith("kubernetes.io")


def _standard(name: str, path: str) -> list[Failure]:
    if "/" in name or name in _STANDARD_RESOURCES or name.startswith("hugepages-"):
        return []
    return [syntax.invalid(path, name, "must be a standard resource for containers")]


def _amount_failures(name: str, amount: Any, path: str) -> list[Failure]:
    failures = syntax.key_failures(name, path)
    if amount is UNKNOWN or not isinstance(amount, str | int | float):
        return failures
    parsed = quantities.parse(amount)
    if parsed is None:
        return [*failures, syntax.invalid(path, amount, quantities.SYNTAX)]
    if parsed < 0:
        failures.append(syntax.invalid(path, amount, "must be greater than or equal to 0"))
    if _extended(name) and parsed != int(parsed):
        failures.append(syntax.invalid(path, amount, "must be an integer"))
    return failures


def _request_failures(name: str, amount: Any, limit: Any, path: str) -> list[Failure]:
    if UNKNOWN in (amount, limit):
        return []
    if limit is None:
        return [syntax.required(path, "Limit must be set for non overcommitable resources")] if _extended(name) else []
    asked, most = quantities.parse(amount), quantities.parse(limit)
    if asked is None or most is None:
        return []
    if _extended(name) and asked != most:
        return [syntax.invalid(path, str(amount), f"must be equal to {name} limit of {limit}")]
    if asked > most:
        return [syntax.invalid(path, str(amount), f"must be less than or equal to {name} limit of {limit}")]
    return []
