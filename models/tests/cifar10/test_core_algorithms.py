"""What the framework computes, held against the definitions: layers, losses, optimizers and their gradients.

Dropout, random crops and the schedule of the rate are checked beside what uses them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, islice
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from keras import layers

from models.tests.cifar10 import definitions
from models.tests.cifar10.definitions import Array

CLOSE = {"rtol": 1e-10, "atol": 1e-12}
SEEDS = st.integers(0, 10_000)


def normal(seed: int, *shape: int) -> Array:
    return np.random.default_rng(seed).normal(size=shape)


def one_hot(seed: int, count: int, classes: int) -> Array:
    return np.eye(classes)[np.random.default_rng(seed).integers(0, classes, count)]


@given(seed=SEEDS, count=st.integers(1, 4), inputs=st.integers(1, 6), outputs=st.integers(1, 6))
def test_dense_forward(seed: int, count: int, inputs: int, outputs: int) -> None:
    x, kernel, bias = normal(seed, count, inputs), normal(seed + 1, inputs, outputs), normal(seed + 2, outputs)
    layer = layers.Dense(outputs, dtype="float64")
    layer.build(x.shape)
    layer.set_weights([kernel, bias])
    np.testing.assert_allclose(layer(x), definitions.dense(x, kernel, bias), **CLOSE)


@given(
    seed=SEEDS,
    side=st.integers(3, 7),
    size=st.integers(1, 3),
    channels=st.integers(1, 3),
    filters=st.integers(1, 3),
    stride=st.integers(1, 2),
    same=st.booleans(),
)
def test_convolution_forward(
    seed: int, side: int, size: int, channels: int, filters: int, stride: int, same: bool
) -> None:
    x = normal(seed, 2, side, side + 1, channels)
    kernel, bias = normal(seed + 1, size, size, channels, filters), normal(seed + 2, filters)
    layer = layers.Conv2D(filters, size, strides=stride, padding="same" if same else "valid", dtype="float64")
    layer.build(x.shape)
    layer.set_weights([kernel, bias])
    np.testing.assert_allclose(
        layer(x), definitions.convolution(x, kernel, bias, stride, same=same), rtol=1e-10, atol=1e-10
    )


@pytest.mark.parametrize(("name", "near"), [("relu", 1e-13), ("sigmoid", 1e-13), ("tanh", 1e-13), ("gelu", 1e-8)])
@given(values=st.lists(st.floats(-30, 30), min_size=1, max_size=20))
def test_activations(name: str, near: float, values: list[float]) -> None:
    """Keras has the root of 2, which gelu divides by, in float32."""
    x = np.array(values)
    definition: Callable[[Array], Array] = getattr(definitions, name)
    found = keras.ops.convert_to_numpy(keras.activations.get(name)(keras.ops.convert_to_tensor(x, dtype="float64")))
    np.testing.assert_allclose(found, definition(x), rtol=1e-9, atol=near)


@pytest.mark.parametrize(("name", "at_zero"), [("relu", 0.0), ("sigmoid", 0.5), ("tanh", 0.0)])
def test_activations_at_their_ends(name: str, at_zero: float) -> None:
    function = keras.activations.get(name)
    low, middle, high = keras.ops.convert_to_numpy(function(keras.ops.convert_to_tensor([-1e4, 0.0, 1e4])))
    assert middle == at_zero
    assert (low, high) == {"relu": (0, 1e4), "sigmoid": (0, 1), "tanh": (-1, 1)}[name]


@given(seed=SEEDS, rows=st.integers(2, 7), columns=st.integers(2, 7), size=st.integers(1, 2))
def test_pooling(seed: int, rows: int, columns: int, size: int) -> None:
    x = normal(seed, 2, rows, columns, 3)
    np.testing.assert_allclose(layers.MaxPooling2D(size, dtype="float64")(x), definitions.max_pooling(x, size), **CLOSE)
    np.testing.assert_allclose(layers.GlobalMaxPooling2D(dtype="float64")(x), x.max(axis=(1, 2)), **CLOSE)
    np.testing.assert_allclose(
        layers.GlobalAveragePooling2D(dtype="float64")(x), x.sum(axis=(1, 2)) / (rows * columns), **CLOSE
    )


@given(seed=SEEDS, epsilon=st.sampled_from([1e-5, 1e-3]), momentum=st.sampled_from([0.6, 0.9]))
def test_batch_normalization(seed: int, epsilon: float, momentum: float) -> None:
    """By the batch's own statistics in training, whose moving averages are what is used after it."""
    x, gamma, beta = normal(seed, 4, 3, 2, 5) * 3 + 1, normal(seed + 1, 5), normal(seed + 2, 5)
    means, variances = normal(seed + 3, 5), normal(seed + 4, 5) ** 2
    layer = layers.BatchNormalization(momentum=momentum, epsilon=epsilon, dtype="float64")
    layer.build(x.shape)
    layer.set_weights([gamma, beta, means, variances])
    expected, batch_means, batch_variances = definitions.batch_normalization(x, gamma, beta, epsilon)

    np.testing.assert_allclose(layer(x, training=True), expected, rtol=1e-9, atol=1e-9)

    moved_means = momentum * means + (1 - momentum) * batch_means
    moved_variances = momentum * variances + (1 - momentum) * batch_variances
    np.testing.assert_allclose(layer.get_weights()[2:], [moved_means, moved_variances], rtol=1e-9, atol=1e-9)
    after = (x - moved_means) / np.sqrt(moved_variances + epsilon) * gamma + beta
    np.testing.assert_allclose(layer(x, training=False), after, rtol=1e-9, atol=1e-9)


