"""The ``lepton`` command. Each command is a few lines that call the module which does the work."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def _lepton() -> None:
    """Regions of a global AI service on Pulumi."""


def main() -> None:
    """Entry point of the console script."""
    app()
