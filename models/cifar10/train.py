"""Train a network and say how well it does."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from models.cifar10 import checkpoint, history, inference, provenance
from models.cifar10.batches import Batches
from models.cifar10.checkpoint import CheckpointInvalid, Progress
from models.cifar10.config import Config
from models.cifar10.data import Data, Split
from models.cifar10.model import build
from models.cifar10.optimization import optimizer
from models.cifar10.recalibration import recalibrate
from models.cifar10.recording import Recorder
from models.cifar10.strategy import Course, OneDevice, Place
from models.cifar10.whitening import whiten
from models.whole_files import write_table, write_whole

MODEL = "model.keras"
RESULT = "result.json"

MEASURED_IMAGES = 2_000
"""Progress after each epoch is measured on about so many images; the result at the end on all."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """Accuracy of a trained network on images that it was not trained on.

    ``accuracy`` is with mirror images (``inference.Logits``), ``accuracy_plain`` without; ``images`` is on how many,
    and ``held_out`` whether these are held-out training images rather than the test images. ``seconds`` is the time
    that all epochs took together, over all resumed runs. ``code`` is what trained it (``provenance.code``), in order.
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
    code: list[dict[str, Any]]


def train_and_evaluate(
    config: Config, workdir: Path, data: Data, *, place: Place | None = None, bar: bool = True
) -> Result:
    """Train as ``config`` says, or go on where an interrupted run in ``workdir`` left off, and evaluate.

    ``workdir`` gets ``checkpoint.npz`` and ``history.csv`` after every epoch, and at the end ``history.png``,
    ``model.keras`` (the network with its averaged weights and their statistics, to be read by ``trained``) and
    ``result.json``. A run that is there and done is only evaluated again.

    Raises:
        CheckpointInvalid: if ``workdir`` holds another run, or cannot be written.
        ConfigInvalid: if there is no such network, or fewer images than a batch.
        DataInvalid: if more images are to be held out than there are.
    """
    place = place or OneDevice()
    training, measured = data.held_out(config.held_out)
    batches = Batches(training, config)
    network = place.make(lambda: prepared(config, batches))
    if place.leads:
        checkpoint.make_folder(workdir)
    recorder = Recorder(workdir, _begun(config, workdir, data, network), writes=place.leads)
    course = Course(batches=batches, measured=_sample(measured), first_epoch=recorder.done.epochs, epochs=config.epochs)
    place.fit(network, course, [recorder], bar=bar and place.leads)
    # Free of its optimizer and of the place where it was trained.
    final = build(config)
    final.set_weights(network.get_weights())
    if config.averaging:
        recalibrate(final, training.images, config.seed)
    result = _evaluated(config, final, measured, recorder.done)
    if place.leads:
        _write(workdir, final, result, recorder.done)
    place.finish()
    return result


def prepared(config: Config, batches: Batches) -> keras.Model:
    """A network that is ready to be trained: whitened, and with optimizer, loss and all their variables."""
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


def trained(workdir: Path) -> tuple[keras.Model, Result]:
    """The network that a finished run left in ``workdir``, and how well it did.

    Raises:
        CheckpointInvalid: if there is none, or it is spoilt.
    """
    try:
        return keras.models.load_model(workdir / MODEL), Result(**json.loads((workdir / RESULT).read_bytes()))
    except Exception as error:  # Keras raises of many kinds, by what is wrong with the file
        raise CheckpointInvalid(f"{workdir} holds no finished run ({error}); train one first") from None


def _begun(config: Config, workdir: Path, data: Data, network: keras.Model) -> Progress:
    before = checkpoint.restore(workdir / checkpoint.NAME, network, config.identity, data.digest)
    done = before or Progress(experiment=config.identity, data=data.digest, epochs=0, history=[], code=[])
    code = provenance.code()
    goes_on = done.epochs < config.epochs and done.code[-1:] != [code]
    return replace(done, code=[*done.code, code]) if goes_on else done


def _sample(split: Split) -> Split:
    """Evenly spaced images, which are of all classes whether or not images are in the order of their classes."""
    return split.take(np.arange(0, len(split), max(1, len(split) // MEASURED_IMAGES)))


def _evaluated(config: Config, network: keras.Model, split: Split, done: Progress) -> Result:
    logits = inference.logits(network, split.images)
    return Result(
        experiment=config.name,
        identity=config.identity,
        data=done.data,
        accuracy=inference.accuracy(logits.mean, split.labels),
        accuracy_plain=inference.accuracy(logits.plain, split.labels),
        images=len(split),
        held_out=config.held_out > 0,
        epochs=config.epochs,
        seconds=round(sum(row["seconds"] for row in done.history), 3),
        parameters=network.count_params(),
        code=done.code,
    )


def _write(workdir: Path, network: keras.Model, result: Result, done: Progress) -> None:
    text = json.dumps(asdict(result), indent=2) + "\n"
    try:
        with tempfile.TemporaryDirectory() as folder:
            # Keras writes to a path of its own suffix and to nothing else.
            network.save(Path(folder) / MODEL)
            content = (Path(folder) / MODEL).read_bytes()
        # Again, for the last epoch may have ended between the checkpoint and its row.
        write_table(workdir / history.TABLE, done.history)
        history.plot(workdir / "history.png", done.history, result.experiment)
        write_whole(workdir / MODEL, lambda stream: stream.write(content))
        write_whole(workdir / RESULT, lambda stream: stream.write(text.encode()))
    except OSError as error:
        raise checkpoint.unwritable(workdir, error, "it trains no more and writes the rest") from None
