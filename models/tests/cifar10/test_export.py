"""A version's folder: whole or not there, the same bytes every time, and never another under the same number."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from lepton_infra.delivery import manifest
from lepton_infra.delivery.manifest import ManifestError
from models.cifar10 import provenance
from models.cifar10.checkpoint import CheckpointInvalid
from models.cifar10.data import CLASSES
from models.cifar10.export import ExportInvalid, export, facts
from models.cifar10.train import trained
from models.tests.cifar10.exported import Sample
from models.tests.cifar10.made import TINY

FILES = [
    "assets.extra/tf_serving_warmup_requests",
    "batching_params.pbtxt",
    "fingerprint.pb",
    "model.json",
    "saved_model.pb",
    "variables/variables.data-00000-of-00001",
    "variables/variables.index",
]


def test_a_version_is_listed_and_verified_and_alone_in_its_folder(sample: Sample) -> None:
    version = sample.version
    assert [entry.path for entry in manifest.verify(version.folder, version.digest)] == FILES
    assert [path.name for path in version.folder.parent.iterdir()] == ["1"]
    assert version.folder.name == "1"
    assert (version.written, version.images) == (True, 256)
    assert version.difference < 1e-5


def test_one_run_gives_one_digest_from_whichever_process(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "3")
    tf.function(lambda: tf.constant(1)).get_concrete_function()
    again = export(sample.workdir, "tiny", 1, tmp_path)
    different = [
        name for name in FILES if (again.folder / name).read_bytes() != (sample.version.folder / name).read_bytes()
    ]
    assert different == []
    assert again.digest == sample.version.digest


def test_the_same_version_again_is_left_as_it_is_and_another_is_refused(sample: Sample, tmp_path: Path) -> None:
    shutil.copytree(sample.version.folder, tmp_path / "1")
    before = (tmp_path / "1" / "saved_model.pb").stat().st_ino
    again = export(sample.workdir, "tiny", 1, tmp_path)
    assert (again.written, again.digest) == (False, sample.version.digest)
    assert (tmp_path / "1" / "saved_model.pb").stat().st_ino == before
    (tmp_path / "1" / "fingerprint.pb").write_bytes(b"")
    with pytest.raises(ExportInvalid, match=r"1 is there with other content \(fingerprint.pb has changed.*--version"):
        export(sample.workdir, "tiny", 1, tmp_path)
    assert (tmp_path / "1" / "fingerprint.pb").read_bytes() == b""
    assert [path.name for path in tmp_path.iterdir()] == ["1"]


def test_a_changed_byte_is_found(sample: Sample, tmp_path: Path) -> None:
    folder = shutil.copytree(sample.version.folder, tmp_path / "1")
    weights = folder / "variables" / "variables.data-00000-of-00001"
    content = bytearray(weights.read_bytes())
    content[100] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ManifestError, match=r"variables.data-00000-of-00001 has changed"):
        manifest.verify(folder, sample.version.digest)


def test_weights_are_there_and_nothing_of_the_training(sample: Sample) -> None:
    network, result = trained(sample.workdir)
    reader = tf.train.load_checkpoint(str(sample.version.folder / "variables" / "variables"))
    shapes = {name: shape for name, shape in reader.get_variable_to_shape_map().items() if name[0] != "_"}
    assert len(shapes) == len(network.weights)
    assert sum(int(np.prod(shape)) for shape in shapes.values()) == result.parameters
    graph = (sample.version.folder / "saved_model.pb").read_bytes()
    assert str(Path.cwd()).encode() not in graph
    assert str(sample.workdir).encode() not in graph


def test_facts(sample: Sample) -> None:
    _, result = trained(sample.workdir)
    known = json.loads((sample.version.folder / "model.json").read_bytes())
    assert known.pop("code") == {"trained": result.code, "exported": provenance.code()}
    assert [set(code) for code in result.code] in ([{"commit", "changed"}], [{"version"}])
    assert known.pop("frameworks") == {"tensorflow": tf.__version__, "keras": "3.15.1"}
    assert known.pop("experiment") == {"name": "tiny", "identity": TINY.identity}
    outputs = {
        "class_index": {"dtype": "int64", "shape": [-1]},
        "classes": {"dtype": "string", "shape": [-1]},
        "probabilities": {"dtype": "float32", "shape": [-1, 10]},
    }
    assert known == {
        "model": "cifar10",
        "version": 1,
        "data": {"digest": "made-10-4"},
        "metrics": {
            "accuracy": result.accuracy,
            "accuracy_plain": result.accuracy_plain,
            "images": 40,
            "held_out": False,
        },
        "evaluation": None,
        "epochs": 3,
        "parameters": 5144,
        "mirrored": True,
        "classes": list(CLASSES),
        "signatures": {
            "serving_bytes": {"inputs": {"image_bytes": {"dtype": "string", "shape": [-1]}}, "outputs": outputs},
            "serving_default": {
                "inputs": {"images": {"dtype": "uint8", "shape": [-1, 32, 32, 3]}},
                "outputs": outputs,
            },
        },
    }


def test_an_evaluation_is_among_the_facts_or_said_to_be_broken(sample: Sample, tmp_path: Path) -> None:
    _, result = trained(sample.workdir)
    (tmp_path / "evaluation.json").write_text('{"calibration_error": 0.5}')
    assert facts.facts(tmp_path, result, "cifar10", 2, {})["evaluation"] == {"calibration_error": 0.5}
    (tmp_path / "evaluation.json").write_text("{")
    with pytest.raises(ExportInvalid, match=r"evaluation.json is not to be read as JSON"):
        facts.facts(tmp_path, result, "cifar10", 2, {})


def test_what_was_not_trained_is_not_exported(sample: Sample, tmp_path: Path) -> None:
    with pytest.raises(CheckpointInvalid, match="holds no finished run"):
        export(tmp_path, "tiny", 1, tmp_path / "to")
    with pytest.raises(ExportInvalid, match="holds a run of 'tiny', not of 'fast'"):
        export(sample.workdir, "fast", 1, tmp_path / "to")
    assert list(tmp_path.iterdir()) == []


def started(sample: Sample, to: Path, before: str) -> subprocess.CompletedProcess[str]:
    """An export in a process of its own, in which something is done before."""
    program = f"""