@given(seed=SEEDS, count=st.integers(1, 5), size=st.integers(1, 5))
def test_mean_squared_error(seed: int, count: int, size: int) -> None:
    truth, guess = normal(seed, count, size), normal(seed + 1, count, size)
    loss = keras.losses.MeanSquaredError(dtype="float64")(truth, guess)
    np.testing.assert_allclose(loss, definitions.mean_squared_error(truth, guess), **CLOSE)


@given(seed=SEEDS, count=st.integers(1, 5), classes=st.integers(2, 10), smoothing=st.sampled_from([0.0, 0.1, 0.5]))
def test_cross_entropy(seed: int, count: int, classes: int, smoothing: float) -> None:
    truth, logits = one_hot(seed, count, classes), 3 * normal(seed + 1, count, classes)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing, dtype="float64")
    np.testing.assert_allclose(loss(truth, logits), definitions.cross_entropy(truth, logits, smoothing), **CLOSE)


def test_cross_entropy_of_a_certain_guess_is_finite() -> None:
    logits = np.array([[1e4, -1e4]])
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    assert float(loss(np.array([[1.0, 0.0]]), logits)) == 0
    assert float(loss(np.array([[0.0, 1.0]]), logits)) == pytest.approx(2e4)


STEPS = 8
RATES = {"rtol": 1e-5, "atol": 1e-6}
"""Keras keeps rates in float32, and steps are of the size of 1."""


def walked(optimizer: keras.optimizers.Optimizer, start: Array, gradient: Callable[[Array], Array]) -> list[Array]:
    """Where the optimizer goes from ``start``, when the gradient at each point is ``gradient`` of it."""
    weights = keras.Variable(start, dtype="float64")
    points = []
    for _ in range(STEPS):
        optimizer.apply(
            [keras.ops.convert_to_tensor(gradient(np.asarray(weights.numpy())), dtype="float64")], [weights]
        )
        points.append(np.asarray(weights.numpy()).copy())
    return points


def bowl(at: Array) -> Array:
    """The gradient of a curved function, steeper in one direction than in the other."""
    return np.array([1.0, 10.0, 0.1]) * at + 0.1 * at**3


def along(definition: Callable[..., Iterator[Array]], start: Array, *settings: float) -> list[Array]:
    """The points of a definition that takes gradients, each taken at the point before."""
    here = start

    def gradients() -> Iterator[Array]:
        while True:
            yield bowl(here)

    points = []
    for here in islice(definition(start, gradients(), *settings), STEPS):
        points.append(here)
    return points


@given(seed=SEEDS, rate=st.floats(1e-4, 0.05))
def test_gradient_descent(seed: int, rate: float) -> None:
    start = normal(seed, 3)
    found = walked(keras.optimizers.SGD(rate), start, bowl)
    np.testing.assert_allclose(found, along(definitions.descent, start, rate), **RATES)


@given(seed=SEEDS, rate=st.floats(1e-4, 0.05), mu=st.floats(0.1, 0.99))
def test_momentum(seed: int, rate: float, mu: float) -> None:
    start = normal(seed, 3)
    found = walked(keras.optimizers.SGD(rate, momentum=mu), start, bowl)
    np.testing.assert_allclose(found, along(definitions.momentum, start, rate, mu), **RATES)


@given(seed=SEEDS, rate=st.floats(1e-4, 0.05), mu=st.floats(0.1, 0.99))
def test_nesterov(seed: int, rate: float, mu: float) -> None:
    start = normal(seed, 3)
    found = walked(keras.optimizers.SGD(rate, momentum=mu, nesterov=True), start, bowl)
    expected = list(islice(definitions.nesterov(start, bowl, rate, mu), STEPS))
    np.testing.assert_allclose(found, expected, **RATES)


