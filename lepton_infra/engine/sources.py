"""The four places where an engine comes from, in order of preference."""

from __future__ import annotations

import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from lepton_infra.console import Say
from lepton_infra.engine import Engine, Source, choose, go_build, pinned
from lepton_infra.engine import version as versions
from lepton_infra.engine.go_build import Unavailable

_VENDOR = "https://get.pulumi.com/install.sh"
_VENDOR_REACH_SECONDS = 5.0
_VENDOR_INSTALL_SECONDS = 300.0


def cache_folder() -> Path:
    """Cache of engines, for all checkouts."""
    return go_build.cache_folder("engine")


def built_command() -> Path:
    """Path of the engine built from this checkout's pin; the pin's own hash names its folder."""
    return cache_folder() / go_build.digest([pinned.PIN / "go.mod", pinned.PIN / "go.sum"]) / "pulumi"


def vendor_root() -> Path:
    """Root of the vendor's installer; one folder, for the engine's version is the installed SDK's."""
    return cache_folder() / "vendor"


def find(say: Say = lambda line: None) -> Engine:
    """The engine that this machine has, without getting one.

    Raises:
        LeptonError: if there is none, with the remedy.
    """
    return choose(SOURCES[:2], say)


def obtain(say: Say) -> Engine:
    """The engine that this machine has, or else a new one: installed by the vendor's script, or built.

    Raises:
        LeptonError: if none can be had, with each reason and what to install.
    """
    return choose(SOURCES, say)


def _checked(command: Path, source: str) -> Engine:
    try:
        version = versions.ask(command)
    except (OSError, ValueError) as error:
        raise Unavailable(str(error)) from error
    if problem := versions.problem(version):
        raise Unavailable(f"{command}: {problem}")
    return Engine(command=command, version=version, source=source)


def _on_path(say: Say) -> Engine:
    command = shutil.which("pulumi")
    if command is None:
        raise Unavailable("there is no `pulumi`")
    return _checked(Path(command), "PATH")


def _cached(say: Say) -> Engine:
    reasons = []
    for command in (built_command(), vendor_root() / "bin" / "pulumi"):
        if not command.exists():
            reasons.append(f"{command} does not exist")
            continue
        try:
            return _checked(command, "the user's cache")
        except Unavailable as unavailable:
            reasons.append(str(unavailable))
    raise Unavailable("; ".join(reasons))


def _installed(say: Say) -> Engine:
    """Run the vendor's installer through the SDK, in a process of its own: it has no time limit itself."""
    try:
        with urllib.request.urlopen(_VENDOR, timeout=_VENDOR_REACH_SECONDS):
            pass
    except (urllib.error.URLError, TimeoutError) as error:
        raise Unavailable(f"{_VENDOR} cannot be reached ({getattr(error, 'reason', error)})") from error
    say("installing from the vendor")
    script = "import sys; from pulumi.automation import PulumiCommand; PulumiCommand.install(root=sys.argv[1])"
    with go_build.replacing(vendor_root()) as fresh:
        try:
            subprocess.run(
                [sys.executable, "-c", script, fresh],
                check=True,
                capture_output=True,
                text=True,
                timeout=_VENDOR_INSTALL_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise Unavailable(f"the installer does not finish within {_VENDOR_INSTALL_SECONDS:.0f} s") from None
        except subprocess.CalledProcessError as error:
            raise Unavailable(f"the installer fails: {error.stderr.strip()[-300:]}") from None
    return _checked(vendor_root() / "bin" / "pulumi", "the vendor's installer")


def _built(say: Say) -> Engine:
    command = built_command()
    with go_build.replacing(command.parent) as fresh:
        go_build.build(pinned.program(), fresh / command.name, say)
    return _checked(command, "the Go build pinned in tools/engine")


SOURCES = (
    Source(name="PATH", get=_on_path),
    Source(name="the user's cache", get=_cached),
    Source(name="the vendor's installer", get=_installed),
    Source(name="a Go build", get=_built),
)
