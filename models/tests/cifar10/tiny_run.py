"""A tiny run in a process of its own, to be killed: ``python -m models.tests.cifar10.tiny_run WORKDIR``.

With ``STOP_AFTER`` epochs it ends by itself, with ``KILL_AT`` batches it kills itself, both without any farewell. With
``REPLICAS`` on one machine or ``TF_CONFIG`` it is spread, with ``COMPILED`` its step is compiled.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from models.cifar10.batches import Batch, Batches
from models.cifar10.recording import Recorder
from models.cifar10.strategy import Place
from models.cifar10.train import train_and_evaluate
from models.tests.cifar10 import made
from models.tests.cifar10.made import TINY


def _place() -> Place | None:
    if replicas := int(os.environ.get("REPLICAS", "0")):
        import tensorflow as tf

        (cpu,) = tf.config.list_physical_devices("CPU")
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * replicas)
        from models.cifar10 import distributed

        return distributed.mirrored([f"CPU:{number}" for number in range(replicas)])
    if "TF_CONFIG" in os.environ:
        from models.cifar10 import distributed

        return distributed.workers()
    return None


def _stop_after(epochs: int) -> None:
    """Leave right after an epoch has been recorded."""
    recorded = Recorder.on_epoch_end

    def on_epoch_end(self: Recorder, epoch: int, logs: dict[str, float] | None = None) -> None:
        recorded(self, epoch, logs)
        if epoch + 1 == epochs:
            os._exit(0)

    Recorder.on_epoch_end = on_epoch_end  # type: ignore[method-assign]


def _kill_at(last: int) -> None:
    """Be killed when a batch is asked for, in the middle of an epoch."""
    whole = Batches.beginning

    def beginning(self: Batches, number: int) -> Iterator[Batch]:
        for place, batch in enumerate(whole(self, number), start=number):
            if place == last:
                os.kill(os.getpid(), signal.SIGKILL)
            yield batch

    Batches.beginning = beginning  # type: ignore[method-assign]


def main() -> None:
    if "STOP_AFTER" in os.environ:
        _stop_after(int(os.environ["STOP_AFTER"]))
    if "KILL_AT" in os.environ:
        _kill_at(int(os.environ["KILL_AT"]))
    config = replace(TINY, compiled="COMPILED" in os.environ)
    train_and_evaluate(config, Path(sys.argv[1]), made.data(), place=_place(), bar=False)


if __name__ == "__main__":
    from lepton_infra.errors import LeptonError

    try:
        main()
    except LeptonError as refused:
        sys.exit(f"error: {refused}")
