"""The ``lepton`` command. Each command is a few lines that call the module which does the work.

Modules are imported by the command that needs them: ``lepton check`` must not wait for a Pulumi SDK.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from lepton_infra.refusal import Refused

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def _lepton() -> None:
    """Regions of a global AI service on Pulumi."""


@app.command()
def engine() -> None:
    """Find the Pulumi engine, or get one, and say which and why."""
    from lepton_infra.engine.sources import obtain

    chosen = obtain(_say)
    typer.echo(f"Pulumi {chosen.version} from {chosen.source}: {chosen.command}")


@app.command(context_settings={"allow_interspersed_args": False})
def sim(
    words: Annotated[list[str] | None, typer.Argument(metavar="-- pulumi …", show_default=False)] = None,
    faults: Annotated[Path | None, typer.Option(help="File of faults to inject.")] = None,
    fault: Annotated[list[str] | None, typer.Option(help="One fault, as YAML: 'kind: throttling, times: 2'.")] = None,
    latency: Annotated[float, typer.Option(min=0, help="Scale of the real clouds' creation times; 1 is real.")] = 0,
    store: Annotated[
        Path | None, typer.Option(help="What the clouds hold [default: .lepton/sim/clouds.sqlite].")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65000, help="First port of the providers [default: free ones].")] = 0,
) -> None:
    """Run any Pulumi command on the embedded clouds: lepton sim -- pulumi up -s us-east."""
    from lepton_infra.sim.run import Clouds, run

    clouds = Clouds(store=store, fault_file=faults, faults=fault or (), latency_scale=latency, first_port=port)
    raise typer.Exit(run(words or [], clouds, _say))


def _say(line: str) -> None:
    typer.echo(line, err=True)


def main() -> None:
    """Entry point of the console script."""
    try:
        app()
    except Refused as refused:
        _say(f"error: {refused}")
        sys.exit(1)