import os, resource, signal, sys
from pathlib import Path
from lepton_infra.delivery import manifest
from lepton_infra.errors import LeptonError
from models.cifar10.export import export
{before}
try:
    export(Path(sys.argv[1]), "tiny", 1, Path(sys.argv[2]))
except LeptonError as refused:
    sys.exit(f"error: {{refused}}")
"""
    command = [sys.executable, "-c", program, str(sample.workdir), str(to)]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=dict(os.environ))


FULL = "OSError(28, 'No space left on device')"


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))", "the SavedModel could not be written"),
        ("resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))", "the SavedModel could not be written"),
        (f"def full(_): raise {FULL}\nmanifest.write = full", "1 cannot be written ([Errno 28] No space left"),
        (f"def full(*_): raise {FULL}\nos.fsync = full", "1 cannot be written ([Errno 28] No space left"),
    ],
    ids=["weights", "graph", "manifest", "whole"],
)
def test_a_disk_that_is_full_leaves_no_version(sample: Sample, tmp_path: Path, before: str, words: str) -> None:
    """At the weights and at the graph (no file may be larger than that), at the manifest, and when all is written."""
    done = started(sample, tmp_path, before)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_kill_leaves_no_version_and_the_next_export_is_whole(sample: Sample, tmp_path: Path) -> None:
    done = started(sample, tmp_path, "manifest.verify = lambda *_: os.kill(os.getpid(), signal.SIGKILL)")
    assert done.returncode == -9
    assert [path.name for path in tmp_path.iterdir()] == [".1.part"]
    assert export(sample.workdir, "tiny", 1, tmp_path).digest == sample.version.digest
    assert [path.name for path in tmp_path.iterdir()] == ["1"]
