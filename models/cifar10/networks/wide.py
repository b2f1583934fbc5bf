"""Wide residual networks (Zagoruyko and Komodakis 2016, arXiv:1605.07146): WRN-28-10 and its smaller kin."""

from __future__ import annotations

import keras
from keras import layers

from models.cifar10.config import Wide
from models.cifar10.data.records import CLASSES
from models.cifar10.networks.pixels import normalised, pixels


def build(settings: Wide) -> keras.Model:
    """Three groups of ``(depth - 4) / 6`` blocks, of 16, 32 and 64 channels times ``factor``."""
    blocks = (settings.depth - 4) // 6
    images = pixels()
    flow = _conv(16, 3, 1, "first")(normalised(images))
    for group, channels in enumerate((16, 32, 64), start=1):
        for block in range(1, blocks + 1):
            stride = 2 if group > 1 and block == 1 else 1
            flow = _block(flow, channels * settings.factor, stride, settings.dropout, f"group{group}_block{block}")
    flow = layers.GlobalAveragePooling2D(name="pooled")(_active(flow, "last"))
    logits = layers.Dense(len(CLASSES), dtype="float32", name="logits")(flow)
    return keras.Model(images, logits, name="wide")


def _block(flow: keras.KerasTensor, width: int, stride: int, dropout: float, name: str) -> keras.KerasTensor:
    """Normalise, activate, convolve, twice; the shortcut is the input, or where the shape changes a projection."""
    active = _active(flow, f"{name}_a")
    same = stride == 1 and flow.shape[-1] == width
    shortcut = flow if same else _conv(width, 1, stride, f"{name}_shortcut")(active)
    branch = _active(_conv(width, 3, stride, f"{name}_conv_a")(active), f"{name}_b")
    if dropout:
        branch = layers.Dropout(dropout, name=f"{name}_dropout")(branch)
    return layers.Add(name=f"{name}_sum")([shortcut, _conv(width, 3, 1, f"{name}_conv_b")(branch)])


def _active(flow: keras.KerasTensor, name: str) -> keras.KerasTensor:
    flow = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_norm")(flow)
    return layers.Activation("relu", name=f"{name}_active")(flow)


def _conv(width: int, size: int, stride: int, name: str) -> layers.Conv2D:
    return layers.Conv2D(
        width,
        size,
        strides=stride,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        name=name,
    )
