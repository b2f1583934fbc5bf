"""WRN-28-10 for a GPU.

    python -m models.cifar10 train wide

Not run yet. Zagoruyko and Komodakis report 96.0 % for it after 200 epochs (arXiv:1605.07146, table 5).
"""

from models.cifar10.config import Config, Wide

CONFIG = Config(
    name="wide",
    network=Wide(depth=28, factor=10),
    epochs=60,
    batch_size=256,
    peak_rate=0.2,
    schedule="cosine",
    warmup=0.05,
    averaging=0.999,
    cutout=16,
    compiled=True,
)
