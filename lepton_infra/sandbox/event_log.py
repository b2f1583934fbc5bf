"""The engine's event log: what it writes while it works, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FLAG = "--event-log"

DEBUG_COMMANDS = {"PULUMI_DEBUG_COMMANDS": "true"}
"""Without this in its environment the engine does not take the flag; the SDK's Automation API sets it too."""


@dataclass(kw_only=True)
class EventLog:
    """A log that grows. A line that is not yet complete is read the next time."""

    path: Path
    _read: int = 0

    def fresh(self) -> Iterator[Mapping[str, Any]]:
        """The events since the last call."""
        if not self.path.exists():
            return
        with self.path.open("rb") as stream:
            stream.seek(self._read)
            written = stream.read()
        complete = written[: written.rfind(b"\n") + 1]
        self._read += len(complete)
        for line in complete.splitlines():
            yield json.loads(line)
