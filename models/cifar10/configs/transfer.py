"""MobileNetV2 as others trained it on ImageNet, of which the last four blocks and what follows them are trained on.

    python -m models.cifar10 train transfer --weights path/to/weights_no_top.h5

Not run, for lack of such weights: ``keras.applications.MobileNetV2(include_top=False, input_shape=(96, 96, 3))`` brings
them where it may download. Its rate and its length are therefore where to begin, and nothing that was found. Tested is
that it trains from random weights.
"""

from models.cifar10.config import Config, Transfer

CONFIG = Config(
    name="transfer",
    network=Transfer(application="MobileNetV2", weights=None, size=96, trained=38),
    epochs=5,
    batch_size=128,
    peak_rate=0.05,
    weight_decay=1e-3,
    schedule="cosine",
    warmup=0.1,
    shift=2,
)
