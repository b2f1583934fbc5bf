"""What the machine has, asked of the backend in use."""

from __future__ import annotations

import keras


def gpus() -> list[tuple[int, int]]:
    """The compute capability of every NVIDIA GPU that the backend sees."""
    return _ASK[keras.backend.backend()]()


def _tensorflow() -> list[tuple[int, int]]:
    import tensorflow as tf

    details = [tf.config.experimental.get_device_details(gpu) for gpu in tf.config.list_physical_devices("GPU")]
    return [each["compute_capability"] for each in details if "compute_capability" in each]


def _jax() -> list[tuple[int, int]]:
    import jax

    devices = [device for device in jax.devices() if device.platform == "gpu"]
    capabilities = [str(device.compute_capability).split(".") for device in devices]
    return [(int(major), int(minor)) for major, minor in capabilities]


_ASK = {"tensorflow": _tensorflow, "jax": _jax}
