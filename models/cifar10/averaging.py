"""Progress is measured with the moving average of the weights, which is what a run ends with.

Batch normalisation keeps the statistics of the weights as trained meanwhile: taking them anew (``recalibration.py``)
costs a pass over images, and is done once, at the end.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class MeasuredAverage(keras.callbacks.Callback):  # type: ignore[misc]
    """Puts the averaged weights into the network while it is evaluated, and the trained ones back, bit for bit.

    Keras's own ``SwapEMAWeights`` swaps by adding and subtracting, which leaves rounding errors in the trained weights.
    """

    def __init__(self) -> None:
        super().__init__()
        self._trained: list[Any] = []

    def on_test_begin(self, logs: dict[str, float] | None = None) -> None:
        optimizer = self.model.optimizer
        if optimizer.use_ema:
            self._trained = [ops.convert_to_numpy(variable) for variable in self.model.trainable_variables]
            for variable, average in zip(
                self.model.trainable_variables, optimizer._model_variables_moving_average, strict=True
            ):
                variable.assign(ops.convert_to_numpy(average))

    def on_test_end(self, logs: dict[str, float] | None = None) -> None:
        for variable, value in zip(self.model.trainable_variables, self._trained, strict=False):
            variable.assign(value)
        self._trained = []
