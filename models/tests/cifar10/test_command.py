"""The command as it is typed: what it prints, and how it refuses."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import pytest

from models.cifar10 import __main__ as command
from models.cifar10 import config as configs
from models.cifar10.config import Config, Transfer
from models.cifar10.evaluation import latency
from models.tests.cifar10.data_files import pictures
from models.tests.cifar10.made import TINY

SHORT = replace(TINY, epochs=1)
BACKBONE = replace(SHORT, name="backbone", network=Transfer(application="MobileNetV2", weights=None, size=32))
EXPERIMENTS = {"tiny": SHORT, "backbone": BACKBONE}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pictures(tmp_path_factory.mktemp("data") / "cifar")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder of one's own, a cache of one's own, and experiments of seconds beside the others."""

    def load(name: str) -> Config:
        return EXPERIMENTS[name] if name in EXPERIMENTS else known(name)

    known = configs.load
    monkeypatch.setattr(configs, "load", load)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CIFAR10", raising=False)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    clock = itertools.count()
    monkeypatch.setattr(latency, "time", SimpleNamespace(perf_counter=lambda: float(next(clock))))


class Typed:
    """Types a command and keeps what came back: its status, and what it printed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *words: object) -> tuple[int, str, str]:
        self._monkeypatch.setattr("sys.argv", ["cifar10", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            command.main()
        said = self._capsys.readouterr()
        status = left.value.code
        assert isinstance(status, int)
        return status, said.out, said.err


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(monkeypatch, capsys)


def test_a_run_is_trained_and_evaluated(typed: Typed, data: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    status, said, _ = typed("train", "tiny", "--data", data, "--workdir", run, "--part")
    result = json.loads((run / "result.json").read_text())
    assert status == 0
    assert f"tiny: {result['accuracy']:.2%} of 20 test images" in said.splitlines()[-1]

    status, said, _ = typed("evaluate", "tiny", "--data", data, "--workdir", run, "--part")
    assert status == 0
    assert said.startswith(f"tiny: {result['accuracy']:.2%} of 20 test images (95 % interval ")
    assert said.endswith(f"an image in 1000.00 ms; {run / 'evaluation.html'}\n")
    assert json.loads((run / "evaluation.json").read_text())["data"] == result["data"]


def test_a_backbone_is_trained_from_a_file_and_evaluated_wherever_that_lies(
    typed: Typed, data: Path, tmp_path: Path
) -> None:
    given = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(32, 32, 3))
    given.save_weights(tmp_path / "first.weights.h5")
    rest = ("--data", data, "--workdir", tmp_path / "run", "--part", "--weights")
    assert typed("train", "backbone", *rest, tmp_path / "first.weights.h5")[0] == 0
    (tmp_path / "first.weights.h5").rename(tmp_path / "second.weights.h5")

    status, said, _ = typed("evaluate", "backbone", *rest, tmp_path / "second.weights.h5")

    assert status == 0
    assert said.startswith("backbone: ")
    assert "second.weights.h5" in (tmp_path / "run" / "evaluation.html").read_text()


def test_a_run_has_a_folder_where_none_is_named(typed: Typed, data: Path) -> None:
    assert typed("pictures", "tiny", "--data", data, "--part")[:2] == (
        0,
        ".lepton/models/tiny/samples.png, .lepton/models/tiny/augmentations.png, .lepton/models/tiny/examples\n",
    )
    assert Path(".lepton/models/tiny/samples.png").is_file()
    assert Path(".lepton/models/tiny/augmentations.png").is_file()
    assert Path(".lepton/models/tiny/examples/cat.png").is_file()


def test_a_search_prints_a_line_for_each_variant(
    typed: Typed, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def search(config: Config, workdir: Path, data: object, trials: int) -> list[dict[str, object]]:
        asked.append((config, workdir, trials))
        return [{"accuracy": 0.912345, "shift": 2, "trial": "1"}, {"accuracy": 0.9, "shift": 1, "trial": "0"}]

    monkeypatch.setattr("models.cifar10.search.search", search)
    assert typed("search", "tiny", "--data", data, "--part", "--trials", 2)[:2] == (
        0,
        "accuracy 0.9123, shift 2, trial 1\naccuracy 0.9, shift 1, trial 0\n",
    )
    assert asked == [(SHORT, Path(".lepton/models/tiny-search"), 2)]


def test_experiments_are_listed_with_their_commands(typed: Typed) -> None:
    status, said, _ = typed("experiments")
    assert status == 0
    for name in configs.names():
        assert f"{name}: " in said
        assert f"python -m models.cifar10 train {name}" in said


REFUSED = {
    "no such experiment": (("train", "fats", "--data", "{data}"), "there is no experiment 'fats'; there are demo, "),
    "no data": (("train", "tiny", "--data", "nowhere"), "there is nothing at nowhere; name an archive or a folder"),
    "no data for pictures": (("pictures", "tiny", "--data", "nowhere"), "there is nothing at nowhere"),
    "no data for a search": (("search", "tiny", "--data", "nowhere"), "there is nothing at nowhere"),
    "a part only": (("train", "tiny", "--data", "{data}"), "or allow a part of it (--part)"),
    "too few images": (("train", "demo", "--data", "{data}", "--part"), "demo: batch_size is 256; there are 50 images"),
    "no weights": (
        ("train", "transfer", "--data", "{data}"),
        "begins from weights of MobileNetV2 without its top; name",
    ),
    "weights for nothing": (("train", "tiny", "--weights", "w.h5"), "tiny begins from nothing and takes no weights"),
    "weights nowhere": (("train", "backbone", "--weights", "w.h5", "--data", "{data}", "--part"), "w.h5, which is no "),
    "a file for a folder": (
        ("train", "tiny", "--data", "{data}", "--part", "--workdir", "{data}/file"),
        "nothing can be written in ",
    ),
    "a file for the folder of pictures": (
        ("pictures", "tiny", "--data", "{data}", "--part", "--workdir", "{data}/file"),
        "nothing can be written in ",
    ),
    "no run": (("evaluate", "tiny", "--data", "{data}", "--part"), ".lepton/models/tiny holds no finished run"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_refused_in_one_sentence(typed: Typed, data: Path, case: str) -> None:
    words, why = REFUSED[case]
    (data / "file").write_bytes(b"")
    status, said, complaint = typed(*(word.format(data=data) for word in words))
    assert (status, said) == (1, "")
    assert complaint.startswith("error: ")
    assert why in complaint
    assert complaint.count("\n") == 1
    assert list(Path().iterdir()) == []


def test_other_data_than_the_run_was_trained_on_is_refused(typed: Typed, data: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    assert typed("train", "tiny", "--data", data, "--workdir", run, "--part")[0] == 0
    other = pictures(tmp_path / "other")
    next((other / "train" / "cat").iterdir()).unlink()

    status, said, complaint = typed("evaluate", "tiny", "--data", other, "--workdir", run, "--part")

    assert (status, said) == (1, "")
    assert complaint.startswith(f"error: the run in {run} is of another data set (")
    assert complaint.count("\n") == 1
    assert not list(run.glob("evaluation*"))


@pytest.mark.parametrize("words", [("search", "tiny", "--trials", "0"), ("train", "tiny", "--spread", "wide"), ("go",)])
def test_what_the_command_does_not_know_is_refused(typed: Typed, words: tuple[str, ...]) -> None:
    status, said, complaint = typed(*words)
    assert (status, said) == (2, "")
    assert "Invalid value" in complaint or "No such command" in complaint
    assert "Traceback" not in complaint
