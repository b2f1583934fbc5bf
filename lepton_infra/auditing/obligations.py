"""What is asked of a graph: by its stack file, or of a program that has none by the law of its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lepton_infra import stack_file
from lepton_infra.compliance import law, merging
from lepton_infra.compliance.obligations import Obligations
from lepton_infra.project import Project
from lepton_infra.refusal import Refused
from lepton_infra.settings import ConfigError


def obligations_of(
    project: Project | None, stack: str | None, residency: str | None, frameworks: Sequence[str], today: date
) -> Obligations:
    """The obligations of a stack of ``project``, or of ``residency`` with more frameworks where no stack is named.

    Raises:
        Refused: if there is no such stack, place or framework, if the file is wrong, or both a stack and a place are
            given.
    """
    if project is not None and stack is not None:
        if residency or frameworks:
            raise Refused(
                f"the file of {stack} says which law applies; leave out --residency and --framework, or the stack."
            )
        return merging.of_region(stack_file.read(project.stack_file(stack)), today)
    places = sorted(law.load().residencies)
    if residency not in places:
        given = f"unknown residency {residency!r}:" if residency else "whose law applies?"
        raise Refused(f"{given} Name a stack, or give --residency with one of: {', '.join(places)}.")
    try:
        return merging.of_place(residency, frameworks, today)
    except ConfigError as error:
        raise Refused(f"--framework: {error}") from error
