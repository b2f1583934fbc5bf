"""Answers of an embedded cloud about a resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lepton_infra.simulator.behaviour import Failure


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Inputs with the provider's defaults filled in, and what is wrong with them."""

    inputs: dict[str, Any]
    failures: list[Failure]


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource as the cloud has it now."""

    id: str
    inputs: dict[str, Any]
    state: dict[str, Any]


class Unfinished(Exception):
    """A resource that exists and is stored, but has not become ready: ``reasons`` say why."""

    def __init__(self, resource: Resource, reasons: list[str]) -> None:
        super().__init__(reasons[0])
        self.resource = resource
        self.reasons = reasons
