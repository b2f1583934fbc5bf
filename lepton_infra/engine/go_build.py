"""Build a program from its Go module, as pinned in a folder of ``tools``, and keep it in the user's cache.

For machines that reach a Go module proxy but not the downloads of whoever publishes the program, and for programs that
nobody publishes.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from lepton_infra.console import Say

TOOLS = Path(__file__).resolve().parents[2] / "tools"
"""The Go modules that pin programs. An installed package has none; only a checkout can build."""

_TELL_EVERY_SECONDS = 5.0


class Unavailable(Exception):
    """A place where a program may come from has no usable one; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program to build.

    ``name`` is what the user is told, ``pin`` the folder of the Go module that pins it, ``package`` what is compiled
    there. ``versions`` are variables of the program, by full name, and what the linker sets them to.
    """

    name: str
    pin: Path
    package: str
    versions: dict[str, str]


def required_version(go_mod: str, module: str) -> str:
    """The version of ``module`` in the text of a ``go.mod``, such as ``v3.245.0``.

    Raises:
        ValueError: if it is not required.
    """
    match = re.search(rf"(?m)^(?:require)?\s+{re.escape(module)} (v\S+)", go_mod)
    if match is None:
        raise ValueError(f"go.mod requires no {module}")
    return match.group(1)


def cache_folder(kind: str) -> Path:
    """Cache of built programs of a kind, for all checkouts: ``lepton-infra/KIND`` in the user's cache
    (``XDG_CACHE_HOME``)."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "lepton-infra" / kind


def digest(files: Sequence[Path]) -> str:
    """A name for what is built from ``files``. A missing file counts as an empty one."""
    together = hashlib.sha256()
    for file in files:
        together.update(file.read_bytes() if file.exists() else b"")
    return together.hexdigest()[:16]


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """A new folder beside ``folder`` that takes its place when the block succeeds; nothing half-written stays."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield fresh
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def build(program: Program, target: Path, say: Say) -> None:
    """Compile ``program`` to ``target``, telling what is going on every few seconds. Takes minutes.

    Raises:
        Unavailable: if there is no pin here, no Go, or the build fails.
    """
    go = find_go(program.pin)
    say(f"building {program.name} with {_output(go, program.pin, 'version')}; this takes some minutes once")
    fetch = ["mod", "download", "-x"]
    _run(go, program.pin, fetch, say, lambda lines: f"fetching modules, {len(lines)} answers so far")
    total = len(_output(go, program.pin, "list", "-deps", program.package).splitlines())
    flags = " ".join(["-s", "-w", *(f"-X {variable}={value}" for variable, value in program.versions.items())])
    _run(
        go,
        program.pin,
        ["build", "-v", "-trimpath", "-ldflags", flags, "-o", str(target), program.package],
        say,
        lambda lines: f"compiling, {len(lines)} of at most {total} packages: {lines[-1] if lines else 'starting'}",
    )


def find_go(pin: Path) -> str:
    """The ``go`` of this machine, for the module in ``pin``.

    Raises:
        Unavailable: if there is no such module here, or no Go.
    """
    if not (pin / "go.mod").exists():
        raise Unavailable(f"{pin} is not here; only a checkout of the repository can build")
    go = shutil.which("go")
    if go is None:
        raise Unavailable("there is no `go`")
    return go


def _environment() -> dict[str, str]:
    """Without cgo, so that no C compiler is needed and the result runs on any machine of this kind."""
    return {**os.environ, "CGO_ENABLED": "0"}


def _output(go: str, pin: Path, *arguments: str) -> str:
    done = subprocess.run([go, *arguments], cwd=pin, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable(f"`go {arguments[0]}` fails: {done.stderr.strip()[-300:]}")
    return done.stdout.strip()


def _run(go: str, pin: Path, arguments: list[str], say: Say, step: Callable[[list[str]], str]) -> None:
    """Run ``go``, which writes a line to stderr for each thing it does; ``step`` says from those how far it is."""
    started = time.monotonic()
    lines: list[str] = []
    with subprocess.Popen(
        [go, *arguments], cwd=pin, env=_environment(), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stderr is not None
        reader = Thread(target=lambda stream: lines.extend(line.strip() for line in stream), args=(process.stderr,))
        reader.start()
        running = True
        while running:
            reader.join(_TELL_EVERY_SECONDS)
            running = reader.is_alive()
            minutes, seconds = divmod(int(time.monotonic() - started), 60)
            say(f"{minutes}:{seconds:02d} {step(lines)}")
    if process.returncode != 0:
        raise Unavailable(f"`go {arguments[0]}` fails: {' / '.join(lines[-3:])[-300:]}")
