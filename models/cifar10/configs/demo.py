"""The small network, in minutes on two CPU cores.

    python -m models.cifar10 train demo

Not run as a whole yet.
"""

from models.cifar10.config import Config, Residual

CONFIG = Config(name="demo", network=Residual(widths=(32, 64, 128)), epochs=4, batch_size=256, shift=2)
