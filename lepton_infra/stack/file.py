"""Reader of ``Pulumi.<stack>.yaml``, with the line of every problem.

Needs neither the engine nor a vendor's SDK.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lepton_infra.config.region import RegionConfig
from lepton_infra.errors import ConfigError, LeptonError, Problem
from lepton_infra.stack import law_check, layout, yaml_lines
from lepton_infra.stack.law_check import Verdict
from lepton_infra.stack.layout import REGION
from lepton_infra.stack.parse import parse
from lepton_infra.stack.yaml_lines import Document

_IN_FILE = ("config", REGION)
_FILE_NAME = re.compile(r"Pulumi\.(.+)\.ya?ml")


@dataclass(frozen=True, kw_only=True)
class StackProblem:
    """One thing wrong with a stack file, at its line."""

    file: str
    line: int
    problem: Problem

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.problem}"


class StackFileError(LeptonError):
    """A stack file is wrong; ``problems`` are all that could be found at once, by line."""

    def __init__(self, problems: list[StackProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class StackFile:
    """A valid stack file: the region that it describes, and the line of each value.

    ``verdict`` is what the region must keep on the day on which the file was read.
    """

    path: Path
    region: RegionConfig[Any]
    document: Document
    verdict: Verdict

    def problem(self, problem: Problem) -> StackProblem:
        """A problem of the region at its line."""
        return _located(self.path, self.document, problem, _IN_FILE)


def read(path: Path, *, today: date | None = None) -> RegionConfig[Any]:
    """The region that a stack file describes. It must be lawful ``today``: the day of the call where none is given.

    Raises:
        StackFileError: with everything that is wrong with the file, or that it cannot be read.
    """
    return open_file(path, today=today).region


def open_file(path: Path, *, today: date | None = None) -> StackFile:
    """Read a stack file, with the lines of its values."""
    document = _document(path)
    problems = [_repeated(path, again) for again in document.repetitions]
    problems += [_located(path, document, problem) for problem in layout.problems(document)]
    region = verdict = None
    if layout.has_region(document):
        raw = document.value["config"][REGION]
        problems += [_located(path, document, problem, _IN_FILE) for problem in _name_problems(raw, stack_name(path))]
        try:
            region = parse(raw)
            verdict = law_check.judge(region, today or date.today())
        except ConfigError as error:
            problems += [_located(path, document, problem, _IN_FILE) for problem in error.problems]
    if problems or region is None or verdict is None:
        raise StackFileError(sorted(problems, key=lambda problem: problem.line))
    return StackFile(path=path, region=region, document=document, verdict=verdict)


def stack_name(path: Path) -> str:
    """The stack that a file belongs to, by the file's name."""
    found = _FILE_NAME.fullmatch(path.name)
    return found.group(1) if found else path.stem


def _document(path: Path) -> Document:
    try:
        return yaml_lines.parse(path.read_text(encoding="utf-8"))
    except yaml_lines.YamlError as error:
        line, message = error.line, str(error)
    except UnicodeDecodeError as error:
        line, message = error.object.count(b"\n", 0, error.start) + 1, "is not UTF-8 text; save it in that encoding"
    except OSError as error:
        line, message = 1, f"cannot be read: {error.strerror}"
    raise StackFileError([StackProblem(file=path.name, line=line, problem=Problem(path=(), message=message))])


def _repeated(path: Path, again: yaml_lines.Repetition) -> StackProblem:
    place = again.path[len(_IN_FILE) :] if again.path[: len(_IN_FILE)] == _IN_FILE else again.path
    message = f"is written twice; line {again.first} has it already; remove one"
    return StackProblem(file=path.name, line=again.line, problem=Problem(path=place, message=message))


def _name_problems(raw: Any, stack: str) -> Iterator[Problem]:
    name = raw.get("name") if isinstance(raw, Mapping) else None
    if isinstance(name, str) and name != stack:
        yield Problem(path=("name",), given=name, message="is not the name of the file's stack", allowed=stack)


def _located(path: Path, document: Document, problem: Problem, inside: yaml_lines.Path = ()) -> StackProblem:
    """A problem at its line; a number is shown as it was written (1.30 is not 1.3)."""
    place = (*inside, *problem.path)
    if isinstance(problem.given, int | float) and place in document.texts:
        problem = problem.model_copy(update={"given": document.texts[place]})
    return StackProblem(file=path.name, line=document.line(place), problem=problem)
