"""An evaluation for people: one page without scripts, fonts or anything else from outside."""

from __future__ import annotations

import base64
import io
import math
import shlex
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.resources import files

import numpy as np
from jinja2 import Environment, StrictUndefined
from numpy.typing import NDArray
from PIL import Image

from models.cifar10.config import Config, Transfer
from models.cifar10.data import CLASSES, Split
from models.cifar10.evaluation import drawing
from models.cifar10.evaluation.record import Evaluation, Mistake
from models.cifar10.history import History
from models.cifar10.train import Result


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A field of the confusion matrix: how many, and how strongly it is coloured (0 to 1)."""

    images: int
    right: bool
    strength: float


def document(evaluation: Evaluation, config: Config, result: Result, history: History, test: Split) -> str:
    """The page as HTML. ``test`` has the images that the evaluation's mistakes count in."""
    template = files(__package__).joinpath("page.html.j2").read_text(encoding="utf-8")
    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page.filters["percent"] = percent
    return page.from_string(template).render(
        evaluation=evaluation,
        result=result,
        classes=CLASSES,
        rows=list(zip(CLASSES, matrix(evaluation.confusion), strict=True)),
        area=drawing,
        reliability=drawing.reliability(evaluation.calibration.bins),
        learning=drawing.learning(history),
        pictures=list(_pictures(evaluation.mistakes, test)),
        settings=list(settings(asdict(config))),
        command=shlex.join(command(config)),
    )


def percent(share: float | None, digits: int = 1) -> str:
    """A share for people to read."""
    return "–" if share is None else f"{share:.{digits}%}"


def matrix(confusion: tuple[tuple[int, ...], ...]) -> tuple[tuple[Cell, ...], ...]:
    """The fields, coloured by their share of the row.

    Mistakes are coloured by the root of their share among the mistakes of all rows' greatest: they are few, and would
    all look alike beside what is right.
    """
    worst = max((count for true, row in enumerate(confusion) for said, count in enumerate(row) if true != said))
    return tuple(
        tuple(
            Cell(
                images=count,
                right=true == said,
                strength=round(count / max(1, sum(row)) if true == said else math.sqrt(count / max(1, worst)), 2),
            )
            for said, count in enumerate(row)
        )
        for true, row in enumerate(confusion)
    )


def command(config: Config) -> Iterator[str]:
    """The words that train an experiment, without where its data and its run are."""
    yield from ("python", "-m", "models.cifar10", "train", config.name)
    match config.network:
        case Transfer(weights=weights) if weights is not None:
            yield from ("--weights", str(weights))


def settings(said: dict[str, object], within: str = "") -> Iterator[tuple[str, str]]:
    """The fields of an experiment, those of its network with their path."""
    for key, value in said.items():
        if isinstance(value, dict):
            yield from settings(value, f"{within}{key}.")
        else:
            yield f"{within}{key}", str(value)


def _pictures(mistakes: tuple[Mistake, ...], test: Split) -> Iterator[tuple[Mistake, str]]:
    for mistake in mistakes:
        yield mistake, data_uri(test.images[mistake.index])


def data_uri(image: NDArray[np.uint8]) -> str:
    """An image ``uint8 [rows, columns, 3]`` as PNG within its own address."""
    content = io.BytesIO()
    Image.fromarray(image).save(content, format="PNG")
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"
