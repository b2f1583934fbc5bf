"""What an interrupted run left behind, read from a stack's exported state.

The engine writes each operation down before it starts it. A run that was killed leaves those behind that had not come
back: the cloud may or may not have done them, and only a look at the cloud tells.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lepton_infra.refusal import Refused


@dataclass(frozen=True, kw_only=True)
class Pending:
    """An operation without an outcome: ``kind`` is the engine's word (``creating``, ``updating`` …)."""

    kind: str
    urn: str
    type: str
    inputs: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The resource's logical name: the key of an ``adopt`` map."""
        return self.urn.rsplit("::", 1)[-1]


def pending(deployment: Mapping[str, Any]) -> list[Pending]:
    """The operations that have no outcome yet, in the order in which they were begun."""
    return [
        Pending(
            kind=operation["type"],
            urn=operation["resource"]["urn"],
            type=operation["resource"]["type"],
            inputs=operation["resource"].get("inputs") or {},
        )
        for operation in deployment.get("pending_operations") or []
    ]


def known_ids(deployment: Mapping[str, Any]) -> set[tuple[str, str]]:
    """URN and provider id of every resource that the state knows."""
    return {(resource["urn"], resource.get("id", "")) for resource in deployment.get("resources") or []}


def read_checkpoint(path: Path) -> Mapping[str, Any]:
    """The deployment in a state file of the file backend; empty if the stack has never been deployed.

    Raises:
        Refused: if the file is damaged; the message says how to get the last good one back.
    """
    try:
        latest = json.loads(path.read_text(encoding="utf-8"))["checkpoint"]["latest"]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        backup = path.with_name(f"{path.name}.bak")
        remedy = f"cp {backup} {path}" if backup.exists() else f"rm {path}"
        raise Refused(f"the state in {path} is damaged ({error!r}). Go back to the one before it: {remedy}") from error
    return latest or {}
