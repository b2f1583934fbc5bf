"""Store of the embedded clouds' resources: one SQLite file that outlives commands and killed processes.

Write-ahead logging: a commit costs no disk flush, survives the death of the process (not the loss of power), and
another process can read while one writes. Rows are never removed: a deleted resource keeps its row with ``deleted``
set, which is how soft deletion and reproducible identifiers know the past. The file holds secrets in plain text, as the
clouds themselves do, and is readable by its owner only.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, Final

from lepton_infra.simulator.behaviour import Stored

VERSION: Final = 1
_BUSY_SECONDS: Final = 30.0
_SCHEMA: Final = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS resources (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    package TEXT NOT NULL,
    scope TEXT NOT NULL,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    urn TEXT NOT NULL,
    inputs TEXT NOT NULL,
    state TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX IF NOT EXISTS live ON resources (package, scope, type, id) WHERE deleted = 0;
CREATE INDEX IF NOT EXISTS by_urn ON resources (package, urn);
CREATE TABLE IF NOT EXISTS fault_uses (fault TEXT PRIMARY KEY, uses INTEGER NOT NULL);
PRAGMA user_version = {VERSION};
COMMIT;
"""
_COLUMNS: Final = "package, scope, type, id, urn, inputs, state"


class StoreDamaged(Exception):
    """The store's file cannot be used. The message names the file and the remedy."""


class Store:
    """Resources by package, scope (account and region, or cluster), type and provider id.

    ``path`` None keeps everything in memory. Safe under threads and between processes.

    Raises:
        StoreDamaged: if the file is not a store, is of a newer version, or is damaged. It is left as it was.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._lock = RLock()
        self._depth = 0
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch(mode=0o600)
            self._db = sqlite3.connect(
                path or ":memory:", timeout=_BUSY_SECONDS, check_same_thread=False, isolation_level=None
            )
            self._open()
        except OSError as error:
            raise StoreDamaged(
                f"the store of the embedded clouds cannot be made at {path}: {error.strerror}"
            ) from error
        except sqlite3.Error as error:
            raise self._damaged(str(error)) from error

    def _open(self) -> None:
        # In this order: another process may be making the store, and gives it tables and version at once.
        tables = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        found = self._db.execute("PRAGMA user_version").fetchone()[0]
        if found > VERSION or (found == 0 and tables):
            self._db.close()
            raise self._damaged(f"its version is {found}, this program reads {VERSION}")
        problem = self._db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if problem != "ok":
            self._db.close()
            raise self._damaged(problem)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        if found != VERSION:
            self._db.executescript(_SCHEMA)

    def _damaged(self, why: str) -> StoreDamaged:
        return StoreDamaged(
            f"the store of the embedded clouds at {self.path} cannot be used: {why}. "
            "Remove that file (and the state of the stacks that lived in it) to start anew, or restore a copy of it."
        )

    def close(self) -> None:
        """Close the file. Closing twice is harmless."""
        with self._lock:
            self._db.close()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """A transaction that no other thread or process can interleave with; undone if the block raises. Nests."""
        with self._lock:
            outermost = self._depth == 0
            if outermost:
                self._execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                if outermost:
                    self._execute("ROLLBACK")
                raise
            else:
                if outermost:
                    self._execute("COMMIT")
            finally:
                self._depth -= 1

    def _execute(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._db.execute(sql, parameters).fetchall()
            except sqlite3.IntegrityError:
                raise
            except sqlite3.DatabaseError as error:
                raise self._damaged(str(error)) from error

    def add(self, resource: Stored) -> None:
        """Add a live resource.

        Raises:
            KeyError: if the scope already has a live one of this type and id.
        """
        try:
            self._execute(
                f"INSERT INTO resources ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
                *_key(resource),
                resource.urn,
                json.dumps(resource.inputs),
                json.dumps(resource.state),
            )
        except sqlite3.IntegrityError:
            raise KeyError(f"{resource.type} {resource.id} exists in {resource.scope}") from None

    def replace(self, resource: Stored) -> None:
        """Set the urn, inputs and state of a live resource."""
        self._execute(
            "UPDATE resources SET urn = ?, inputs = ?, state = ? "
            "WHERE package = ? AND scope = ? AND type = ? AND id = ? AND deleted = 0",
            resource.urn,
            json.dumps(resource.inputs),
            json.dumps(resource.state),
            *_key(resource),
        )

    def delete(self, resource: Stored) -> None:
        """Mark a live resource as deleted. Its row stays."""
        self._execute(
            "UPDATE resources SET deleted = 1 WHERE package = ? AND scope = ? AND type = ? AND id = ? AND deleted = 0",
            *_key(resource),
        )

    def find(self, package: str, scope: str, type: str, id: str) -> Stored | None:
        """The live resource with this key."""
        rows = self._execute(
            f"SELECT {_COLUMNS} FROM resources WHERE package = ? AND scope = ? AND type = ? AND id = ? AND deleted = 0",
            package,
            scope,
            type,
            id,
        )
        return _stored(rows[0]) if rows else None

    def newest(self, package: str, scope: str, type: str, urn: str) -> Stored | None:
        """The live resource that this URN made last."""
        rows = self._execute(
            f"SELECT {_COLUMNS} FROM resources WHERE package = ? AND urn = ? AND scope = ? AND type = ? "
            "AND deleted = 0 ORDER BY seq DESC LIMIT 1",
            package,
            urn,
            scope,
            type,
        )
        return _stored(rows[0]) if rows else None

    def all(
        self, *types: str, package: str | None = None, scope: str | None = None, deleted: bool = False
    ) -> list[Stored]:
        """Live resources, or deleted ones, oldest first, narrowed by what is given."""
        conditions, parameters = [f"deleted = {int(deleted)}"], list[str]()
        for column, value in (("package", package), ("scope", scope)):
            if value is not None:
                conditions.append(f"{column} = ?")
                parameters.append(value)
        if types:
            conditions.append(f"type IN ({', '.join('?' * len(types))})")
            parameters.extend(types)
        rows = self._execute(
            f"SELECT {_COLUMNS} FROM resources WHERE {' AND '.join(conditions)} ORDER BY seq", *parameters
        )
        return [_stored(row) for row in rows]

    def made(self, package: str, urn: str) -> int:
        """Number of resources that this URN has had, deleted ones included."""
        count: int = self._execute("SELECT count(*) FROM resources WHERE package = ? AND urn = ?", package, urn)[0][0]
        return count

    def count_use(self, fault: str, limit: int | None) -> bool:
        """Take one use of a fault; False if ``limit`` uses have been taken before."""
        with self.exclusive():
            rows = self._execute("SELECT uses FROM fault_uses WHERE fault = ?", fault)
            uses = rows[0][0] if rows else 0
            if limit is not None and uses >= limit:
                return False
            self._execute("INSERT OR REPLACE INTO fault_uses VALUES (?, ?)", fault, uses + 1)
            return True


def _key(resource: Stored) -> tuple[str, str, str, str]:
    return resource.package, resource.scope, resource.type, resource.id


def _stored(row: tuple[Any, ...]) -> Stored:
    package, scope, type, id, urn, inputs, state = row
    return Stored(
        package=package,
        scope=scope,
        type=type,
        id=id,
        urn=urn,
        inputs=json.loads(inputs),
        state=json.loads(state),
    )
