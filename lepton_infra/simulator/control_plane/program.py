"""The program that is the control plane: where it is kept once built, and how it is built."""

from __future__ import annotations

from pathlib import Path

from lepton_infra.console import Say
from lepton_infra.engine import go_build
from lepton_infra.engine.go_build import Program, Unavailable
from lepton_infra.errors import LeptonError
from lepton_infra.simulator.control_plane import definitions

PIN = go_build.TOOLS / "cluster"
_KUBERNETES = "k8s.io/kubernetes"
_VERSION = "k8s.io/component-base/version"


def command() -> Path:
    """Path of the program built from this checkout's pin and sources; their own hash names its folder."""
    sources = [PIN / "go.mod", PIN / "go.sum", *sorted(PIN.glob("*.go"))]
    return go_build.cache_folder("cluster") / go_build.digest(sources) / "cluster"


def find() -> Path:
    """The program, if it has been built with all custom resource definitions.

    Raises:
        Unavailable: if it has not.
    """
    built = command()
    missing = [str(path) for path in (built, *map(definitions.folder, definitions.SETS)) if not path.exists()]
    if missing:
        raise Unavailable(f"{', '.join(missing)} not there; `lepton control-plane` gets them")
    return built


def obtain(say: Say) -> Path:
    """The program, built now if it has not been. Takes about ten minutes the first time.

    Raises:
        LeptonError: if it cannot be built, with the reason and what to install.
    """
    built = command()
    try:
        if not built.exists():
            with go_build.replacing(built.parent) as fresh:
                go_build.build(_pinned(), fresh / built.name, say)
        definitions.fetch(PIN, say)
    except Unavailable as unavailable:
        raise LeptonError(
            f"there is no Kubernetes control plane: {unavailable}. Remedy: install Go (https://go.dev/doc/install) and "
            "run `make test-cluster` in a checkout of this repository."
        ) from None
    return built


def kubernetes_version() -> str:
    """The version of Kubernetes that is pinned, such as ``v1.37.2``.

    Raises:
        Unavailable: if there is no pin here, or no Go.
    """
    go_build.find_go(PIN)
    return go_build.required_version((PIN / "go.mod").read_text(encoding="utf-8"), _KUBERNETES)


def _pinned() -> Program:
    version = kubernetes_version()
    major, minor, _ = version.removeprefix("v").split(".", 2)
    return Program(
        name=f"a Kubernetes {version} control plane",
        pin=PIN,
        package=".",
        versions={
            f"{_VERSION}.gitVersion": version,
            f"{_VERSION}.gitMajor": major,
            f"{_VERSION}.gitMinor": minor,
        },
    )
