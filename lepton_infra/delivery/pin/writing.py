"""Put new texts in the place of files, all or none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from lepton_infra.errors import LeptonError


def replace(texts: Mapping[Path, str]) -> None:
    """Write each text to its file, safe from a power failure. No file changes before all texts are on the disk.

    A link stays one: what it leads to is written.

    Raises:
        LeptonError: if one cannot be written; all files are as they were.
    """
    files = {path.resolve(): text for path, text in texts.items()}
    unfinished = {path: path.with_name(f".{path.name}.unfinished") for path in files}
    try:
        for path, text in files.items():
            # Line ends stay as they are in the text.
            with unfinished[path].open("w", encoding="utf-8", newline="") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            shutil.copymode(path, unfinished[path])
        for path in files:
            unfinished[path].replace(path)
    except OSError as error:
        for part in unfinished.values():
            part.unlink(missing_ok=True)
        raise LeptonError(f"{path} cannot be written: {error.strerror}. It is unchanged.") from error
