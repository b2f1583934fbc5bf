"""``lepton recover``: settle the unfinished creations of a stack on real clouds.

Only its owner can look into a real cloud, so what was made and what was not is told on the command line. Everything
goes through the engine's own ``stack export`` and ``stack import``, and so works with every state backend.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from lepton_infra.console import Say
from lepton_infra.engine import Engine, recovery
from lepton_infra.engine.recovery import CREATING, Pending
from lepton_infra.engine.sources import find
from lepton_infra.errors import LeptonError


def recover(stack: str, found: Sequence[str], absent: Sequence[str], say: Say) -> None:
    """Settle the creations that an interrupted run of ``stack`` left open.

    ``found`` are ``NAME=ID`` of what the cloud made, ``absent`` are names of what it did not make; names are logical
    ones. Without either, what is open is only told. Afterwards the state is read anew from the cloud.

    Raises:
        LeptonError: if a creation is not named, or a name is not that of an open creation. Nothing has changed then.
    """
    engine = find()
    exported = json.loads(_pulumi(engine, "stack", "export", "--stack", stack))
    pending = recovery.pending(exported["deployment"])
    if not pending:
        say(f"{stack} has no open operations; nothing to recover")
        return
    creating = [operation for operation in pending if operation.kind == CREATING]
    made, not_made = _answers(creating, dict(map(_pair, found)), absent)
    missing = [operation for operation in creating if operation.urn not in made and operation.urn not in not_made]
    if missing:
        raise LeptonError(_questions(stack, missing))
    exported["deployment"] = recovery.settled(exported["deployment"], made, not_made)
    _pulumi(engine, "stack", "import", "--stack", stack, given=json.dumps(exported))
    say(f"settled {len(creating)} creations; reading the state of {stack} from the cloud")
    say(_pulumi(engine, "refresh", "--stack", stack, "--yes", "--skip-preview"))


def _pair(text: str) -> tuple[str, str]:
    name, equals, id = text.partition("=")
    if not (name and equals and id):
        raise LeptonError(f"--found takes NAME=ID, not {text!r}.")
    return name, id


def _answers(
    creating: Sequence[Pending], found: Mapping[str, str], absent: Sequence[str]
) -> tuple[dict[str, str], set[str]]:
    """The answers by URN."""
    urns = {operation.name: operation.urn for operation in creating}
    unknown = [name for name in (*found, *absent) if name not in urns]
    if unknown:
        raise LeptonError(f"not open: {', '.join(unknown)}; open creations: {', '.join(urns) or 'none'}.")
    both = sorted(found.keys() & set(absent))
    if both:
        raise LeptonError(f"both found and absent: {', '.join(both)}; say one of the two.")
    return {urns[name]: id for name, id in found.items()}, {urns[name] for name in absent}


def _questions(stack: str, missing: Sequence[Pending]) -> str:
    lines = [f"an interrupted run of {stack} left open whether the cloud made these; look there for each:"]
    for operation in missing:
        named = [
            f"{key}: {value}" for key, value in operation.inputs.items() if _tells_apart(key) and isinstance(value, str)
        ]
        lines.append(f"  {operation.name} ({operation.type}{''.join(f', {item}' for item in named)})")
    answers = " ".join(f"--found {operation.name}=ID" for operation in missing)
    lines.append(f"Then: lepton recover {stack} {answers}, with --absent NAME for each that is not there.")
    return "\n".join(lines)


def _tells_apart(key: str) -> bool:
    """Whether a property helps to find the object: its physical name (``name``, ``clusterName`` …) or description."""
    return key in ("bucket", "description") or key.lower().endswith("name")


def _pulumi(engine: Engine, *words: str, given: str = "") -> str:
    done = subprocess.run(
        [engine.command, *words, "--non-interactive"],
        cwd=Path.cwd(),
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LeptonError(f"`pulumi {' '.join(words)}` fails:\n{done.stdout}{done.stderr}".rstrip())
    return done.stdout
