"""Build the engine from its Go module, as pinned in ``tools/engine``.

For machines that reach a Go module proxy but not the vendor's downloads. The result has no language host and no
provider plugins; ``lepton sim`` brings its own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from lepton_infra.engine import Say, Unavailable

PIN = Path(__file__).resolve().parents[2] / "tools" / "engine"
"""The Go module that pins the engine. An installed package has none; only a checkout can build."""

_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
_TELL_EVERY_SECONDS = 5.0


def pinned_version(go_mod: str) -> str:
    """The engine's version in the text of a ``go.mod``, such as ``v3.245.0``.

    Raises:
        ValueError: if it requires no engine.
    """
    match = re.search(r"github\.com/pulumi/pulumi/pkg/v3 (v\S+)", go_mod)
    if match is None:
        raise ValueError("go.mod requires no github.com/pulumi/pulumi/pkg/v3")
    return match.group(1)


def build(target: Path, say: Say) -> None:
    """Compile the pinned engine to ``target``, telling what is going on every few seconds. Takes minutes.

    Raises:
        Unavailable: if there is no pin here, no Go, or the build fails.
    """
    if not (PIN / "go.mod").exists():
        raise Unavailable(f"{PIN} is not here; only a checkout of the repository can build")
    go = shutil.which("go")
    if go is None:
        raise Unavailable("there is no `go`")
    version = pinned_version((PIN / "go.mod").read_text(encoding="utf-8"))
    say(f"building Pulumi {version} with {_output(go, 'version')}; this takes some minutes once")
    _run(go, ["mod", "download", "-x"], say, lambda lines: f"fetching modules, {len(lines)} answers so far")
    total = len(_output(go, "list", "-deps", _PACKAGE).splitlines())
    flags = f"-X {_VERSION_VARIABLE}={version}"
    _run(
        go,
        ["build", "-v", "-trimpath", "-ldflags", flags, "-o", str(target), _PACKAGE],
        say,
        lambda lines: f"compiling, {len(lines)} of at most {total} packages: {lines[-1] if lines else 'starting'}",
    )


def _environment() -> dict[str, str]:
    """Without cgo, so that no C compiler is needed and the result runs on any machine of this kind."""
    return {**os.environ, "CGO_ENABLED": "0"}


def _output(go: str, *arguments: str) -> str:
    done = subprocess.run([go, *arguments], cwd=PIN, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable(f"`go {arguments[0]}` fails: {done.stderr.strip()[-300:]}")
    return done.stdout.strip()


def _run(go: str, arguments: list[str], say: Say, step: Callable[[list[str]], str]) -> None:
    """Run ``go``, which writes a line to stderr for each thing it does; ``step`` says from those how far it is."""
    started = time.monotonic()
    lines: list[str] = []
    with subprocess.Popen(
        [go, *arguments], cwd=PIN, env=_environment(), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
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
