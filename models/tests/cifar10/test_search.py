"""A search tries variants, keeps what it tried, and never looks at the test images."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras_tuner
import pytest

from models.cifar10 import search as searching
from models.cifar10.config import Config, ConfigInvalid
from models.cifar10.data import Data, DataInvalid
from models.cifar10.search import search, variant
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


def test_a_tenth_is_held_out_unless_the_experiment_says_otherwise(
    tmp_path: Path, runs: list[tuple[Config, Path]]
) -> None:
    search(replace(TINY, held_out=0), tmp_path / "a", made.data(), 1, bar=False)
    search(replace(TINY, held_out=7), tmp_path / "b", made.data(), 1, bar=False)
    assert [config.held_out for config, _ in runs] == [500, 7]


def test_more_than_there_is_cannot_be_held_out(tmp_path: Path) -> None:
    with pytest.raises(DataInvalid, match="cannot hold out 500 images"):
        search(replace(TINY, held_out=0), tmp_path, made.data(), 1, bar=False)


def test_what_a_variant_refuses_ends_the_search(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match="batch_size is 81; there are 80 images"):
        search(replace(SHORT, batch_size=81), tmp_path, made.data(), 3, bar=False)
    assert not (tmp_path / "search.csv").exists()


def test_a_variant_changes_what_is_searched_and_nothing_else() -> None:
    space = keras_tuner.HyperParameters()
    before = asdict(SHORT)
    after: dict[str, Any] = asdict(variant(SHORT, space))
    assert {key for key in before if before[key] != after[key]} <= VARIED
    assert set(space.values) == VARIED
