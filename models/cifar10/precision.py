"""Mixed precision policy of the layers. Variables, normalising and logits are always float32."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras


@contextmanager
def used(precision: str) -> Iterator[None]:
    """Layers made meanwhile have this dtype policy; ``auto`` is what the hardware is fast with."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(fastest() if precision == "auto" else precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def fastest() -> str:
    """``mixed_bfloat16`` where all accelerators multiply it natively, else ``float32``.

    A GPU does from compute capability 8.0 (NVIDIA's Ampere) on. CPUs stay with float32: the few that are faster with
    less lose accuracy in sums that GPUs keep in float32.
    """
    from models.cifar10 import hardware

    capabilities = hardware.gpus()
    return "mixed_bfloat16" if capabilities and min(capabilities) >= (8, 0) else "float32"
