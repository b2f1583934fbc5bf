"""Score all pictures of a bucket with an exported model, in parts that are each whole, and go on where it stopped.

The order is that of the pictures' paths and batches begin with their part, so the same pictures, model and settings
give the same parts, however often the run was broken off. Nothing that is told while it runs holds a picture's content.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from PIL import Image

from lepton_infra.errors import LeptonError
from models.cifar10.classifier import Judge
from models.cifar10.score_files import COLUMNS, Format, Row, errors, read, written
from models.cifar10.storage import Object, Place, ahead

ENDINGS = (".jpg", ".jpeg", ".png")
KINDS = ("JPEG", "PNG")
"""The only ones that are decoded, whatever the name says: Pillow knows many more, and gives some to other programs."""
LARGEST = 1024 * 1024
"""Bytes; what is larger is not read, which bounds the memory. A choice."""
READERS = 16
"""Threads that wait for the store. A choice."""
BATCHES_AHEAD = 3
"""How many batches are read before the model asks for them. A choice."""
BATCHES_OF_A_PART = 64
"""What a break costs at most. A choice."""
PLAN, SUMMARY, PART = "plan.json", "summary.json", "part-"

_DIGITS = 6
"""Of a probability. A batch of another size, or another processor, may differ beyond them."""
_PIXELS = 4096 * 4096
"""A picture of more is not decoded only to say what is wrong with it. A choice."""

Say = Callable[[str], object]


class ScoringInvalid(LeptonError):
    """There is nothing to score, or the place of the output is another run's."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """``plan.json``, which determines every byte of the output; ``listing`` is a SHA-256 of the images to score."""

    images: str
    listing: str
    objects: int
    model: str
    batch: int
    format: Format


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A run at its end, ``summary.json``: ``errors`` of the ``objects`` could not be scored."""

    objects: int
    errors: int
    parts: int
    model: str


def score(images: str, to: str, export: Path, *, digest: str | None, batch: int, format: Format, say: Say) -> Summary:
    """Score every JPEG and PNG below the URL ``images`` into ``<to>/part-00000.jsonl`` and so on.

    The model in ``export`` must have ``digest``, if it is given. Parts that are there are left, if they are whole. One
    row is one picture; of one that cannot be scored it says why. All names are held in memory, of contents only
    ``BATCHES_AHEAD`` batches and the one that is scored, each file of at most ``LARGEST`` bytes.

    Raises:
        ScoringInvalid: if there is no picture, or ``to`` holds a run of something else, or a part that is not whole;
            nothing has been written then.
        ModelInvalid: if the model is not the one asked for; nothing has been written then.
        PlaceInvalid: if a place cannot be reached; what was written is whole, and the same call goes on from there.
    """
    judge = Judge(export, digest)
    source, target = Place(images), Place(to)
    objects = source.list(ENDINGS)
    if not objects:
        raise ScoringInvalid(f"{images} has no object that ends with {', '.join(ENDINGS)}; is it the right folder?")
    plan = Plan(
        images=source.url,
        listing=_listing(objects),
        objects=len(objects),
        model=judge.digest,
        batch=batch,
        format=format,
    )
    _take_up(target, plan)
    parts = _parts(objects, batch * BATCHES_OF_A_PART, format)
    there = {each.path for each in target.list((f".{format}",))}
    missing = {name: part for name, part in parts.items() if name not in there}
    if len(missing) < len(parts):
        say(f"{len(parts) - len(missing)} of {len(parts)} parts are there")
    failed = sum(_errors_of(target, name, part, plan) for name, part in parts.items() if name in there)
    coming = ahead(
        source,
        (each for part in missing.values() for each in part),
        limit=LARGEST,
        window=BATCHES_AHEAD * batch,
        readers=READERS,
    )
    for name, part in missing.items():
        rows = [row for few in _batches(islice(coming, len(part)), batch) for row in _scored(judge, few)]
        target.write(name, written(rows, format))
        say(f"{name}: {len(rows)} pictures, {errors(rows)} of them not scored")
        failed += errors(rows)
    summary = Summary(objects=len(objects), errors=failed, parts=len(parts), model=judge.digest)
    target.write(SUMMARY, _json(asdict(summary)))
    return summary


def _take_up(target: Place, plan: Plan) -> None:
    """Write the plan, or find that it is the one that is there."""
    content = _json(asdict(plan))
    found = target.read(PLAN)
    if found is None:
        parts = [each.path for each in target.list(tuple(f".{format}" for format in Format))]
        if orphans := [path for path in parts if path.startswith(PART)]:
            raise ScoringInvalid(
                f"{target.url} has {orphans[0]} but no {PLAN}, so it cannot be told what was scored there; score into "
                "another --to, or delete the parts and start again"
            )
        target.write(PLAN, content)
    elif found != content:
        raise ScoringInvalid(
            f"{target.url} holds another run: {_difference(found, asdict(plan))}. Score into another --to, or do again "
            "as that run was begun"
        )


def _difference(found: bytes, wanted: dict[str, Any]) -> str:
    try:
        there = json.loads(found)
        return next(f"{key} was {there[key]}, now {value}" for key, value in wanted.items() if there[key] != value)
    except (ValueError, KeyError, TypeError, StopIteration):
        return f"its {PLAN} is not one of this program"


def _parts(objects: Sequence[Object], size: int, format: Format) -> dict[str, Sequence[Object]]:
    starts = range(0, len(objects), size)
    return {f"{PART}{number:05}.{format}": objects[start : start + size] for number, start in enumerate(starts)}


def _batches(coming: Iterable[tuple[Object, bytes | None]], size: int) -> Iterator[list[tuple[Object, bytes | None]]]:
    whole = iter(coming)
    while few := list(islice(whole, size)):
        yield few


def _scored(judge: Judge, pictures: Sequence[tuple[Object, bytes | None]]) -> list[Row]:
    answers = iter(judge([content for _, content in pictures if content is not None]))
    rows = []
    for each, content in pictures:
        answer = None if content is None else next(answers)
        row: Row = {**asdict(each), "object": each.path, "class": None, "probability": None, "error": None}
        if answer is not None:
            row |= {"class": answer.name, "probability": round(answer.probability, _DIGITS)}
        else:
            row["error"] = _why_not(each, content)
        rows.append({column: row.get(column, judge.digest) for column in COLUMNS})
    return rows


def _why_not(each: Object, content: bytes | None) -> str:
    """Why a picture has no class, in words that quote nothing of it."""
    if content is None:
        return f"larger than {LARGEST} bytes" if each.size > LARGEST else "gone or changed since it was listed"
    try:
        with Image.open(io.BytesIO(content), formats=KINDS) as picture:
            if picture.width * picture.height <= _PIXELS:
                picture.load()
            return f"{picture.format} of {picture.width}x{picture.height} pixels, which the model does not take"
    except Exception:
        # Pillow's decoders raise whatever a broken file leads them to.
        return "cannot be decoded"


def _errors_of(target: Place, name: str, part: Sequence[Object], plan: Plan) -> int:
    """How many rows of a part that is there are errors, once it is found to be the whole of what it would be now."""
    content = target.read(name) or b""
    try:
        rows = list(read(content, plan.format))
        found = [(row["object"], row["model"]) for row in rows]
        failed = errors(rows)
    except (ValueError, KeyError, TypeError, RecursionError, csv.Error):
        found, failed = [], 0
    # Of a last row that is cut short no more may be missing than the end of its error.
    if found != [(each.path, plan.model) for each in part] or not content.endswith(b"\n"):
        raise ScoringInvalid(
            f"{target.url}/{name} has not a row by {plan.model} for each of its {len(part)} pictures, in their order; "
            "delete it and start again, which makes it anew"
        )
    return failed


def _listing(objects: Sequence[Object]) -> str:
    digest = hashlib.sha256()
    for each in objects:
        digest.update(f"{json.dumps(asdict(each))}\n".encode())
    return f"sha256:{digest.hexdigest()}"


def _json(content: dict[str, Any]) -> bytes:
    return f"{json.dumps(content, indent=2)}\n".encode()
