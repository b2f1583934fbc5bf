"""The algorithms of training, written in NumPy from their definitions and from nothing else. Slow, and plain to read.

All of it computes in float64.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = "NDArray[np.float64]"


def dense(inputs: Array, kernel: Array, bias: Array) -> Array:
    """``y[n, j] = sum over i of x[n, i] w[i, j] + b[j]``."""
    outputs = np.zeros((len(inputs), kernel.shape[1]))
    for n, j in np.ndindex(*outputs.shape):
        outputs[n, j] = sum(inputs[n, i] * kernel[i, j] for i in range(kernel.shape[0])) + bias[j]
    return outputs


def convolution(images: Array, kernel: Array, bias: Array, stride: int, *, same: bool) -> Array:
    """Cross-correlation, as networks use it: the kernel is not turned round.

    ``images [n, rows, columns, channels]``, ``kernel [rows, columns, channels, filters]``. With ``same``, zeros are
    added all around, one more at the end than at the start where their number is odd, so that ``ceil(side / stride)``
    places fit.
    """
    rows, columns = kernel.shape[:2]
    if same:
        images = np.pad(
            images,
            ((0, 0), _missing(images.shape[1], rows, stride), _missing(images.shape[2], columns, stride), (0, 0)),
        )
    high, wide = ((side - size) // stride + 1 for side, size in zip(images.shape[1:3], (rows, columns), strict=True))
    outputs = np.zeros((len(images), high, wide, kernel.shape[3]))
    for n, y, x, f in np.ndindex(*outputs.shape):
        window = images[n, y * stride : y * stride + rows, x * stride : x * stride + columns]
        outputs[n, y, x, f] = (window * kernel[..., f]).sum() + bias[f]
    return outputs


def _missing(side: int, size: int, stride: int) -> tuple[int, int]:
    missing = max(0, (-(-side // stride) - 1) * stride + size - side)
    return missing // 2, missing - missing // 2


def relu(x: Array) -> Array:
    """``x`` where it is positive, else 0."""
    return np.where(x > 0, x, 0.0)


def sigmoid(x: Array) -> Array:
    """``1 / (1 + e^-x)``."""
    return 1 / (1 + np.exp(-x))


def tanh(x: Array) -> Array:
    """``(e^x - e^-x) / (e^x + e^-x)``."""
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


def gelu(x: Array) -> Array:
    """``x P(X <= x)`` of a standard normal ``X`` (Hendrycks and Gimpel 2016, arXiv:1606.08415, section 2)."""
    return np.array([value * (1 + math.erf(value / math.sqrt(2))) / 2 for value in x.flat]).reshape(x.shape)


def max_pooling(images: Array, size: int) -> Array:
    """The largest value of each square of ``size`` pixels, which do not overlap; what is left over is dropped."""
    outputs = np.zeros((len(images), images.shape[1] // size, images.shape[2] // size, images.shape[3]))
    for n, y, x, c in np.ndindex(*outputs.shape):
        outputs[n, y, x, c] = images[n, y * size : (y + 1) * size, x * size : (x + 1) * size, c].max()
    return outputs


def batch_normalization(images: Array, gamma: Array, beta: Array, epsilon: float) -> tuple[Array, Array, Array]:
    """Each channel less its mean, over its deviation, times ``gamma`` plus ``beta``; and those means and variances.

    Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1. The variance is that of the batch (over ``n``).
    """
    outputs, means, variances = np.zeros_like(images), np.zeros(images.shape[3]), np.zeros(images.shape[3])
    for c in range(images.shape[3]):
        values = images[..., c]
        means[c] = values.sum() / values.size
        variances[c] = ((values - means[c]) ** 2).sum() / values.size
        outputs[..., c] = (values - means[c]) / math.sqrt(variances[c] + epsilon) * gamma[c] + beta[c]
    return outputs, means, variances


def mean_squared_error(truth: Array, guess: Array) -> float:
    """The mean of the squared differences, over all values."""
    return float(((truth - guess) ** 2).sum() / truth.size)


def cross_entropy(truth: Array, logits: Array, smoothing: float) -> float:
    """``- sum over classes of t log p``, mean over examples, where ``p`` is the softmax of the logits.

    With smoothing ``s``, ``t`` is ``(1 - s)`` of the truth and ``s`` shared equally among all classes (Szegedy et al.
    2016, arXiv:1512.00567, section 7).
    """
    powers = np.exp(logits)
    chances = powers / powers.sum(axis=1, keepdims=True)
    smooth = truth * (1 - smoothing) + smoothing / truth.shape[1]
    return float(-(smooth * np.log(chances)).sum(axis=1).mean())


def descent(start: Array, gradients: Iterable[Array], rate: float) -> Iterator[Array]:
    """Gradient descent: ``w <- w - rate g``."""
    w = start.copy()
    for g in gradients:
        w = w - rate * g
        yield w


def momentum(start: Array, gradients: Iterable[Array], rate: float, mu: float) -> Iterator[Array]:
    """Polyak 1964: ``v <- mu v - rate g``, ``w <- w + v`` (Sutskever et al. 2013, equations 1 and 2)."""
    w, v = start.copy(), np.zeros_like(start)
    for g in gradients:
        v = mu * v - rate * g
        w = w + v
        yield w


def nesterov(start: Array, gradient: Callable[[Array], Array], rate: float, mu: float) -> Iterator[Array]:
    """``v <- mu v - rate g(w + mu v)``, ``w <- w + v`` (Sutskever et al. 2013, equations 3 and 4).

    Yields ``w + mu v``, the point at which the next gradient is taken: implementations keep that one as the weights.
    """
    w, v = start.copy(), np.zeros_like(start)
    while True:
        v = mu * v - rate * gradient(w + mu * v)
        w = w + v
        yield w + mu * v


def adam(
    start: Array, gradients: Iterable[Array], rate: float, beta1: float, beta2: float, epsilons: Iterable[float]
) -> Iterator[Array]:
    """Adam (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1), with both moments corrected for their bias.

    Epsilon is given for each step, because some add another one in another place.
    """
    w, m, v = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for t, (g, epsilon) in enumerate(zip(gradients, epsilons, strict=False), start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        corrected_m = m / (1 - beta1**t)
        corrected_v = v / (1 - beta2**t)
        w = w - rate * corrected_m / (np.sqrt(corrected_v) + epsilon)
        yield w


def slope(function: Callable[[Array], float], at: Array, step: float = 1e-6) -> Array:
    """The gradient of ``function``, by differences in both directions of each value."""
    gradient = np.zeros_like(at)
    for place in np.ndindex(*at.shape):
        little = np.zeros_like(at)
        little[place] = step
        gradient[place] = (function(at + little) - function(at - little)) / (2 * step)
    return gradient
