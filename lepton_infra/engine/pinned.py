"""The engine that ``tools/engine`` pins, for a Go build.

The result has no language host and no provider plugins; ``lepton sim`` brings its own.
"""

from __future__ import annotations

from lepton_infra.engine.go_build import TOOLS, Program, find_go, required_version

PIN = TOOLS / "engine"
MODULE = "github.com/pulumi/pulumi/pkg/v3"
_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"


def program() -> Program:
    """The engine to build.

    Raises:
        Unavailable: if there is no pin here, or no Go.
    """
    find_go(PIN)
    version = required_version((PIN / "go.mod").read_text(encoding="utf-8"), MODULE)
    return Program(name=f"Pulumi {version}", pin=PIN, package=_PACKAGE, versions={_VERSION_VARIABLE: version})
