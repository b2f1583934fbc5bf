"""Transfer learning: a network of ``keras.applications``, trained by others on larger pictures, under a new head."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib import import_module

import keras
from keras import layers

from models.cifar10.config import ConfigInvalid, Transfer
from models.cifar10.data.records import CLASSES
from models.cifar10.networks.pixels import pixels


def build(settings: Transfer) -> keras.Model:
    """The backbone with its weights, of which the last ``trained`` layers are trained, and a new last layer.

    Batch normalisation is never trained: it keeps the statistics and scales that it came with.

    Raises:
        ConfigInvalid: if there is no such network, or the file does not hold its weights.
    """
    application = _application(settings.application)
    try:
        backbone = application(include_top=False, weights=None, input_shape=(settings.size, settings.size, 3))
    except ValueError as error:
        raise ConfigInvalid(
            f"network.size is {settings.size}, which {settings.application} does not take ({_first_line(error)})"
        ) from None
    if settings.weights is not None:
        _load(backbone, settings)
    first = len(backbone.layers) - settings.trained
    for number, layer in enumerate(backbone.layers):
        layer.trainable = number >= first and not isinstance(layer, layers.BatchNormalization)
    images = pixels()
    flow = layers.Resizing(settings.size, settings.size, interpolation="bilinear", dtype="float32", name="enlarged")(
        images
    )
    # Each family of applications wants its pixels in its own way, which a function beside it knows.
    flow = import_module(application.__module__).preprocess_input(flow)
    flow = layers.GlobalAveragePooling2D(name="pooled")(backbone(flow))
    logits = layers.Dense(len(CLASSES), dtype="float32", name="logits")(flow)
    return keras.Model(images, logits, name="transfer")


def _application(name: str) -> Callable[..., keras.Model]:
    found = getattr(keras.applications, name, None)
    if not callable(found):
        offered = sorted(each for each in dir(keras.applications) if each[0].isupper())
        raise ConfigInvalid(f"network.application is {name!r}; it must be one of {', '.join(offered)}")
    application: Callable[..., keras.Model] = found
    return application


def _load(backbone: keras.Model, settings: Transfer) -> None:
    assert settings.weights is not None
    if not settings.weights.is_file():
        raise ConfigInvalid(
            f"network.weights is {settings.weights}, which is no file; save {settings.application} without its top "
            "with save_weights(), or fetch the …_notop.h5 file that keras.applications names"
        )
    try:
        with warnings.catch_warnings():
            # Keras only warns of weights that it does not find in the file.
            warnings.simplefilter("error", UserWarning)
            backbone.load_weights(settings.weights)
    except Exception as error:  # Keras raises of many kinds, by what the file is and what is wrong with it
        raise ConfigInvalid(
            f"network.weights: {settings.weights} does not hold the weights of {settings.application} without its top "
            f"({_first_line(error)})"
        ) from None


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
