"""What every cloud's own section of a stack file has in common, and how what is wrong with a file is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from lepton_infra.compliance.obligations import Waiver
    from lepton_infra.config import RegionConfig


class Strict(BaseModel):
    """Closed and constant: unknown keys are errors, values never change after parsing."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where a region stands: by the cloud's own code, and in which countries (None: not known).

    ``key`` is the path of the value that says so.
    """

    location: str
    countries: frozenset[str] | None
    key: tuple[str | int, ...]


class CloudSettings(Strict):
    """The section ``cloud:`` of a stack file. A cloud adds what only it has: account, region, capacity ids."""

    name: str

    log_days_offered: ClassVar[Sequence[int]] = range(1, 3654)
    """The numbers of days that the cloud can keep logs, ascending."""

    def home(self) -> Home | None:
        """Where the region stands. The default does not know."""
        return None

    def waivers(self, region: RegionConfig[Any]) -> Sequence[Waiver]:
        """Controls that this cloud cannot keep in a region of this file, each with the reason.

        They follow from the file alone: nobody writes them. The default has none.
        """
        return ()

    def problems(self, region: RegionConfig[Any]) -> list[Problem]:
        """What is wrong with the rest of the file on this cloud: a zone it does not have, a machine it does not offer.

        Pure: looks at the two records only. The default finds nothing.
        """
        return []


def text(pattern: str, meaning: str) -> Any:
    """A string of one form. Editors show ``patternErrorMessage`` where the pattern fails, and so do our own errors."""
    return Field(pattern=pattern, json_schema_extra={"patternErrorMessage": meaning})


NOTHING: Final[object] = type("Nothing", (), {"__repr__": lambda self: "NOTHING"})()
"""What was given where a key is missing. Not None: a null can be written in a file."""


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


def _written(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_written(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, str):
        return str(value) or '""'
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else "null" if value is None else str(value)
