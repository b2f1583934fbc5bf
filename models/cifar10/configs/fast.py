"""The fast network, meant to reach 94 % in one to two hours on two CPU cores.

    python -m models.cifar10 train fast

Not run as a whole yet.
"""

from models.cifar10.config import Config, Residual

CONFIG = Config(name="fast", network=Residual(widths=(64, 256, 256)), epochs=10, shift=2)
