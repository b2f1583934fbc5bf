"""Pending operations of an interrupted run, and their settlement in the stack's state.

The engine writes each operation down before it starts it. A run that was killed leaves those behind that had not come
back, and a later ``up`` only warns of them and creates a second object. Whether the cloud made the first one, only a
look at the cloud tells; with that answer ``settled`` writes the state that the engine would have written, had it lived.

``pulumi refresh --import-pending-creates`` is meant for the same. With engine 3.245 and a file backend it drops the
record without importing the object (seen in the tests' kill -9 runs), so it is not used here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lepton_infra.errors import LeptonError

CREATING = "creating"


@dataclass(frozen=True, kw_only=True)
class Pending:
    """An operation without an outcome: ``kind`` is the engine's word (``creating``, ``updating`` …)."""

    kind: str
    urn: str
    type: str
    inputs: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The resource's logical name, which is also its key in an ``adopt`` map."""
        return logical_name(self.urn)


def logical_name(urn: str) -> str:
    """The last part of a URN."""
    return urn.rsplit("::", 1)[-1]


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


def settled(deployment: Mapping[str, Any], found: Mapping[str, str], absent: Collection[str]) -> dict[str, Any]:
    """The deployment with its unfinished creations settled: ``found`` are URN to provider id, ``absent`` are URNs.

    A found object takes its place as the engine's record has it; its outputs are for the next refresh to read. In a
    replacement the object before it is marked for deletion, as the engine does. Everything else stays as it is.
    """
    resources = list(deployment.get("resources") or [])
    operations = []
    for operation in deployment.get("pending_operations") or []:
        record = operation["resource"]
        urn = record["urn"]
        if operation["type"] != CREATING or (urn not in found and urn not in absent):
            operations.append(operation)
        elif urn in found:
            _place(resources, {**record, "id": found[urn]})
    return {**deployment, "resources": resources, "pending_operations": operations}


def _place(resources: list[dict[str, Any]], created: dict[str, Any]) -> None:
    for index, resource in enumerate(resources):
        if resource["urn"] == created["urn"] and not resource.get("delete"):
            resources[index : index + 1] = [created, {**resource, "delete": True}]
            return
    resources.append(created)


def read_checkpoint(path: Path) -> Mapping[str, Any]:
    """The deployment in a state file of the file backend; empty if the stack has never been deployed.

    Raises:
        LeptonError: if the file is damaged; the message says how to get the last good one back.
    """
    try:
        # Between the making of a stack and its first operation, the engine leaves ``latest`` out.
        latest = json.loads(path.read_text(encoding="utf-8"))["checkpoint"].get("latest")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        backup = path.with_name(f"{path.name}.bak")
        remedy = f"cp {backup} {path}" if backup.exists() else f"rm {path}"
        raise LeptonError(
            f"the state in {path} is damaged ({error!r}). Go back to the one before it: {remedy}"
        ) from error
    return latest or {}