@given(
    seed=SEEDS,
    rate=st.floats(1e-4, 0.1),
    beta1=st.floats(0.5, 0.95),
    beta2=st.floats(0.9, 0.999),
    epsilon=st.sampled_from([1e-7, 1e-3, 0.1]),
)
def test_adam(seed: int, rate: float, beta1: float, beta2: float, epsilon: float) -> None:
    """Keras takes the form at the end of the paper's section 2, whose epsilon is added before the correction."""
    start = normal(seed, 3)
    found = walked(keras.optimizers.Adam(rate, beta_1=beta1, beta_2=beta2, epsilon=epsilon), start, bowl)

    def definition(start: Array, gradients: Iterator[Array]) -> Iterator[Array]:
        corrected = (epsilon / np.sqrt(1 - beta2**t) for t in count(1))
        return definitions.adam(start, gradients, rate, beta1, beta2, corrected)

    # Keras keeps the powers of beta in float32; how far a step goes is of the size of the rate.
    np.testing.assert_allclose(found, along(definition, start), rtol=1e-4, atol=1e-3 * rate)


def _always(gradient: Array, _: Array) -> Array:
    return gradient


def test_the_first_step_of_adam_is_the_rate_whatever_the_gradient() -> None:
    """What correcting the bias is for: without it, the first step would be 0.1 / sqrt(0.001) = 3.2 times as long."""
    for size in (1e-3, 1.0, 1e3):
        gradient = np.array([size])
        (point, *_) = walked(keras.optimizers.Adam(0.01), np.array([5.0]), partial(_always, gradient))
        assert point[0] == pytest.approx(5.0 - 0.01, rel=1e-5)


def gradient_of(function: Callable[[Any], Any], at: Array) -> Array:
    point = tf.constant(at)
    with tf.GradientTape() as tape:
        tape.watch(point)
        value = function(point)
    return np.asarray(tape.gradient(value, point))


def scalar(function: Callable[[Any], Any]) -> Callable[[Array], float]:
    return lambda at: float(function(tf.constant(at)))


@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh", "gelu"])
@given(seed=SEEDS)
def test_gradients_of_activations(name: str, seed: int) -> None:
    at = normal(seed, 6)
    at = np.where(np.abs(at) < 1e-4, 1e-4, at)  # relu has no gradient at 0

    def function(x: Any) -> Any:
        return keras.ops.sum(keras.activations.get(name)(x) * np.arange(1.0, 7.0))

    np.testing.assert_allclose(gradient_of(function, at), definitions.slope(scalar(function), at), rtol=1e-6, atol=1e-8)


@given(seed=SEEDS, smoothing=st.sampled_from([0.0, 0.1]))
def test_gradients_of_losses(seed: int, smoothing: float) -> None:
    truth, at = one_hot(seed, 3, 4), normal(seed + 1, 3, 4)
    losses = [
        keras.losses.MeanSquaredError(dtype="float64"),
        keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing, dtype="float64"),
    ]
    for loss in losses:

        def function(x: Any, loss: Any = loss) -> Any:
            return loss(truth, x)

        np.testing.assert_allclose(
            gradient_of(function, at), definitions.slope(scalar(function), at), rtol=1e-6, atol=1e-8
        )


@pytest.mark.parametrize("training", [True, False])
def test_gradients_of_a_whole_network(training: bool) -> None:
    """Every kind of layer that the networks are made of, in one, with respect to every one of its weights."""
    keras.utils.set_random_seed(3)
    inputs = keras.Input((6, 6, 2), dtype="float64")
    flow = layers.Conv2D(3, 3, padding="same", dtype="float64")(inputs)
    flow = layers.MaxPooling2D(dtype="float64")(flow)
    flow = layers.BatchNormalization(dtype="float64")(flow)
    flow = layers.Activation("gelu", dtype="float64")(flow)
    branch = layers.Conv2D(3, 3, padding="same", use_bias=False, dtype="float64")(flow)
    flow = layers.Add(dtype="float64")([flow, branch])
    top, mean = (kind(dtype="float64")(flow) for kind in (layers.GlobalMaxPooling2D, layers.GlobalAveragePooling2D))
    outputs = layers.Dense(4, dtype="float64")(layers.Concatenate(dtype="float64")([top, mean]))
    network = keras.Model(inputs, outputs)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1, dtype="float64")
    images, truth = normal(1, 5, 6, 6, 2), one_hot(2, 5, 4)
    with tf.GradientTape() as tape:
        value = loss(truth, network(images, training=training))
    gradients = tape.gradient(value, network.trainable_variables)
    for variable, gradient in zip(network.trainable_variables, gradients, strict=True):

        def function(at: Array, variable: keras.Variable = variable) -> float:
            before = variable.numpy()
            variable.assign(at)
            value = float(loss(truth, network(images, training=training)))
            variable.assign(before)
            return value

        expected = definitions.slope(function, np.asarray(variable.numpy()))
        np.testing.assert_allclose(gradient, expected, rtol=1e-5, atol=1e-8, err_msg=variable.path)
