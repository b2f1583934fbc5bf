"""Management locks: refusals of deletions, and of writes to what is read-only."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.simulator.azure_native.authorization import LOCKS
from lepton_infra.simulator.azure_native.resource_ids import within
from lepton_infra.simulator.behaviour import CloudError, Scope, Stored

_SUFFIX = "/providers/Microsoft.Authorization/locks/"


def require_unlocked_for_delete(scope: Scope, stored: Stored, contents: list[Stored]) -> None:
    """Refuse the deletion of what is locked, or of what holds something locked.

    Raises:
        CloudError: ``ScopeLocked``.
    """
    if stored.type not in LOCKS:
        _refuse(stored.id, "delete", _holding(scope, [stored, *contents], ("CanNotDelete", "ReadOnly")))


def require_unlocked_for_write(scope: Scope, id: str, type: str) -> None:
    """Refuse to make or change anything where a lock says read-only.

    Raises:
        CloudError: ``ScopeLocked``.
    """
    if type not in LOCKS:
        locks = (lock for lock in scope.all(*LOCKS) if lock.inputs["level"] == "ReadOnly")
        _refuse(id, "write", (place for place in map(_place, locks) if within(id, place)))


def _holding(scope: Scope, targets: list[Stored], levels: tuple[str, ...]) -> Iterator[str]:
    for lock in scope.all(*LOCKS):
        if lock.inputs["level"] in levels and any(
            within(target.id, _place(lock)) for target in targets if target.type not in LOCKS
        ):
            yield _place(lock)


def _place(lock: Stored) -> str:
    """What a lock is on."""
    return lock.id.rpartition(_SUFFIX)[0]


def _refuse(id: str, operation: str, places: Iterator[str]) -> None:
    locked = sorted(set(places))
    if locked:
        raise CloudError(
            "ScopeLocked",
            f"The scope '{id}' cannot perform {operation} operation because following scope(s) are locked: "
            f"'{', '.join(locked)}'. Please remove the lock and try again.",
        )
