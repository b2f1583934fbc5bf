"""Training strategy on the backend's one device. ``distributed.py`` has the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import keras

from models.cifar10 import inference
from models.cifar10.averaging import MeasuredAverage
from models.cifar10.batches import Batches, one_hot
from models.cifar10.data import Split


@dataclass(frozen=True, kw_only=True)
class Course:
    """Batches to train on, first and last epoch (counted from 0), and the images that progress is measured on."""

    batches: Batches
    measured: Split
    first_epoch: int
    epochs: int


class Place(Protocol):
    """Makes a network and trains it. ``leads`` is whether this process writes files: of several, one does."""

    @property
    def leads(self) -> bool: ...

    def make(self, prepared: Callable[[], keras.Model]) -> keras.Model:
        """The compiled network that ``prepared`` makes, with its variables where they belong."""

    def fit(
        self, network: keras.Model, course: Course, callbacks: Sequence[keras.callbacks.Callback], *, bar: bool
    ) -> None:
        """Train; the network ends with its averaged weights. Callbacks are called by epoch, as by Keras's ``fit``."""

    def finish(self) -> None:
        """Wait for all others: a process that left early would look like one that failed."""


class OneDevice:
    """The backend's own device, by Keras's own loop."""

    leads = True

    def make(self, prepared: Callable[[], keras.Model]) -> keras.Model:
        """The network as it is."""
        return prepared()

    def fit(
        self, network: keras.Model, course: Course, callbacks: Sequence[keras.callbacks.Callback], *, bar: bool
    ) -> None:
        """Train, with a progress bar if ``bar``."""
        network.fit(
            course.batches.beginning(course.first_epoch * course.batches.per_epoch),
            epochs=course.epochs,
            initial_epoch=course.first_epoch,
            steps_per_epoch=course.batches.per_epoch,
            # The batches are shuffled already.
            shuffle=False,
            validation_data=(course.measured.images, one_hot(course.measured.labels)),
            validation_batch_size=min(inference.BATCH_SIZE, len(course.measured)),
            callbacks=[MeasuredAverage(), *callbacks],
            verbose=1 if bar else 0,
        )

    def finish(self) -> None:
        """There are no others."""
