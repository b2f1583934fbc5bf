"""``make goldens``: every generated file of the repository, renewed in one run.

``python -m tools.goldens`` needs the engine for the recordings, which are the last and longest step.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Final

from lepton_infra.stack import json_schema
from lepton_infra.testing import goldens as stacks
from tests.compliance import catalogue, region_facts
from tests.engine import recorded
from tests.every_cloud import comparison
from tools import dashboards, stack_file_reference
from tools.stack_file_reference import SCHEMA

STEPS: Final[Mapping[str, Callable[[], int | None]]] = {
    "docs/stack.schema.json": lambda: json_schema.write(SCHEMA),
    "docs/stack-file.md": stack_file_reference.write,
    "docs/controls.md": catalogue.write,
    "lepton_infra/platform/monitoring/dashboards": dashboards.write,
    "tests/goldens": stacks.main,
    "tests/compliance/goldens": region_facts.main,
    "tests/every_cloud/goldens and docs/clouds.md": comparison.main,
    "tests/engine/recordings": recorded.main,
}
"""What is written, and what writes it. What returns a number has failed unless that is 0."""


def run(steps: Mapping[str, Callable[[], int | None]]) -> int:
    """Run the steps in order; 1 as soon as one has failed."""
    for written, write in steps.items():
        print(written, flush=True)
        if write():
            print(f"{written}: failed", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(run(STEPS))
