"""A run of the scorer on small batches, and what it wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from models.cifar10 import scorer
from models.cifar10.score_files import Format
from models.cifar10.scorer import Summary
from models.tests.cifar10.bytes_model import picture


def score(images: object, to: object, export: Path, **changes: Any) -> tuple[Summary, list[str]]:
    """Score, in batches of two unless it is said; the summary and what was told."""
    said: list[str] = []
    settings = {"digest": None, "batch": 2, "format": Format.jsonl, "say": said.append, **changes}
    return scorer.score(str(images), str(to), export, **settings), said


def rows(to: Path) -> list[dict[str, Any]]:
    """Of all parts of JSON lines, in order."""
    return [json.loads(line) for part in sorted(to.glob("part-*.jsonl")) for line in part.read_bytes().splitlines()]


def content(to: Path) -> dict[str, bytes]:
    """Every file that is there, by name."""
    return {path.name: path.read_bytes() for path in to.iterdir()}


def pictures(folder: Path) -> Path:
    """Ten pictures of two kinds and what is none of them, in a new folder."""
    for number in range(10):
        kind, ending = ("JPEG", "jpg") if number % 2 else ("PNG", "PNG")
        path = folder / f"day-{number // 4}" / f"{number}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(25 * number, kind))
    (folder / "notes.txt").write_text("no picture")
    return folder
