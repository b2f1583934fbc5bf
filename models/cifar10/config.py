"""``Config``, an experiment as one frozen record. The experiments themselves are the modules of ``configs/``."""

from __future__ import annotations

import hashlib
import json
import pkgutil
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Literal, get_args, get_type_hints

from lepton_infra.errors import LeptonError


@dataclass(frozen=True, kw_only=True)
class Residual:
    """The small fast network (``networks/residual.py``).

    ``widths`` are the channels of its stages, each of which halves the picture; ``whitened`` is the number of filters
    of the first convolution, which is computed from the training images and not trained (at most 24, 0 for a plain
    trained convolution of the first width); ``scale`` multiplies the logits.
    """

    widths: tuple[int, ...] = (64, 256, 256)
    whitened: int = 24
    scale: float = 0.125


@dataclass(frozen=True, kw_only=True)
class Wide:
    """A wide residual network (``networks/wide.py``): ``depth`` is 6n + 4, ``factor`` widens 16, 32 and 64 channels."""

    depth: int = 28
    factor: int = 10
    dropout: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """A network of ``keras.applications`` under a new head (``networks/transfer.py``).

    ``application`` is its name there; ``weights`` is a file of its weights without the top (nothing is downloaded), or
    None until it is named (``with_weights``); ``size`` is the side that pictures are enlarged to, in pixels;
    ``trained`` is the number of the backbone's last layers that are trained too.
    """

    application: str
    weights: Path | None
    size: int = 96
    trained: int = 0


@dataclass(frozen=True, kw_only=True)
class Config:
    """One experiment: the network, how it is trained, and from which seed.

    ``peak_rate`` is the highest learning rate, for the mean loss over a batch. ``weight_decay`` is decoupled: each step
    takes ``rate * weight_decay`` of each kernel. ``warmup`` is the part of all steps in which the rate rises.
    ``averaging`` is the decay per step of the moving average of the weights, which is what is evaluated; 0 turns it
    off. A run ends with batch normalisation's statistics taken anew for it (``recalibration.py``); progress by epoch is
    measured with those of the weights as trained. ``shift`` is by how many pixels pictures move at most, ``cutout`` the
    side of the square that is blanked out. ``held_out`` images of each class are not trained on and measure progress;
    with 0, the test images do.
    """

    name: str
    network: Residual | Wide | Transfer
    epochs: int
    batch_size: int = 512
    peak_rate: float = 0.4
    schedule: Literal["one-cycle", "cosine"] = "one-cycle"
    warmup: float = 0.2
    momentum: float = 0.9
    weight_decay: float = 5e-3
    label_smoothing: float = 0.1
    averaging: float = 0.99
    shift: int = 4
    flip: Literal["alternating", "random", "none"] = "alternating"
    cutout: int = 0
    precision: Literal["float32", "mixed_bfloat16", "auto"] = "auto"
    compiled: bool = False
    """Compile the step with XLA. On a CPU the convolutions of TensorFlow's own kernels are about as fast."""
    held_out: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise ConfigInvalid(f"{self.name}: {problem}")

    @property
    def identity(self) -> str:
        """SHA-256 of all that this record says: two runs with one identity on one data set do the same.

        To the bit on one kind of processor only: ``auto`` is another precision on another, and GPUs add in any order.
        Of a file of weights, its content counts and not where it is.

        Raises:
            ConfigInvalid: if that file cannot be read.
        """
        said = {"network.kind": type(self.network).__name__, **asdict(self)}
        if isinstance(self.network, Transfer) and self.network.weights is not None:
            said["network"]["weights"] = _sha256(self.network.weights)
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


class ConfigInvalid(LeptonError):
    """An experiment asks for what cannot be done. The message names the field, its value and what is allowed."""


def names() -> list[str]:
    """The experiments there are. The folder is the registry."""
    from models.cifar10 import configs

    return sorted(module.name for module in pkgutil.iter_modules(configs.__path__))


def load(name: str) -> Config:
    """The experiment ``configs/<name>.py``.

    Raises:
        ConfigInvalid: if there is none of that name.
    """
    if name not in names():
        raise ConfigInvalid(f"there is no experiment {name!r}; there are {', '.join(names())}")
    config: Config = import_module(f"models.cifar10.configs.{name}").CONFIG
    return config


def with_weights(config: Config, weights: Path | None) -> Config:
    """``config`` with the file of weights that its network begins from, where it is one that takes them.

    Raises:
        ConfigInvalid: if it takes none and there is one, or the other way round.
    """
    match config.network:
        case Transfer(application=application) if weights is None:
            raise ConfigInvalid(
                f"{config.name} begins from weights of {application} without its top; name their file with --weights"
            )
        case Transfer() as network:
            return replace(config, network=replace(network, weights=weights))
        case _ if weights is not None:
            raise ConfigInvalid(f"--weights is {weights}; {config.name} begins from nothing and takes no weights")
    return config


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ConfigInvalid(f"network.weights: {path} cannot be read ({error.strerror or error})") from None


def _problems(config: Config) -> list[str]:
    problems = _Problems()
    problems.at_least(1, epochs=config.epochs, batch_size=config.batch_size)
    problems.at_least(0, weight_decay=config.weight_decay, held_out=config.held_out)
    problems.share(
        warmup=config.warmup,
        momentum=config.momentum,
        label_smoothing=config.label_smoothing,
        averaging=config.averaging,
    )
    problems.within(0, 31, shift=config.shift, cutout=config.cutout)
    problems.at_least(0, seed=config.seed)
    problems.one_of(schedule=config.schedule, flip=config.flip, precision=config.precision)
    if not 0 < config.peak_rate < float("inf"):
        problems.append(f"peak_rate is {config.peak_rate}; it must be a number above 0")
    match config.network:
        case Residual(widths=widths, whitened=whitened):
            problems.within(0, 24, **{"network.whitened": whitened})
            if not 1 <= len(widths) <= 4 or min(widths) < 1:
                problems.append(f"network.widths is {widths}; it must be 1 to 4 numbers, each at least 1")
        case Wide(depth=depth, factor=factor, dropout=dropout):
            problems.at_least(1, **{"network.factor": factor})
            problems.share(**{"network.dropout": dropout})
            if depth < 10 or (depth - 4) % 6:
                problems.append(f"network.depth is {depth}; it must be 6n + 4, such as 10, 16, 22, 28 or 40")
        case Transfer(size=size, trained=trained):
            problems.at_least(32, **{"network.size": size})
            problems.at_least(0, **{"network.trained": trained})
    return problems


class _Problems(list[str]):
    """What is wrong, in words."""

    def at_least(self, low: int, **values: float) -> None:
        self.extend(
            f"{field} is {value}; it must be at least {low}" for field, value in values.items() if not value >= low
        )

    def one_of(self, **values: str) -> None:
        for field, value in values.items():
            allowed = get_args(get_type_hints(Config)[field])
            if value not in allowed:
                self.append(f"{field} is {value!r}; it must be one of {', '.join(allowed)}")

    def share(self, **values: float) -> None:
        self.extend(
            f"{field} is {value}; it must be at least 0 and below 1"
            for field, value in values.items()
            if not 0 <= value < 1
        )

    def within(self, low: int, high: int, **values: int) -> None:
        self.extend(
            f"{field} is {value}; it must be from {low} to {high}"
            for field, value in values.items()
            if not low <= value <= high
        )
