"""The optimizer of an experiment, and how its learning rate goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import keras
from keras import ops

from models.cifar10.config import Config

Schedule: TypeAlias = keras.optimizers.schedules.LearningRateSchedule


def optimizer(config: Config, steps: int) -> keras.optimizers.Optimizer:
    """SGD with Nesterov's momentum, decoupled weight decay of kernels, and a moving average of the weights.

    ``steps`` is the length of the whole run.
    """
    sgd = keras.optimizers.SGD(
        learning_rate=schedule(config, steps),
        momentum=config.momentum,
        nesterov=True,
        weight_decay=config.weight_decay or None,
        use_ema=config.averaging > 0,
        ema_momentum=config.averaging,
        name="sgd",
    )
    sgd.exclude_from_weight_decay(var_names=["beta", "gamma", "bias"])
    return sgd


def schedule(config: Config, steps: int) -> Schedule:
    """The learning rate by step: up to ``peak_rate`` in a straight line, then down to 0 in the way asked for."""
    rising = round(config.warmup * steps)
    chosen: Schedule = _SCHEDULES[config.schedule](config.peak_rate, steps, rising)
    return chosen


class OneCycle(Schedule):  # type: ignore[misc]
    """A straight line from 0 up to ``peak`` in ``rising`` steps and another down to 0 at ``steps``.

    The triangle of Smith 2018, "Super-Convergence" (arXiv:1708.07120), without its last, flat part.
    """

    def __init__(self, peak: float, steps: int, rising: int) -> None:
        super().__init__()
        self.peak, self.steps, self.rising = peak, steps, rising

    def __call__(self, step: Any) -> Any:
        step = ops.cast(step, "float32")
        up = (step + 1.0) / (self.rising + 1.0)
        down = (self.steps - step) / max(1.0, self.steps - self.rising)
        return self.peak * ops.maximum(0.0, ops.minimum(up, down))

    def get_config(self) -> dict[str, float]:
        return {"peak": self.peak, "steps": self.steps, "rising": self.rising}


def _cosine(peak: float, steps: int, rising: int) -> Schedule:
    """Half a wave of a cosine after the rise (Loshchilov and Hutter 2017, arXiv:1608.03983, without restarts)."""
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=peak if not rising else 0.0,
        decay_steps=max(1, steps - rising),
        warmup_target=peak if rising else None,
        warmup_steps=rising,
    )


_SCHEDULES: dict[str, Callable[[float, int, int], Schedule]] = {"one-cycle": OneCycle, "cosine": _cosine}
