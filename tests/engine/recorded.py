"""Recordings of regions as they stand: every resource with the inputs that its provider got.

``make goldens`` brings the regions up and writes the recordings; ``test_upgrade`` makes the recorded regions with
``replay.py`` and lets the present program look at them. Inputs alone are recorded: what a cloud computes follows from
them, and is the same whenever an embedded cloud makes the same.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from itertools import chain
from pathlib import Path
from typing import Any

from lepton_infra import clouds, project
from tests.kit.projects import placed, region_in
from tests.kit.regions import ROOT
from tests.kit.sim import Sim

FOLDER = Path(__file__).with_name("recordings")


def _regions() -> Iterator[tuple[str, tuple[str, str | None]]]:
    """Each stack where it stands, and the last of them on every cloud that has none."""
    stacks = {stack: region_in(ROOT, stack)["cloud"]["name"] for stack in project.find(ROOT).stacks()}
    for stack, cloud in stacks.items():
        yield f"{stack}-on-{cloud}", (stack, None)
    for cloud in sorted(set(clouds.names()) - set(stacks.values())):
        last = list(stacks)[-1]
        yield f"{last}-on-{cloud}", (last, cloud)


REGIONS = dict(_regions())
"""The stack of each recording, and the cloud that it is exchanged for; None for its own."""

_STACK = "pulumi:pulumi:Stack"
_SECRET = "4dabf18193072939515e22adb298388d"
"""The key that marks a secret in an exported state (the engine's ``resource.SigKey``)."""


def path(name: str) -> Path:
    """The file of a recording."""
    return FOLDER / f"{name}.json"


def record(sim: Sim) -> str:
    """What stands in a stack, one resource a line, each behind what it needs."""
    exported = sim.pulumi("stack", "export", "--show-secrets", "-s", sim.stack)
    assert exported.returncode == 0, exported.stderr
    resources = json.loads(exported.stdout)["deployment"]["resources"]
    lines = [json.dumps(_entry(each), sort_keys=True) for each in _in_order(resources) if each["type"] != _STACK]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _in_order(resources: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What is needed first, and by URN where that says nothing: the engine's own order differs from run to run."""
    by_urn = {each["urn"]: each for each in resources}
    waiting = TopologicalSorter({urn: _needs(each) for urn, each in by_urn.items()})
    waiting.prepare()
    order: list[Mapping[str, Any]] = []
    while waiting.is_active():
        ready = sorted(waiting.get_ready())
        order += [by_urn[urn] for urn in ready]
        waiting.done(*ready)
    return order


def _needs(resource: Mapping[str, Any]) -> set[str]:
    through_inputs = (resource.get("propertyDependencies") or {}).values()
    provider = resource.get("provider", "").rpartition("::")[0]
    named = {resource.get("parent", ""), provider, *resource.get("dependencies", ()), *chain(*through_inputs)}
    return named - {""}


def _entry(resource: Mapping[str, Any]) -> dict[str, Any]:
    """One resource. Its parent's types are part of its own, so the parent's and the provider's names say which."""
    inputs = {key: value for key, value in (resource.get("inputs") or {}).items() if key != "__internal"}
    entry: dict[str, Any] = {
        "type": resource["urn"].split("::")[2],
        "name": resource["urn"].rpartition("::")[2],
        "parent": resource["parent"].rpartition("::")[2],
        "custom": bool(resource.get("custom")),
        "inputs": {key: _plain(value) for key, value in inputs.items()},
        "secrets": [key for key, value in inputs.items() if _is_secret(value)],
        "provider": resource.get("provider", "").rpartition("::")[0].rpartition("::")[2],
        "protect": resource.get("protect", False),
        "retain": resource.get("retainOnDelete", False),
    }
    return {key: value for key, value in entry.items() if value or key == "custom"}


def _is_secret(value: Any) -> bool:
    return isinstance(value, dict) and _SECRET in value


def _plain(value: Any) -> Any:
    return json.loads(value["plaintext"]) if _is_secret(value) else value


def replayed(folder: Path, name: str, recording: str) -> Sim:
    """A project in which the recorded region stands, and whose program is the present one again."""
    sim = placed(folder, *REGIONS[name])
    (folder / "recorded.json").write_text(recording, encoding="utf-8")
    shutil.copy(Path(__file__).with_name("replay.py"), folder / "__main__.py")
    up = sim.up()
    assert up.returncode == 0, up.stdout[-3000:] + up.stderr
    shutil.copy(ROOT / "__main__.py", folder)
    return sim


def main() -> int:
    """Bring every region up and write its recording; 1 if one does not come up."""
    for name, (stack, cloud) in REGIONS.items():
        with tempfile.TemporaryDirectory() as folder:
            sim = placed(Path(folder), stack, cloud)
            up = sim.up()
            if up.returncode != 0:
                print(f"{name} does not come up:\n{up.stdout}{up.stderr}", file=sys.stderr)
                return 1
            recording = record(sim)
        changed = not path(name).exists() or path(name).read_text(encoding="utf-8") != recording
        if changed:
            path(name).parent.mkdir(exist_ok=True)
            path(name).write_text(recording, encoding="utf-8")
        print(f"{name}: {len(recording.splitlines()) - 2} resources recorded, {'written' if changed else 'unchanged'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
