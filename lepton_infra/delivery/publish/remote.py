"""A real bucket, by rclone: the remote is set as for the pods, the credential is the caller's own.

What the caller's environment says of the remote (``RCLONE_CONFIG_STORE_PROFILE``, an ``…_ENDPOINT`` in between) is
kept, unless the region itself says it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from lepton_infra.delivery.manifest import NAME
from lepton_infra.delivery.publish.bucket import ModelsBucket
from lepton_infra.errors import LeptonError

_NOT_FOUND = 3
"""Exit code of rclone for a folder that is not there ("Exit code", rclone documentation)."""
_NOTED = re.compile(r"^(?=[0-9]{4}/[0-9]{2}/[0-9]{2} )", re.MULTILINE)
"""Where rclone begins to note something: with the time."""
_OPTIONS = ("--config", "", "--log-level", "ERROR", "--contimeout", "10s", "--timeout", "60s")
"""No configuration of the caller's: their file could have a remote ``store`` of its own."""


class RcloneBucket:
    """A :class:`~lepton_infra.delivery.publish.Destination` behind rclone. ``version`` is that of the pods' rclone.

    Raises:
        LeptonError: if there is no rclone, or one that does not know what the bucket needs said.
    """

    def __init__(self, bucket: ModelsBucket, version: str) -> None:
        program = shutil.which("rclone")
        if program is None:
            raise LeptonError(
                f"there is no rclone here, which copies to {bucket.uri}; install it (https://rclone.org/downloads, the "
                f"pods have {version}) and try again."
            )
        self._program, self._bucket = program, bucket
        self._environment = {**os.environ, **remote(bucket.rclone)}
        unknown = sorted(bucket.rclone.keys() - self._known_options(bucket.rclone["type"]) - {"type"})
        if unknown:
            raise LeptonError(
                f"{program} does not know {', '.join(unknown)} of {bucket.rclone['type']}, which {bucket.uri} needs; "
                f"install a newer one (the pods have {version}): https://rclone.org/downloads"
            )

    def _known_options(self, kind: str) -> set[str]:
        backends = json.loads(self._run("config", "providers").stdout)
        return {option["Name"] for backend in backends if backend["Name"] == kind for option in backend["Options"]}

    def names(self, folder: str) -> set[str]:
        done = self._run("lsf", "--recursive", "--files-only", f"{self._place(folder)}/", passing=_NOT_FOUND)
        return set(_lines(done.stdout))

    def read(self, path: str) -> bytes:
        return self._run("cat", self._place(path)).stdout

    def sums(self, folder: str) -> dict[str, str]:
        # Downloaded and reckoned here, for not every store knows SHA-256.
        done = self._run("hashsum", "sha256", "--download", "--exclude", f"/{NAME}", f"{self._place(folder)}/")
        return {path: sha256 for sha256, _, path in (line.partition("  ") for line in _lines(done.stdout))}

    def copy(self, source: Path, folder: str) -> None:
        # What a broken attempt left is not looked at: of the same size and time it would be taken for the file.
        self._run("copy", "--no-check-dest", "--exclude", f"/{NAME}", str(source), f"{self._place(folder)}/")

    def finish(self, source: Path, folder: str) -> None:
        self._run("copyto", "--no-check-dest", str(source / NAME), self._place(f"{folder}/{NAME}"))

    def _place(self, path: str) -> str:
        return f"store:{self._bucket.path}/{path}"

    def _run(self, *words: str, passing: int = 0) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(
            [self._program, *words, *_OPTIONS], env=self._environment, capture_output=True, check=False
        )
        if done.returncode not in (0, passing):
            raise LeptonError(
                f"rclone {words[0]} on {self._bucket.uri} failed ({done.returncode}): {_error(done.stderr)}. "
                "Are the credentials for that account there, and is the bucket reached from here?"
            )
        return done


def _error(noted: bytes) -> str:
    """The last error that rclone noted, in one line. It may have gone on in further ones, such as all that was tried
    for a credential, between rules of dashes."""
    *_, last = _NOTED.split(noted.decode(errors="replace"))
    return " ".join(word for word in last.split() if word.strip("-")).removesuffix(".") or "it said nothing"


def _lines(printed: bytes) -> list[str]:
    return printed.decode(errors="replace").split("\n")[:-1]


def remote(options: Mapping[str, str]) -> dict[str, str]:
    """The environment that makes rclone's remote ``store`` of these options."""
    return {f"RCLONE_CONFIG_STORE_{option.upper()}": value for option, value in options.items()}
