"""Uniqueness of the types that have no record yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from lepton_infra.simulator.aws import tokens
from lepton_infra.simulator.aws.resource_type import Unique
from lepton_infra.simulator.core.uniqueness import same


def _content(inputs: Mapping[str, Any]) -> object:
    """A backup plan: two of the same name may be there if their rules differ."""
    return json.dumps([inputs.get("name"), inputs.get("rules")], sort_keys=True, default=str)


_VAULT: Final = Unique(code="AlreadyExistsException", message="Backup vault with the same name already exists: {name}")

UNIQUE: Final[Mapping[str, Unique]] = {
    tokens.TRAIL: Unique(code="TrailAlreadyExistsException", message="Trail {name} already exists"),
    tokens.BACKUP_VAULT: _VAULT,
    tokens.AIR_GAPPED_VAULT: _VAULT,
    tokens.BACKUP_PLAN: Unique(
        code="AlreadyExistsException",
        message="Backup plan with the same plan document already exists: {id}",
        key=_content,
    ),
    tokens.RESTORE_PLAN: Unique(
        code="AlreadyExistsException", message="Restore testing plan with the same name already exists: {name}"
    ),
    tokens.RESTORE_SELECTION: Unique(
        code="AlreadyExistsException",
        message="Restore testing selection with the same name already exists: {id}",
        key=same("restoreTestingPlanName", "name"),
    ),
    tokens.DETECTOR: Unique(
        code="BadRequestException",
        message="The request is rejected because a detector already exists for the current account: {id}",
        key=lambda inputs: True,
    ),
    tokens.ANALYZER: Unique(code="ConflictException", message="An analyzer with the name {name} already exists"),
}
