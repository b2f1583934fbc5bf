"""Training images, changed a little each time. Whole batches at once, in NumPy: the same on every backend.

What is drawn follows from the generator that is given; there is no other state, so a resumed run draws the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.cifar10.config import Config

_GREY = np.array([125, 123, 114], dtype=np.uint8)
"""The mean colour (``networks/pixels.py``): blanked-out squares are 0 to the network."""


def augmented(
    images: NDArray[np.uint8], mirrored: NDArray[np.bool_], config: Config, generator: np.random.Generator
) -> NDArray[np.uint8]:
    """Mirror the images that ``mirrored`` names, shift all within ``config.shift`` pixels, and blank out a square.

    A shift fills the border with the picture's own mirror image; the square, of side ``config.cutout``, lies fully
    inside the picture.
    """
    count, side = images.shape[:2]
    rows = _shifted(generator.integers(-config.shift, config.shift + 1, count), side)
    columns = _shifted(generator.integers(-config.shift, config.shift + 1, count), side)
    columns = np.where(mirrored[:, np.newaxis], columns[:, ::-1], columns)
    changed = images[np.arange(count)[:, np.newaxis, np.newaxis], rows[:, :, np.newaxis], columns[:, np.newaxis, :]]
    if config.cutout:
        changed[_squares(count, side, config.cutout, generator)] = _GREY
    return changed


def mirrored(epoch: int, count: int, config: Config) -> NDArray[np.bool_]:
    """Mask of the ``count`` training images that are mirrored in an epoch.

    ``alternating`` draws once and then mirrors every image every other time, so that two epochs show each image both
    ways (Jordan 2024, arXiv:2404.00498, section 3.6).
    """
    if config.flip == "none":
        return np.zeros(count, dtype=bool)
    alternating = config.flip == "alternating"
    drawn = np.random.default_rng([config.seed, 0 if alternating else epoch, 1]).random(count) < 0.5
    return drawn ^ (alternating and epoch % 2 == 1)


def _shifted(offsets: NDArray[np.int64], side: int) -> NDArray[np.int64]:
    """For each offset, the places to read ``side`` pixels from, reflected at the borders."""
    places = np.abs(np.arange(side) + offsets[:, np.newaxis])
    return np.minimum(places, 2 * (side - 1) - places)


def _squares(count: int, side: int, square: int, generator: np.random.Generator) -> NDArray[np.bool_]:
    corners = generator.integers(0, side - square + 1, (2, count, 1))
    rows, columns = (corners <= np.arange(side)) & (np.arange(side) < corners + square)
    return rows[:, :, np.newaxis] & columns[:, np.newaxis, :]
