"""Writer of the files of evidence: all of them, or none."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from lepton_infra.audit.evidence import as_json, oscal, page, processing
from lepton_infra.audit.evidence.record import Evidence
from lepton_infra.errors import LeptonError


def documents(evidence: Evidence) -> Mapping[str, str]:
    """Text of every file of evidence, by name."""
    return {
        "evidence.json": _json(as_json.document(evidence)),
        "oscal-assessment-results.json": _json(oscal.document(evidence)),
        "processing-record.md": processing.document(evidence),
        "index.html": page.document(evidence),
    }


def write(folder: Path, files: Mapping[str, str]) -> list[Path]:
    """Write files into a folder, made if need be. Each is whole or as it was before, also after a crash.

    Raises:
        LeptonError: if the folder cannot be written to.
    """
    fresh = {folder / name: folder / f".{name}.new" for name in files}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in zip(fresh.values(), files.values(), strict=True):
            _write_whole(path, text)
        for final, path in fresh.items():
            path.replace(final)
    except OSError as error:
        raise LeptonError(f"{folder} cannot be written to: {error}. Name another folder with --to.") from error
    finally:
        for path in fresh.values():
            with suppress(OSError):
                path.unlink()
    return list(fresh)


def _write_whole(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _json(document: Mapping[str, object]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
