"""Processor and GPUs of the machine, by the backend in use."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

import keras

Gpu: TypeAlias = tuple[str, tuple[int, int] | None]
"""Its name, and its compute capability where it is one of NVIDIA's."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """The machine of a measurement: ``cores`` are those this process may use, ``gpus`` the names of those it sees."""

    processor: str
    cores: int
    gpus: tuple[str, ...]
    system: str
    software: dict[str, str]


def machine() -> Machine:
    """This machine, and the versions of what computes on it."""
    backend = keras.backend.backend()
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        gpus=tuple(name for name, _ in _ASK[backend]()),
        system=f"{platform.system()} {platform.machine()}",
        software={"Python": platform.python_version(), "Keras": keras.version(), backend: _version(backend)},
    )


def gpus() -> list[tuple[int, int]]:
    """The compute capability of every NVIDIA GPU that the backend sees."""
    return [capability for _, capability in _ASK[keras.backend.backend()]() if capability]


def _tensorflow() -> list[Gpu]:
    import tensorflow as tf

    details = [tf.config.experimental.get_device_details(gpu) for gpu in tf.config.list_physical_devices("GPU")]
    return [(each.get("device_name", "GPU"), each.get("compute_capability")) for each in details]


def _jax() -> list[Gpu]:
    import jax

    found: list[Gpu] = []
    for device in jax.devices():
        if device.platform == "gpu":
            capability = re.fullmatch(r"(\d+)\.(\d+)", str(device.compute_capability))
            found.append((device.device_kind, (int(capability[1]), int(capability[2])) if capability else None))
    return found


_ASK = {"tensorflow": _tensorflow, "jax": _jax}


def _processor() -> str:
    """Its name in Linux's own words, where there are such; else what Python knows of it."""
    try:
        named = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        named = None
    return named[1].strip() if named else platform.processor() or platform.machine()


def _version(backend: str) -> str:
    """TensorFlow has a distribution for each kind of machine, all of one module."""
    return str(import_module(backend).__version__)
