"""Callback that writes a run's files after every epoch."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import keras
from keras import ops

from models.cifar10 import checkpoint, history
from models.cifar10.checkpoint import Progress
from models.whole_files import write_table


class Recorder(keras.callbacks.Callback):  # type: ignore[misc]
    """After every epoch: one more row of history, in the checkpoint and in the table.

    A process that does not lead a run (``writes`` is false) keeps its history to itself.
    """

    def __init__(self, workdir: Path, done: Progress, *, writes: bool) -> None:
        super().__init__()
        self._workdir, self._writes = workdir, writes
        self.done = done
        self._began = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._began = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        row = {
            "epoch": epoch + 1,
            **{name: float(value) for name, value in (logs or {}).items()},
            "rate": float(ops.convert_to_numpy(self.model.optimizer.learning_rate)),
            "seconds": round(time.monotonic() - self._began, 3),
        }
        self.done = replace(self.done, epochs=epoch + 1, history=[*self.done.history, row])
        if self._writes:
            checkpoint.save(self._workdir / checkpoint.NAME, self.model, self.done)
            try:
                write_table(self._workdir / history.TABLE, self.done.history)
            except OSError as error:
                table = self._workdir / history.TABLE
                raise checkpoint.unwritable(table, error, "it goes on from there") from None
