"""``make bench``: every figure of the design's budgets, measured now, as ratios within one run."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from benchmarks.budgets import Budget, broken, table
from benchmarks.critical_path import critical_path, lower_bound
from benchmarks.imports import SDKS, Import, cost
from benchmarks.rules import audited
from benchmarks.runs import ROOT, Stage, Took, bare_program, stage
from benchmarks.state import Recorded
from lepton_infra.compliance.rules import RULES
from lepton_infra.project import find
from lepton_infra.simulator.latencies import CREATION_SECONDS, SHORTEST_CHAINS
from lepton_infra.stack import file

PROVIDER = "pulumi:providers:"

PREVIEWS = 5
"""Previews of each program, taken in turn; the fastest of each counts, for noise only ever adds."""


def main(stacks: list[str]) -> int:
    """Measure each stack and print its table. Returns 1 if a budget is missed that no machine can excuse."""
    console = Console(width=None if sys.stdout.isatty() else 140)
    missed = []
    for stack in stacks or find(ROOT).stacks():
        with tempfile.TemporaryDirectory() as scratch, console.status(f"measuring {stack}"):
            budgets = measure(stack, Path(scratch))
        console.print(table(stack, budgets))
        missed += [f"{stack}: {what}" for what in broken(budgets)]
    console.print(table("compliance", [_rules_budget()]))
    for line in missed:
        console.print(f"missed: {line}")
    return 1 if missed else 0


def measure(stack: str, scratch: Path) -> list[Budget]:
    """All budgets of one stack. ``scratch`` takes states, stores and the bare program."""
    with stage(ROOT, stack, scratch / "built") as built:
        up = built.run("up", "--yes", "--skip-preview")
        changes = built.run("preview", "--json").output
        recorded = built.recorded()
    program = bare_program(recorded, scratch / "program")
    with (
        stage(ROOT, stack, scratch / "region") as region,
        stage(program, "bare", scratch / "bare", store=built.store) as bare,
    ):
        region_took, bare_took = _fastest_in_turn(region, bare)
    return [
        _import_budget(),
        _sdk_budget(stack, recorded),
        Budget(
            what="preview of the region / of the same resources registered bare",
            bar=2.5,
            seen=region_took.seconds / bare_took.seconds,
            detail=f"{_figures(region_took)} / {_figures(bare_took)}",
            timed=True,
        ),
        Budget(
            what="resources of the region",
            bar=250,
            seen=len(recorded),
            detail=f"{sum(one.custom for one in recorded)} in the cloud, up in {up.seconds:.1f} s",
            timed=False,
        ),
        _path_budget(recorded),
        Budget(
            what="changes in a second preview",
            bar=0,
            seen=_changes(changes),
            detail="after up, from the same stack file",
            timed=False,
        ),
    ]


def _fastest_in_turn(region: Stage, bare: Stage) -> tuple[Took, Took]:
    pairs = [(region.run("preview"), bare.run("preview")) for _ in range(PREVIEWS)]
    regions, bares = zip(*pairs, strict=True)
    return min(regions, key=lambda took: took.seconds), min(bares, key=lambda took: took.seconds)


def _figures(of: Took | Import) -> str:
    return f"{of.seconds:.2f} s {of.mib:.0f} MiB"


def _import_budget() -> Budget:
    ours, pulumi = cost("import lepton_infra"), cost("import pulumi")
    whole = cost("import lepton_infra.stack.load")
    return Budget(
        what="import lepton_infra / import pulumi",
        bar=1.1,
        seen=ours.seconds / pulumi.seconds,
        detail=f"{_figures(ours)} / {_figures(pulumi)}; with Region and load {_figures(whole)}",
        timed=True,
    )


def _sdk_budget(stack: str, recorded: list[Recorded]) -> Budget:
    """Load the stack's cloud in a fresh interpreter and count the SDKs that its state has no provider of."""
    packages = {one.type.rpartition(":")[2] for one in recorded if one.type.startswith(PROVIDER)}
    cloud = file.read(find(ROOT).stack_file(stack)).cloud.name
    loaded = cost(f"from lepton_infra import Region, clouds; clouds.load({cloud!r})", runs=1).sdks
    return Budget(
        what="SDKs of other clouds in sys.modules",
        bar=0,
        seen=len(set(loaded) - {f"pulumi_{package.replace('-', '_')}" for package in packages}),
        detail=f"{len(loaded)} of {len(SDKS)} loaded: {', '.join(loaded)}",
        timed=False,
    )


def _path_budget(recorded: list[Recorded]) -> Budget:
    path = critical_path(recorded, lambda type: CREATION_SECONDS.get(type, 0.0))
    packages = {one.type.partition(":")[0] for one in recorded}
    chain = next(chain for package, chain in SHORTEST_CHAINS.items() if package in packages)
    bound = lower_bound(CREATION_SECONDS, chain)
    types = {one.urn: one.type for one in recorded}
    slow = [urn.rpartition("::")[2] for urn in path.urns if types[urn] in CREATION_SECONDS]
    return Budget(
        what="weighted critical path / lower bound of its cloud",
        bar=1.1,
        seen=path.seconds / bound,
        detail=f"{path.seconds:.0f} s / {bound:.0f} s: {' → '.join(slow)}",
        timed=False,
    )


def _rules_budget() -> Budget:
    took = audited()
    return Budget(
        what="milliseconds of all rules of compliance over a region",
        bar=None,
        seen=1000 * took.seconds,
        detail=f"{len(RULES)} rules, {took.resources} resources, {took.facts} facts, {took.findings} findings",
        timed=True,
    )


def _changes(preview: str) -> int:
    """How many resources a preview, printed as JSON, would change."""
    summary = json.loads(preview)["changeSummary"]
    return sum(count for operation, count in summary.items() if operation != "same")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
