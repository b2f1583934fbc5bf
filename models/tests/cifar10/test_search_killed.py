"""A search that is killed goes on with the variant it was at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from models.cifar10.train import trained

KILLED = """
import os, sys
from dataclasses import replace
from pathlib import Path

from models.cifar10 import search as searching
from models.tests.cifar10 import made, tiny_run

train = searching.train_and_evaluate
def watched(config, workdir, data, *, bar):
    print("begins", workdir.name, flush=True)
    if workdir.name == os.environ.get("KILL_IN"):
        tiny_run._kill_at(6)
    return train(config, workdir, data, bar=bar)

searching.train_and_evaluate = watched
config = replace(made.TINY, epochs=2, held_out=2)
searching.search(config, Path(sys.argv[1]), made.data(), 3, bar=False)
"""


def started(folder: Path, **environment: str) -> tuple[int, list[str]]:
    """The exit status of a search in a process of its own, and which variants it began to train."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder)],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        timeout=600,
    )
    return done.returncode, [line.split()[1] for line in done.stdout.splitlines() if line.startswith("begins")]


def test_a_killed_search_goes_on_with_the_same_variant_to_the_same_results(tmp_path: Path) -> None:
    """Killed in the second epoch of the first variant and of the second, and never killed."""
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert started(whole) == (0, ["trial-0", "trial-1", "trial-2"])
    assert started(killed, KILL_IN="trial-0") == (-9, ["trial-0"])
    with np.load(killed / "trial-0" / "checkpoint.npz") as checkpoint:
        assert json.loads(checkpoint["about"].tobytes())["epochs"] == 1
    assert started(killed, KILL_IN="trial-1") == (-9, ["trial-0", "trial-1"])
    assert not (killed / "search.csv").exists()
    assert started(killed) == (0, ["trial-1", "trial-2"])
    for name in ("search.json", "search.csv"):
        assert (killed / name).read_bytes() == (whole / name).read_bytes()
    for number in range(3):
        first, second = (trained(folder / f"trial-{number}")[0].get_weights() for folder in (whole, killed))
        assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))
