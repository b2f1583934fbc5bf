"""A search tries variants, keeps what it tried, and never looks at the test images."""

from __future__ import annotations

import csv
import errno
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras_tuner
import pytest

from models.cifar10 import search as searching
from models.cifar10.config import Config, ConfigInvalid
from models.cifar10.data import Data, DataInvalid
from models.cifar10.search import SearchInvalid, search, variant
from models.tests.cifar10 import made
from models.tests.cifar10.made import TINY

pytestmark = [
    # KerasTuner asks for the current thread in the old way.
    pytest.mark.filterwarnings(r"ignore:(currentThread|getName)\(\) is deprecated:DeprecationWarning"),
    # Its Gaussian process has little to go by after a few variants.
    pytest.mark.filterwarnings("ignore:The optimal value found for dimension:UserWarning"),
    pytest.mark.filterwarnings("ignore:lbfgs failed to converge:UserWarning"),
]

VARIED = {"peak_rate", "weight_decay", "warmup", "label_smoothing", "averaging", "shift", "cutout"}
SHORT = replace(TINY, epochs=1, held_out=2)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Config, Path]]:
    """What would have been trained, and where. Lower rates are better."""
    asked: list[tuple[Config, Path]] = []

    def train(config: Config, workdir: Path, data: Data, *, bar: bool) -> SimpleNamespace:
        asked.append((config, workdir))
        return SimpleNamespace(accuracy=1 / (1 + config.peak_rate))

    monkeypatch.setattr(searching, "train_and_evaluate", train)
    return asked


def test_variants_are_trained_on_a_part_of_the_training_images(tmp_path: Path) -> None:
    tried = search(SHORT, tmp_path, made.data(), 2, bar=False)
    assert len(tried) == 2
    for each in tried:
        result = json.loads((tmp_path / f"trial-{each['trial']}" / "result.json").read_text())
        assert result["accuracy"] == each["accuracy"]
        assert (result["held_out"], result["images"]) == (True, 20)


