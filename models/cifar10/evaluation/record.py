"""Results of an evaluation. All times are in milliseconds, all shares between 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass

from lepton_infra.errors import LeptonError
from models.cifar10.hardware import Machine


class EvaluationInvalid(LeptonError):
    """A run cannot be evaluated on this data, or not be written about. The message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share of images, with the bounds of its 95 % confidence interval (``measures.share``)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class ClassScore:
    """Precision, recall and F1 of one class.

    ``images`` are of this class, ``said`` were taken for it, ``right`` are both. ``precision`` is ``right / said``,
    ``recall`` is ``right / images``, ``f1`` their harmonic mean; None where there is nothing to divide by.
    """

    name: str
    images: int
    said: int
    right: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, kw_only=True)
class Bin:
    """The images whose highest probability is above ``low`` and at most ``high``.

    ``confidence`` is the mean of those probabilities and ``accuracy`` the share that is right; None without images.
    """

    low: float
    high: float
    images: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Calibration of the probabilities (``measures.calibration``)."""

    expected_error: float
    brier: float
    log_loss: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """An image of the test split, counted from 0, that was taken for ``said`` with ``probability``."""

    index: int
    true: str
    said: str
    probability: float


@dataclass(frozen=True, kw_only=True)
class Latency:
    """Latency of a batch of images (``latency.measured``)."""

    batch: int
    calls: int
    median_ms: float
    p95_ms: float
    images_per_second: float


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """All of it.

    ``identity`` is that of the experiment and ``data`` the digest of the data set. ``accuracy_plain`` and the latencies
    are of the network alone; everything else is of the mean logits of each image and its mirror image. ``confusion``
    has a row for each true class and a column for each class that was said. ``mistakes`` are the most confident ones.
    """

    experiment: str
    identity: str
    data: str
    images: int
    accuracy: Share
    accuracy_plain: Share
    top_2: Share
    top_5: Share
    classes: tuple[ClassScore, ...]
    confusion: tuple[tuple[int, ...], ...]
    calibration: Calibration
    mistakes: tuple[Mistake, ...]
    latencies: tuple[Latency, ...]
    machine: Machine
