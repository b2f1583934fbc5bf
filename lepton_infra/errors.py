"""Errors of commands (``LeptonError``) and of stack files (``ConfigError``, with its ``Problem`` records)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from lepton_infra.fields import Strict


class LeptonError(Exception):
    """A command cannot do what was asked. The message names what is wrong and the remedy; no traceback is shown."""


class Nothing(Enum):
    """The type of ``NOTHING``, the given value of a missing key. Not None: a null can be written in a file."""

    NOTHING = "nothing"

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING: Final = Nothing.NOTHING


class Problem(Strict):
    """One thing wrong with a region's config.

    ``path`` leads from the region to the value (``("network", "zones", 0)``), ``given`` is the value, ``message`` says
    what is wrong with it as a predicate ("is not a private network") and, after a semicolon, what to do where that is
    not plain; ``allowed`` says what would be right.
    """

    path: tuple[str | int, ...]
    given: object = NOTHING
    message: str
    allowed: str = ""

    def __str__(self) -> str:
        notes = [] if self.given is NOTHING else [f"given {written(self.given)}"]
        notes += [f"allowed: {self.allowed}"] if self.allowed else []
        where = f"{key_path(self.path)}: " if self.path else ""
        return f"{where}{self.message}" + (f" ({'; '.join(notes)})" if notes else "")


class ConfigError(ValueError):
    """A region's config is wrong; ``problems`` are all that could be found at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def key_path(path: tuple[str | int, ...]) -> str:
    """A path as it is written: ``node_pools[0].nodes.max``."""
    keys = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return keys.removeprefix(".")


def written(value: object) -> str:
    """A value as a stack file would have it on one line, cut at 60 characters."""
    text = _written(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


_YAML_WORDS: Final[Mapping[object, str]] = {True: "true", False: "false", None: "null"}


def _written(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_written(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, str):
        return str(value) or '""'
    return _YAML_WORDS.get(value, str(value)) if value is None or isinstance(value, bool) else str(value)
