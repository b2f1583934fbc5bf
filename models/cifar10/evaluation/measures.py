"""Figures of a classifier, as functions of labels ``int64 [n]`` and probabilities ``float64 [n, 10]``.

Each raises ``EvaluationInvalid`` without images. What is counted is counted by scikit-learn and SciPy.
"""

from __future__ import annotations

import math

import numpy as np
import sklearn.metrics
from numpy.typing import NDArray
from scipy import special, stats

from models.cifar10.data import CLASSES
from models.cifar10.evaluation.record import Bin, Calibration, ClassScore, EvaluationInvalid, Mistake, Share

CONFIDENCE = 0.95

BINS = 15
"""As Guo et al. 2017, "On Calibration of Modern Neural Networks" (arXiv:1706.04599), and most since."""

_LABELS = tuple(range(len(CLASSES)))


def probabilities(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """The softmax of logits ``[n, 10]``.

    Raises:
        EvaluationInvalid: if a logit is no finite number, as after a training that diverged.
    """
    broken = np.flatnonzero(~np.isfinite(logits).all(axis=1))
    if len(broken):
        raise EvaluationInvalid(
            f"the network says no finite number of {len(broken):,} of {len(logits):,} images, the first of them image "
            f"{broken[0]}; its training diverged. Train with a lower peak_rate"
        )
    chances: NDArray[np.float64] = special.softmax(logits.astype(np.float64), axis=1)
    return chances


def share(right: int, images: int) -> Share:
    """``right`` of ``images`` with its Wilson score interval (Wilson 1927), without correction for continuity.

    Unlike the interval of the normal distribution it stays between 0 and 1, and has a width where none or all are
    right. It speaks of other images drawn alike, and not of other runs of the same experiment.
    """
    refuse_none(images)
    interval = stats.binomtest(right, images).proportion_ci(CONFIDENCE, method="wilson")
    return Share(value=right / images, low=float(interval.low), high=float(interval.high))


def accuracy(labels: NDArray[np.int64], said: NDArray[np.int64]) -> Share:
    """Share of the images that were classified rightly."""
    return share(int((labels == said).sum()), len(labels))


def top(labels: NDArray[np.int64], chances: NDArray[np.float64], count: int) -> Share:
    """Share of the images whose label is among the ``count`` most probable classes."""
    refuse_none(len(labels))
    right = sklearn.metrics.top_k_accuracy_score(labels, chances, k=count, labels=_LABELS, normalize=False)
    return share(int(right), len(labels))


def confusion(labels: NDArray[np.int64], said: NDArray[np.int64]) -> tuple[tuple[int, ...], ...]:
    """Confusion matrix: images of each true class (row) that were taken for each class (column)."""
    refuse_none(len(labels))
    return tuple(map(tuple, sklearn.metrics.confusion_matrix(labels, said, labels=_LABELS).tolist()))


def by_class(labels: NDArray[np.int64], said: NDArray[np.int64]) -> tuple[ClassScore, ...]:
    """Precision, recall and F1 of each class."""
    counts = np.array(confusion(labels, said))
    scores = sklearn.metrics.precision_recall_fscore_support(labels, said, labels=_LABELS, zero_division=np.nan)
    return tuple(
        ClassScore(
            name=name,
            images=int(counts[label].sum()),
            said=int(counts[:, label].sum()),
            right=int(counts[label, label]),
            precision=_or_none(scores[0][label]),
            recall=_or_none(scores[1][label]),
            f1=_or_none(scores[2][label]),
        )
        for label, name in enumerate(CLASSES)
    )


def calibration(labels: NDArray[np.int64], chances: NDArray[np.float64]) -> Calibration:
    """Calibration: of the images that are said to be something with 80 %, 80 % should be.

    ``expected_error`` is the expected calibration error: the distance between mean confidence and accuracy in each of
    15 bins of equal width, weighted by their images (Guo et al. 2017, equation 3). ``brier`` is the sum over classes of
    the squared distance to the truth, from 0 to 2 (Brier 1950); ``log_loss`` is the mean negative log-likelihood in
    nats, for which a probability counts as at least 2.2e-16.
    """
    refuse_none(len(labels))
    confidence, right = chances.max(axis=1), chances.argmax(axis=1) == labels
    edges = np.linspace(0, 1, BINS + 1)
    # A confidence on the edge belongs to the bin below.
    places = np.digitize(confidence, edges[1:-1], right=True)
    bins = tuple(_bin(edges, place, confidence[places == place], right[places == place]) for place in range(BINS))
    distances = (
        each.images * abs(each.accuracy - each.confidence)
        for each in bins
        if each.accuracy is not None and each.confidence is not None
    )
    return Calibration(
        expected_error=sum(distances) / len(labels),
        brier=float(sklearn.metrics.brier_score_loss(labels, chances, labels=_LABELS, scale_by_half=False)),
        log_loss=float(sklearn.metrics.log_loss(labels, chances, labels=_LABELS)),
        bins=bins,
    )


def mistakes(labels: NDArray[np.int64], chances: NDArray[np.float64], count: int) -> tuple[Mistake, ...]:
    """Up to ``count`` images that were taken for another class, the most confident first."""
    refuse_none(len(labels))
    said, confidence = chances.argmax(axis=1), chances.max(axis=1)
    wrong = np.flatnonzero(said != labels)
    worst = wrong[np.argsort(-confidence[wrong], kind="stable")][:count]
    return tuple(
        Mistake(
            index=int(index),
            true=CLASSES[labels[index]],
            said=CLASSES[said[index]],
            probability=float(confidence[index]),
        )
        for index in worst
    )


def _bin(edges: NDArray[np.float64], place: int, confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> Bin:
    return Bin(
        low=float(edges[place]),
        high=float(edges[place + 1]),
        images=len(right),
        confidence=float(confidence.mean()) if len(right) else None,
        accuracy=float(right.mean()) if len(right) else None,
    )


def refuse_none(images: int) -> None:
    """Refuse to measure on no images."""
    if images == 0:
        raise EvaluationInvalid("there are no images to evaluate on; name a data set with --data that has test images")


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
