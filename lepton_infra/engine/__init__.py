"""The Pulumi engine: which one is used, and how a machine without one gets it.

``pulumi`` is not a Python package, so a fresh machine has none. The places to get it from are a table, tried in order;
each says why it has none, and those reasons are the message where all fail.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lepton_infra.console import Say
from lepton_infra.engine.go_build import Unavailable
from lepton_infra.engine.version import MINIMUM
from lepton_infra.errors import LeptonError


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A ``pulumi`` that runs and is new enough. ``source`` says in words where it came from."""

    command: Path
    version: str
    source: str

    def has_language_host(self) -> bool:
        """True if the vendor's language host for Python lies next to the command."""
        return (self.command.parent / "pulumi-language-python").exists()


@dataclass(frozen=True, kw_only=True)
class Source:
    """A place where an engine may come from. ``get`` returns the command, or raises ``Unavailable``."""

    name: str
    get: Callable[[Say], Engine]


REMEDY = (
    "install the Pulumi CLI (https://www.pulumi.com/docs/install/) so that `pulumi` is on PATH, "
    "or install Go (https://go.dev/doc/install) and run `make engine` in a checkout of this repository"
)


def choose(sources: Sequence[Source], say: Say) -> Engine:
    """The first engine that one of ``sources`` has; ``say`` hears why the others before it were passed over.

    Raises:
        LeptonError: if none has any, with each source's reason and what to install.
    """
    reasons = []
    for source in sources:
        try:
            return source.get(say)
        except Unavailable as unavailable:
            reason = f"{source.name}: {unavailable}"
            say(f"not from {reason}")
            reasons.append(reason)
    listing = "\n".join(f"  {reason}" for reason in reasons)
    raise LeptonError(f"there is no Pulumi engine {MINIMUM} or newer:\n{listing}\nRemedy: {REMEDY}.")
