"""Batch normalisation's statistics, taken anew for the averaged weights that a run ends with.

Moving means and variances are gathered while the weights are trained, so they fit those weights and not their average:
the network's layers are given what they were not made for. One more pass over training images mends that (Izmailov et
al. 2018, "Averaging Weights Leads to Wider Optima and Better Generalization", arXiv:1803.05407, section 3.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np
from numpy.typing import NDArray

BATCH_SIZE = 500

IMAGES = 10_000
"""As many as the test images; each layer averages over all pixels of them too."""


def recalibrate(network: keras.Model, images: NDArray[np.uint8], seed: int) -> None:
    """Replace the moving statistics of ``network`` by those over ``IMAGES`` of the training ``images``, or over all.

    The images are drawn by ``seed`` and are as they are, neither shifted nor mirrored: so is what the network will be
    asked about. In the order of their classes no batch would be like the whole. Layers drop out as in training. What is
    not trained, such as a backbone that came with its statistics, keeps what it has.
    """
    layers = [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
    trained = [layer for layer in layers if layer.trainable]
    if not trained:
        return
    # The last number tells this draw from those of ``batches.py`` and ``augmentation.py``.
    drawn = np.random.default_rng([seed, 0, 3]).permutation(len(images))[:IMAGES]
    with _momenta_kept(trained):
        for begun in range(0, len(drawn), BATCH_SIZE):
            batch = images[drawn[begun : begun + BATCH_SIZE]]
            for layer in trained:
                # So that the moving statistics are the mean over all images so far; 0 forgets what was there before.
                layer.momentum = begun / (begun + len(batch))
            network(batch, training=True)


@contextmanager
def _momenta_kept(layers: list[keras.layers.BatchNormalization]) -> Iterator[None]:
    kept = [layer.momentum for layer in layers]
    try:
        yield
    finally:
        for layer, momentum in zip(layers, kept, strict=True):
            layer.momentum = momentum
