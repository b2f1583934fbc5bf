"""Inputs of one resource that do not go together, and places that are not the provider's: known without the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from lepton_infra.simulator.aws.places import Place
from lepton_infra.simulator.behaviour import Failure, Properties

Findings = Iterator[Failure]
Check = Callable[[Properties, Place], Findings]


INPUT_RULES: Final[Mapping[str, tuple[Check, ...]]] = {}
