"""The ``lepton`` command. Each command is a few lines that call the module which does the work.

Modules are imported by the command that needs them: ``lepton check`` must not wait for a Pulumi SDK.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from lepton_infra.errors import LeptonError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def _lepton() -> None:
    """Regions of a global AI service on Pulumi."""


@app.command()
def engine() -> None:
    """Find the Pulumi engine or install it, and print its version, source and path."""
    from lepton_infra.engine.sources import obtain

    chosen = obtain(_say)
    typer.echo(f"Pulumi {chosen.version} from {chosen.source}: {chosen.command}")


@app.command()
def control_plane() -> None:
    """Find the Kubernetes control plane for tests or build it, and print its path."""
    from lepton_infra.simulator.control_plane import program

    built = program.obtain(_say)
    typer.echo(f"Kubernetes {program.kubernetes_version()} control plane: {built}")


@app.command(context_settings={"allow_interspersed_args": False})
def sim(
    words: Annotated[list[str] | None, typer.Argument(metavar="-- pulumi …", show_default=False)] = None,
    faults: Annotated[Path | None, typer.Option(help="File of faults to inject.")] = None,
    fault: Annotated[list[str] | None, typer.Option(help="One fault, as YAML: 'kind: throttling, times: 2'.")] = None,
    latency: Annotated[float, typer.Option(min=0, help="Scale of the real clouds' creation times; 1 is real.")] = 0,
    folder: Annotated[
        Path | None, typer.Option(help="Folder of the embedded clouds and the state.", show_default=".lepton/sim")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65000, help="First port of the providers [default: free ones].")] = 0,
    real_clusters: Annotated[
        bool, typer.Option("--real-clusters", help="Run each cluster as a real Kubernetes control plane.")
    ] = False,
    wait_scale: Annotated[
        float, typer.Option(min=0, help="Scale of the real provider's time limits for Kubernetes objects; 1 is real.")
    ] = 1,
) -> None:
    """Run any Pulumi command on the embedded clouds: lepton sim -- pulumi up -s us-east."""
    from lepton_infra.sandbox.run import Clouds, run

    clouds = Clouds(
        folder=folder,
        fault_file=faults,
        fault_options=fault or (),
        latency_scale=latency,
        first_port=port,
        real_clusters=real_clusters,
        wait_scale=wait_scale,
    )
    raise typer.Exit(run(words or [], clouds, _say))


@app.command()
def demo(
    stacks: Annotated[
        list[str] | None, typer.Argument(metavar="STACK", help="Stacks to bring up.", show_default="all")
    ] = None,
    real_clusters: Annotated[
        bool, typer.Option("--real-clusters", help="Run each cluster as a real Kubernetes control plane.")
    ] = False,
) -> None:
    """Bring regions up on the embedded clouds, all at once, and print their resources."""
    from lepton_infra.sandbox.demo import demo as bring_up

    raise typer.Exit(bring_up(stacks or [], _say, ["--real-clusters"] if real_clusters else []))


@app.command()
def recover(
    stack: Annotated[str, typer.Argument(help="The stack whose `up` was interrupted.")],
    found: Annotated[list[str] | None, typer.Option(help="A resource that the cloud created, as NAME=ID.")] = None,
    absent: Annotated[list[str] | None, typer.Option(help="Name of a resource that it did not create.")] = None,
) -> None:
    """Settle the pending operations of a killed `pulumi up` on a real cloud, so that nothing is created twice.

    Without options, lists the pending operations. Simulated runs do this by themselves.
    """
    from lepton_infra.engine.recovery.command import recover as settle

    settle(stack, found or (), absent or (), _say)


@app.command()
def check(
    stacks: Annotated[
        list[str] | None, typer.Argument(metavar="STACK", help="Stacks to check.", show_default="all")
    ] = None,
) -> None:
    """Check stack files, all or those named, without the engine or a cloud.

    Prints one line for each valid file, and every problem of the others with its line, the value given and what is
    allowed. Networks of the files checked must be disjoint. Images and charts without a digest are a warning. Exit
    code 1 if there is a problem.
    """
    from lepton_infra import project
    from lepton_infra.stack.check import check as check_files

    report = check_files(project.find(Path.cwd()), stacks or [])
    for line in (*report.sound, *(f"warning: {warning}" for warning in report.warnings), *report.problems):
        typer.echo(line)
    raise typer.Exit(1 if report.problems else 0)


@app.command()
def audit(
    stack: Annotated[str | None, typer.Argument(help="Stack to audit.", show_default=False)] = None,
    state: Annotated[
        str | None, typer.Option(metavar="FILE", help="Output of `pulumi stack export`; - for stdin.")
    ] = None,
    preview: Annotated[
        str | None, typer.Option(metavar="FILE", help="Output of `pulumi preview --json --show-sames`; - for stdin.")
    ] = None,
    residency: Annotated[
        str | None, typer.Option(help="Residency of a program that has no stack file of ours.")
    ] = None,
    framework: Annotated[
        list[str] | None, typer.Option(help="Framework to apply besides those of --residency.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all outcomes, passed controls too, as JSON.")] = False,
) -> None:
    """Evaluate the compliance rules over a stack's state or preview.

    Without a file it evaluates the stack on the embedded clouds. Prints a row for each finding. Exit code 1 if a
    control has failed that is more than advice.
    """
    from lepton_infra.audit import command

    code = command.audit(
        stack,
        state=state,
        preview=preview,
        residency=residency,
        frameworks=framework or (),
        as_json=as_json,
        today=date.today(),
    )
    raise typer.Exit(code)


@app.command()
def evidence(
    stack: Annotated[str, typer.Argument(help="The stack to write evidence of.")],
    state: Annotated[
        str | None, typer.Option(metavar="FILE", help="Output of `pulumi stack export`; - for stdin.")
    ] = None,
    to: Annotated[Path | None, typer.Option(help="Folder to write to.", show_default=".lepton/evidence/STACK")] = None,
) -> None:
    """Write evidence for auditors: JSON, OSCAL assessment results, a record of processing and an HTML page.

    Without a file it evaluates the stack on the embedded clouds. Exit code 1 if a control has failed that is more than
    advice; the evidence is written all the same.
    """
    from lepton_infra.audit.evidence import command

    raise typer.Exit(command.evidence(stack, state=state, folder=to, now=datetime.now(UTC), say=_say))


@app.command()
def guardrails(
    stack: Annotated[str, typer.Argument(help="The stack whose perimeter is enforced.")],
    to: Annotated[
        Path | None, typer.Option(help="Folder to write to.", show_default=".lepton/guardrails/STACK")
    ] = None,
) -> None:
    """Write organisation policies and admission policies that enforce a stack's perimeter on every principal.

    By cloud: a service control policy, policy assignments or organisation policies; and admission policies of the
    cluster. Nothing is applied.
    """
    from lepton_infra.audit.guardrails import guardrails as write_guardrails

    write_guardrails(stack, folder=to, today=date.today(), say=_say)


@app.command()
def publish(
    stack: Annotated[str, typer.Argument(help="The stack whose models are published.")],
    exports: Annotated[
        Path | None, typer.Option("--from", help="Folder of exports.", show_default="models/exported")
    ] = None,
    state: Annotated[
        str | None, typer.Option(metavar="FILE", help="Output of `pulumi stack export`; - for stdin.")
    ] = None,
) -> None:
    """Copy the models that a stack pins into its region's bucket, each verified first, its manifest last.

    Without a state, into the stack on the embedded clouds; else into a real one, by rclone and with your own
    credentials. Published versions stay as they are; another export under the same version is refused.
    """
    from lepton_infra.delivery.publish import command

    command.publish(stack, exports=exports, state=state, say=typer.echo)


@app.command()
def schema(
    file: Annotated[
        Path | None, typer.Argument(help="File to write to, in place of the terminal.", show_default=False)
    ] = None,
) -> None:
    """Print the JSON schema of stack files, which gives editors completion and errors while typing."""
    from lepton_infra.stack import json_schema

    if file is None:
        typer.echo(json_schema.rendered(), nl=False)
    else:
        json_schema.write(file)


@app.command()
def pin(
    verify: Annotated[bool, typer.Option("--check", help="Compare only; write nothing.")] = False,
    accept_moved: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Accept a digest that changed under the same tag.")
    ] = None,
    show: Annotated[
        bool, typer.Option("--list", help="List images and charts without a digest; ask no registry.")
    ] = False,
) -> None:
    """Read the digests of images and charts at their registries into lepton.lock.yaml."""
    from lepton_infra import lock, project
    from lepton_infra.delivery.pin import pin as fill
    from lepton_infra.delivery.pin import verify as compare

    folder = project.find(Path.cwd()).root
    if verify and accept_moved:
        raise LeptonError("--check writes nothing, so there is nothing to accept; leave out one of the two options.")
    if show:
        typer.echo("\n".join(lock.locked(folder).unpinned()))
    elif verify:
        compare(folder, say=_say)
    else:
        fill(folder, today=date.today().isoformat(), accept_moved=accept_moved or (), say=_say)


@app.command()
def pin_model(
    folder: Annotated[Path, typer.Argument(help="Folder of one exported version, named by its number.")],
    stacks: Annotated[list[str], typer.Argument(metavar="STACK…", help="Stacks that serve it.")],
    model: Annotated[
        str | None, typer.Option(help="Its name in the stack files.", show_default="the export's own")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace another digest.")] = False,
) -> None:
    """Verify an exported version and write its digest into stack files, all or none. Nothing else in them changes."""
    from lepton_infra import project
    from lepton_infra.delivery.pin import models

    models.pin(project.find(Path.cwd()), folder, stacks, model=model, replace_other=replace, say=_say)


def _say(line: str) -> None:
    typer.echo(line, err=True)


def main() -> None:
    """Entry point of the console script."""
    try:
        app()
    except LeptonError as refused:
        _say(f"error: {refused}")
        sys.exit(1)