def test_the_best_comes_first_in_the_answer_and_in_the_table(tmp_path: Path, runs: list[tuple[Config, Path]]) -> None:
    tried = search(SHORT, tmp_path, made.data(), 5, bar=False)
    assert len(runs) == len({config.identity for config, _ in runs}) == 5
    rates = [each["peak_rate"] for each in tried]
    assert rates == sorted(config.peak_rate for config, _ in runs)
    with (tmp_path / "search.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [float(row["peak_rate"]) for row in rows] == rates
    assert set(rows[0]) == {"accuracy", "trial", *VARIED}


def test_a_search_goes_on_where_it_was(tmp_path: Path, runs: list[tuple[Config, Path]]) -> None:
    first = search(SHORT, tmp_path, made.data(), 2, bar=False)
    again = search(SHORT, tmp_path, made.data(), 2, bar=False)
    assert len(runs) == 2
    assert again == first
    more = search(SHORT, tmp_path, made.data(), 3, bar=False)
    assert len(runs) == len({folder for _, folder in runs}) == 3
    assert [each for each in more if each in first] == first
    assert search(SHORT, tmp_path, made.data(), 1, bar=False) == more
    assert len(runs) == 3


def test_a_tenth_is_held_out_unless_the_experiment_says_otherwise(
    tmp_path: Path, runs: list[tuple[Config, Path]]
) -> None:
    data = made.data(502)
    search(replace(TINY, held_out=0), tmp_path / "a", data, 1, bar=False)
    search(replace(TINY, held_out=7), tmp_path / "b", data, 1, bar=False)
    assert [config.held_out for config, _ in runs] == [500, 7]


def test_more_than_there_is_cannot_be_held_out(tmp_path: Path) -> None:
    with pytest.raises(DataInvalid, match="cannot hold out 500 images"):
        search(replace(TINY, held_out=0), tmp_path, made.data(), 1, bar=False)
    assert list(tmp_path.iterdir()) == []


def test_what_a_variant_refuses_ends_the_search(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match="batch_size is 81; there are 80 images"):
        search(replace(SHORT, batch_size=81), tmp_path, made.data(), 3, bar=False)
    assert list(tmp_path.iterdir()) == []


FAILURES = {
    "refused": (ConfigInvalid("there is no such network"), ConfigInvalid, "there is no such network"),
    "no room": (
        OSError(errno.ENOSPC, "No space left on device", "history.csv"),
        SearchInvalid,
        r"cannot go on \(\[Errno 28\] No space left on device: 'history.csv'\); what it has written is whole",
    ),
    "a mistake of ours": (ZeroDivisionError("division by zero"), ZeroDivisionError, "division by zero"),
}


@pytest.mark.parametrize("case", FAILURES)
@pytest.mark.parametrize("trials", [2, 3])
def test_whatever_a_variant_fails_with_ends_the_search(
    tmp_path: Path, runs: list[tuple[Config, Path]], monkeypatch: pytest.MonkeyPatch, case: str, trials: int
) -> None:
    failure, kind, why = FAILURES[case]
    whole = search(SHORT, tmp_path / "whole", made.data(), trials, bar=False)
    runs.clear()
    train = vars(searching)["train_and_evaluate"]

    def fail(config: Config, workdir: Path, data: Data, *, bar: bool) -> Any:
        if workdir.name == "trial-1":
            raise failure
        return train(config, workdir, data, bar=bar)

    monkeypatch.setattr(searching, "train_and_evaluate", fail)
    with pytest.raises(kind, match=why):
        search(SHORT, tmp_path / "failed", made.data(), trials, bar=False)
    assert [folder.name for _, folder in runs] == ["trial-0"]
    assert not (tmp_path / "failed" / "search.csv").exists()

    monkeypatch.setattr(searching, "train_and_evaluate", train)
    assert search(SHORT, tmp_path / "failed", made.data(), trials, bar=False) == whole
    assert [folder.name for _, folder in runs] == [f"trial-{number}" for number in range(trials)]


def test_every_stop_is_one_that_a_search_goes_on_from(tmp_path: Path, runs: list[tuple[Config, Path]]) -> None:
    """Stopped at each change of its record: the same variants, none of them tried twice once it is recorded."""
    whole = search(SHORT, tmp_path / "whole", made.data(), 3, bar=False)
    content = json.loads((tmp_path / "whole" / "search.json").read_text())
    tried = content["tried"]
    recorded = {f"{known} trained": (known, tried[:known]) for known in range(4)} | {
        f"{known} begun": (known, [*tried[:known], {**tried[known], "accuracy": None}]) for known in range(3)
    }
    for name, (known, rows) in recorded.items():
        runs.clear()
        (tmp_path / name).mkdir()
        (tmp_path / name / "search.json").write_text(json.dumps({**content, "tried": rows}))
        assert search(SHORT, tmp_path / name, made.data(), 3, bar=False) == whole
        assert [run.name for _, run in runs] == [f"trial-{number}" for number in range(known, 3)]


OTHERS: dict[str, tuple[Config, Data, str]] = {
    "experiment": (replace(SHORT, name="other"), made.data(), "experiment was tiny, now other"),
    "identity": (
        replace(SHORT, epochs=2),
        made.data(),
        f"identity was {SHORT.identity}, now {replace(SHORT, epochs=2).identity}",
    ),
    "data": (SHORT, made.data(11), "data was made-10-4, now made-11-4"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_a_folder_of_another_search_is_refused(tmp_path: Path, runs: list[tuple[Config, Path]], case: str) -> None:
    config, data, why = OTHERS[case]
    search(SHORT, tmp_path, made.data(), 2, bar=False)
    before = contents(tmp_path)
    with pytest.raises(SearchInvalid) as refused:
        search(config, tmp_path, data, 2, bar=False)
    assert str(refused.value) == (
        f"{tmp_path} holds another search: {why}; name another folder with --workdir, or do again as that search was "
        "begun"
    )
    assert (len(runs), contents(tmp_path)) == (2, before)


def test_a_folder_of_a_search_in_another_space_is_refused(
    tmp_path: Path, runs: list[tuple[Config, Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def narrower(base: Config, values: keras_tuner.HyperParameters) -> Config:
        return replace(base, shift=values.Int("shift", 1, most), cutout=values.Choice("cutout", [0, 8]))

    most = 4
    monkeypatch.setattr(searching, "variant", narrower)
    search(SHORT, tmp_path, made.data(), 1, bar=False)
    most = 3
    with pytest.raises(SearchInvalid, match=r"the space of shift was {.*'max_value': 4.*}, now {.*'max_value': 3.*};"):
        search(SHORT, tmp_path, made.data(), 1, bar=False)
    monkeypatch.setattr(searching, "variant", variant)
    with pytest.raises(SearchInvalid, match=r"the space of peak_rate was nothing, now {"):
        search(SHORT, tmp_path, made.data(), 1, bar=False)
    assert len(runs) == 1


SPOILT: dict[str, Callable[[str], str]] = {
    "half": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "a list": lambda text: "[]",
    "no variants": lambda text: text.replace('"tried"', '"tired"'),
    "a variant without a setting": lambda text: text.replace('"shift": ', '"lift": '),
    "a variant with more": lambda text: text.replace('"accuracy"', '"correctness"'),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_spoilt_record_is_refused_and_can_be_made_anew(
    tmp_path: Path, runs: list[tuple[Config, Path]], case: str
) -> None:
    first = search(SHORT, tmp_path, made.data(), 2, bar=False)
    record = tmp_path / "search.json"
    whole = record.read_text()
    record.write_text(SPOILT[case](whole))
    before = contents(tmp_path)
    with pytest.raises(SearchInvalid) as refused:
        search(SHORT, tmp_path, made.data(), 2, bar=False)
    assert str(refused.value).startswith(f"{record} is no whole record of a search (")
    assert "; remove it to begin anew" in str(refused.value)
    assert (len(runs), contents(tmp_path)) == (2, before)

    record.unlink()
    assert search(SHORT, tmp_path, made.data(), 2, bar=False) == first
    assert record.read_text() == whole


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/search"])
def test_where_nothing_can_be_written_nothing_is_trained(
    tmp_path: Path, runs: list[tuple[Config, Path]], place: str
) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SearchInvalid) as refused:
        search(SHORT, tmp_path / place, made.data(), 2, bar=False)
    assert str(refused.value).startswith(f"the search in {tmp_path / place} cannot go on (")
    assert "name another folder with --workdir" in str(refused.value)
    assert runs == []
    assert contents(tmp_path) == {"file": b"mine"}


def test_a_variant_changes_what_is_searched_and_nothing_else() -> None:
    space = keras_tuner.HyperParameters()
    before = asdict(SHORT)
    after: dict[str, Any] = asdict(variant(SHORT, space))
    assert {key for key in before if before[key] != after[key]} <= VARIED
    assert set(space.values) == VARIED
