"""Build an experiment's network."""

from __future__ import annotations

from importlib import import_module

import keras

from models.cifar10 import precision
from models.cifar10.config import Config


def build(config: Config) -> keras.Model:
    """The network of an experiment: ``uint8 [n, 32, 32, 3]`` in, logits ``float32 [n, 10]`` out.

    The kind of the settings names the module: ``Residual`` is built by ``networks/residual.py``. Initial weights follow
    ``config.seed``.

    Raises:
        ConfigInvalid: if there is no such network.
    """
    module = import_module(f"models.cifar10.networks.{type(config.network).__name__.lower()}")
    keras.utils.set_random_seed(config.seed)
    with precision.used(config.precision):
        network: keras.Model = module.build(config.network)
    return network
