"""Golden lists: which resources a stack has, under which URNs, and what keeps them alive.

A URN is state: a resource that changes its URN without an alias is made anew and the old one deleted. So a rename shows
up in review as a line of the golden file. ``python -m lepton_infra.testing.goldens`` writes the files of all stacks of
the project in the current folder; with ``--check`` it only compares.
"""

from __future__ import annotations

import argparse
import json
import sys
from difflib import unified_diff
from pathlib import Path

from lepton_infra import project
from lepton_infra.testing.graph import Graph

FOLDER = Path("tests/goldens")
RENEW = "renew with: make goldens"


def render(graph: Graph) -> str:
    """The golden file of a graph: one resource a line, in the order of the URNs."""
    lines = [
        json.dumps(
            {
                "urn": resource.urn,
                "type": resource.type,
                "protect": resource.protect,
                "retain": resource.retain_on_delete,
                "provider": resource.provider_name,
            }
        )
        for resource in graph
    ]
    return "[\n" + ",\n".join(f"  {line}" for line in lines) + "\n]\n"


def difference(path: Path, graph: Graph) -> str:
    """How the graph differs from its golden file, line by line; empty if it does not."""
    expected = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = unified_diff(expected.splitlines(), render(graph).splitlines(), str(path), "declared", lineterm="", n=0)
    found = "\n".join(lines)
    return f"{found}\n{RENEW}" if found else ""


def write(path: Path, graph: Graph) -> None:
    """Make the graph the golden one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(graph), encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Write or check the golden files of the project in the current folder; the number of those that differ."""
    from lepton_infra.testing.stacks import stack_graph

    parser = argparse.ArgumentParser(
        prog="python -m lepton_infra.testing.goldens", description="Golden lists of stacks."
    )
    parser.add_argument("--check", action="store_true", help="compare and write nothing")
    check = parser.parse_args(arguments).check
    differing = 0
    here = project.find(Path.cwd())
    for stack in here.stacks():
        golden, graph = here.root / FOLDER / f"{stack}.json", stack_graph(here, stack)
        found = difference(golden, graph)
        differing += bool(found)
        print(
            f"{golden}: {len(graph)} resources, {'differs' if found and check else 'written' if found else 'unchanged'}"
        )
        if found and check:
            print(found)
        elif found:
            write(golden, graph)
    return differing if check else 0


if __name__ == "__main__":
    sys.exit(main())
