"""Train a network and say how well it does."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from models.cifar10 import checkpoint, history, inference
from models.cifar10.averaging import MeasuredAverage
from models.cifar10.batches import Batch, Batches, one_hot
from models.cifar10.checkpoint import CheckpointInvalid, Progress
from models.cifar10.config import Config
from models.cifar10.data import Data, Split
from models.cifar10.model import build
from models.cifar10.optimization import optimizer
from models.cifar10.whitening import whiten
from models.whole_files import write_whole

MODEL = "model.keras"
RESULT = "result.json"

MEASURED_IMAGES = 2_000
"""Progress after each epoch is measured on so many images at most; the result at the end on all."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """How well a trained network does on images that it was not trained on.

    ``accuracy`` is with mirror images (``inference.logits``), ``accuracy_plain`` without; ``images`` is on how many,
    and ``held_out`` whether these are held-out training images rather than the test images. ``seconds`` is the time
    that all epochs took together, over all resumed runs.
    """

    experiment: str
    identity: str
    data: str
    accuracy: float
    accuracy_plain: float
    images: int
    held_out: bool
    epochs: int
    seconds: float
    parameters: int


class OneDevice:
    """Where a run takes place: on the backend's own device. ``distributed.py`` has the others."""

    leads = True
    """Whether this process writes files. With several, one does."""

    def scope(self) -> AbstractContextManager[Any]:
        """What network and optimizer are made in."""
        return nullcontext()

    def feed(self, batches: Batches, first: int) -> Iterator[Batch] | Any:
        """The batches from number ``first`` on, as ``fit`` takes them."""
        return batches.beginning(first)


def train_and_evaluate(
    config: Config, workdir: Path, data: Data, *, place: OneDevice | None = None, progress: bool = True
) -> Result:
    """Train as ``config`` says, or go on where an interrupted run in ``workdir`` left off, and evaluate.

    ``workdir`` gets ``checkpoint.npz`` after every epoch, ``history.csv`` and ``history.png``, and at the end
    ``model.keras`` (the network with its averaged weights) and ``result.json``. A run that is there and done is only
    evaluated again.

    Raises:
        CheckpointInvalid: if ``workdir`` holds another run, or cannot be written.
        ConfigInvalid: if there is no such network, or fewer images than a batch.
        DataInvalid: if more images are to be held out than there are.
    """
    place = place or OneDevice()
    training, measured = data.held_out(config.held_out)
    batches = Batches(training, config)
    network = prepared(config, batches, place)
    before = checkpoint.restore(workdir / checkpoint.NAME, network, config.identity, data.digest)
    done = before or Progress(experiment=config.identity, data=data.digest, epochs=0, history=[])
    sample = _sample(measured)
    recorder = _Recorder(workdir, done)
    network.fit(
        place.feed(batches, done.epochs * batches.per_epoch),
        epochs=config.epochs,
        initial_epoch=done.epochs,
        steps_per_epoch=batches.per_epoch,
        shuffle=False,
        validation_data=(sample.images, one_hot(sample.labels)),
        validation_batch_size=min(inference.BATCH_SIZE, len(sample)),
        callbacks=[MeasuredAverage(), *([recorder] if place.leads else [])],
        verbose=1 if progress and place.leads else 0,
    )
    # Apart from its optimizer and from where it was trained.
    trained = build(config)
    trained.set_weights(network.get_weights())
    result = _evaluated(config, trained, measured, recorder)
    if place.leads:
        _write(workdir, trained, result, recorder)
    return result


def prepared(config: Config, batches: Batches, place: OneDevice) -> keras.Model:
    """A network that is ready to be trained: whitened, and with optimizer, loss and all their variables."""
    with place.scope():
        network = build(config)
        whiten(network, batches.split.images)
        network.compile(
            optimizer=optimizer(config, config.epochs * batches.per_epoch),
            loss=keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=config.label_smoothing),
            metrics=["accuracy"],
            jit_compile=config.compiled,
        )
        network.optimizer.build(network.trainable_variables)
    return network


class _Recorder(keras.callbacks.Callback):  # type: ignore[misc]
    """After every epoch: one more row of history, in the checkpoint and in the table."""

    def __init__(self, workdir: Path, done: Progress) -> None:
        super().__init__()
        self._workdir, self.done = workdir, done
        self.history = list(done.history)
        self._began = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._began = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        rate = self.model.optimizer.learning_rate
        row = {
            "epoch": epoch + 1,
            **{name: float(value) for name, value in (logs or {}).items()},
            "rate": float(ops.convert_to_numpy(rate)),
            "seconds": round(time.monotonic() - self._began, 3),
        }
        self.history.append(row)
        done = replace(self.done, epochs=epoch + 1, history=self.history)
        checkpoint.save(self._workdir / checkpoint.NAME, self.model, done)
        history.write_csv(self._workdir / "history.csv", self.history)


def _sample(split: Split) -> Split:
    """Evenly spaced images, which are of all classes whether or not images are in the order of their classes."""
    return split.take(np.arange(0, len(split), max(1, len(split) // MEASURED_IMAGES)))


def _evaluated(config: Config, network: keras.Model, split: Split, recorder: _Recorder) -> Result:
    plain = inference.logits(network, split.images, mirrored=False)
    turned = inference.logits(network, split.images[:, :, ::-1], mirrored=False)
    return Result(
        experiment=config.name,
        identity=config.identity,
        data=recorder.done.data,
        accuracy=inference.accuracy(plain + turned, split.labels),
        accuracy_plain=inference.accuracy(plain, split.labels),
        images=len(split),
        held_out=config.held_out > 0,
        epochs=config.epochs,
        seconds=round(sum(row["seconds"] for row in recorder.history), 3),
        parameters=network.count_params(),
    )


def _write(workdir: Path, network: keras.Model, result: Result, recorder: _Recorder) -> None:
    with tempfile.TemporaryDirectory() as folder:
        # Keras writes to a path that has its suffix, and nowhere else.
        network.save(Path(folder) / MODEL)
        content = (Path(folder) / MODEL).read_bytes()
    write_whole(workdir / MODEL, lambda stream: stream.write(content))
    text = json.dumps(asdict(result), indent=2) + "\n"
    write_whole(workdir / RESULT, lambda stream: stream.write(text.encode()))
    history.plot(workdir / "history.png", recorder.history, result.experiment)


def trained(workdir: Path) -> tuple[keras.Model, Result]:
    """The network that a finished run left in ``workdir``, and how well it did.

    Raises:
        CheckpointInvalid: if there is none.
    """
    try:
        return keras.models.load_model(workdir / MODEL), Result(**json.loads((workdir / RESULT).read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise CheckpointInvalid(
            f"{workdir} holds no finished run ({error}); train one: train NAME --workdir …"
        ) from None
