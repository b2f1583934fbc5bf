"""Golden lists: which resources a stack has, under which URNs, and what keeps them alive.

A URN is state: a resource that changes its URN without an alias is made anew and the old one deleted. So a rename shows
up in review as a line of the golden file. ``python -m lepton_infra.testing.goldens`` writes the files of all stacks of
the project in the current folder.
"""

from __future__ import annotations

import json
import sys
from difflib import unified_diff
from pathlib import Path

from lepton_infra import project
from lepton_infra.errors import LeptonError
from lepton_infra.testing.graph import Graph
from lepton_infra.testing.monitor import Rejected
from lepton_infra.testing.stacks import stack_graph

FOLDER = Path("tests/goldens")


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
    """Difference of the graph from its golden file, line by line; empty if there is none."""
    expected = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = unified_diff(expected.splitlines(), render(graph).splitlines(), str(path), "declared", lineterm="", n=0)
    return "\n".join(lines)


def write(path: Path, graph: Graph) -> None:
    """Make the graph the golden one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(graph), encoding="utf-8")


def main() -> int:
    """Write the golden files of all stacks of the project in the current folder; 1 if one of them cannot be built."""
    try:
        here = project.find(Path.cwd())
        for stack in here.stacks():
            golden, graph = here.root / FOLDER / f"{stack}.json", stack_graph(here, stack)
            changed = bool(difference(golden, graph))
            if changed:
                write(golden, graph)
            print(f"{stack}: {len(graph)} resources, {'written' if changed else 'unchanged'}")
    except (LeptonError, Rejected) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
