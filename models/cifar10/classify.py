"""Classification of pictures by an exported version, through the signature that a server calls."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.cifar10 import rest
from models.cifar10.export.refused import ExportInvalid
from models.cifar10.export.served import ENCODED, IMAGE_BYTES
from models.cifar10.loading import signatures, verified


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The class that a picture most likely shows, and how likely (0 to 1)."""

    picture: Path
    name: str
    probability: float


def classify(pictures: Sequence[Path], folder: Path, digest: str | None) -> Iterator[Judgement]:
    """Judge each picture by the version in ``folder``, which must be what its manifest says, and that be ``digest``.

    Without ``digest`` the folder is held against its own manifest alone, which finds damage but no other export.

    Raises:
        ModelInvalid: if the folder is not what was exported or pinned.
        ExportInvalid: if a picture is not to be had or is none.
    """
    verified(folder, digest)
    loaded = signatures(folder)
    for picture in pictures:
        status, answer = rest.answer(json.dumps(body(picture)).encode(), loaded)
        if status != 200:
            # What TensorFlow adds, from "[[" on, is for whoever wrote the graph.
            raise ExportInvalid(f"{picture}: {answer['error'].partition('[[')[0].strip()}")
        (prediction,) = answer["predictions"]
        yield Judgement(picture=picture, name=prediction["classes"], probability=max(prediction["probabilities"]))


def body(picture: Path) -> dict[str, Any]:
    """The body of the request that asks TensorFlow Serving's REST API about one picture.

    Raises:
        ExportInvalid: if it cannot be read.
    """
    try:
        content = base64.b64encode(picture.read_bytes()).decode("ascii")
    except OSError as error:
        raise ExportInvalid(f"{picture} cannot be read ({error.strerror}); name a JPEG or PNG file") from None
    return {"signature_name": ENCODED, "instances": [{IMAGE_BYTES: {"b64": content}}]}


def newest(exported: Path) -> Path:
    """The version with the highest number in ``exported``, which a server would take.

    Raises:
        ExportInvalid: if there is none.
    """
    versions = [path for path in exported.glob("*") if path.is_dir() and path.name.isdecimal()]
    if not versions:
        raise ExportInvalid(f"there is no exported version in {exported}; export one, or name its folder with --export")
    return max(versions, key=lambda path: int(path.name))
