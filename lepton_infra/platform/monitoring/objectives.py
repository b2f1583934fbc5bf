"""Recording rules that carry the models' objectives and versions as series, for the alerts to join.

Pure functions from the stack file's models to groups of Prometheus' rules.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from lepton_infra.config.models import ModelConfig

SLOW_BUDGET = 0.01
"""``objectives.latency_ms`` is a promise on 99 percent of answers."""

WINDOWS = ("5m", "30m", "1h", "6h", "3d")
"""Those that the burn rates of ``rules/objectives.yaml`` look at."""

BOUNDS_US = tuple(10 * 1.8**power for power in range(32))
"""Upper bounds of TensorFlow Serving's buckets of latency, in microseconds; above the last there is no bound
(``request_latency`` in tensorflow_serving/servables/tensorflow/util.cc: Exponential(10, 1.8, 33), and
tensorflow/core/lib/monitoring/sampler.cc, which adds one without bound)."""

_LATENCY = ":tensorflow:serving:request_latency"


def groups(model: ModelConfig, *, measured: bool) -> list[dict[str, Any]]:
    """All that is made from one model. ``measured`` is whether an exporter that is scraped here ought to measure the
    GPUs of its pool."""
    wanted = (
        [_constant("lepton:exporter_wanted:info", 1, label_lepton_dev_pool=model.node_pool, model=model.name)]
        if measured
        else []
    )
    return [
        {"name": f"lepton-objectives-{model.name}", "rules": [*_constants(model), *wanted]},
        {"name": f"lepton-latency-{model.name}", "rules": [slow(model, window) for window in WINDOWS]},
    ]


def gateway_group() -> dict[str, Any]:
    """Says that there ought to be a gateway."""
    return {"name": "lepton-gateway-wanted", "rules": [_constant("lepton:gateway_wanted:info", 1)]}


def slow(model: ModelConfig, window: str) -> dict[str, Any]:
    """The rule for the share of a model's answers that took longer than its objective.

    An objective within a bucket is read off a straight line through that bucket, as ``histogram_quantile`` does.
    Only what was answered has a latency; probes have no API and are left out.
    """
    below, above, share = bucket(model.objectives.latency_ms * 1000)
    parts = [f"{share:g} * ({_rate(model, above, window)})"]
    if below is not None:
        parts.append(f"{1 - share:g} * ({_rate(model, below, window)})")
    everything = f'sum(rate({_LATENCY}_count{{model="{model.name}", API!=""}}[{window}]))'
    return {
        "record": f"lepton:model_slow:ratio_rate{window}",
        "labels": {"model": model.name},
        "expr": f"1 - ({' + '.join(parts)}) / {everything}",
    }


def bucket(microseconds: float) -> tuple[float | None, float, float]:
    """The bounds around a latency (None: zero), and how far it is from the lower to the upper one, 0 to 1.

    Above the last bound all that is known is which answers came within that bound.
    """
    bounds = [0.0, *BOUNDS_US]
    for below, above in pairwise(bounds):
        if microseconds <= above:
            return below or None, above, (microseconds - below) / (above - below)
    return None, BOUNDS_US[-1], 1.0


def written(bound: float) -> str:
    """A regular expression for a bound as the label ``le`` has it.

    The server writes six digits (absl::StrCat); Prometheus 3 writes whole numbers with ``.0``, earlier ones did not.
    """
    digits = f"{bound:.6g}".replace(".", "[.]").replace("+", "[+]")
    return digits if "[" in digits else f"{digits}([.]0)?"


def stable(model: ModelConfig) -> int:
    """The version that others are compared with: the one that answers most, of equals the oldest."""
    return min(model.versions, key=lambda version: (-version.weight, version.version)).version


def _constants(model: ModelConfig) -> list[dict[str, Any]]:
    budget = round(1 - model.objectives.availability / 100, 6)
    first = stable(model)
    roles = [
        _constant(
            "lepton:version_role:info",
            1,
            model=model.name,
            version=str(each.version),
            role="stable" if each.version == first else "canary",
        )
        for each in model.versions
        if len(model.versions) > 1
    ]
    return [
        _constant("lepton:objective_error_budget:ratio", budget, model=model.name),
        _constant("lepton:objective_slow_budget:ratio", SLOW_BUDGET, model=model.name),
        _constant("lepton:objective_latency:seconds", model.objectives.latency_ms / 1000, model=model.name),
        *roles,
    ]


def _constant(name: str, value: float, **labels: str) -> dict[str, Any]:
    return {"record": name, **({"labels": labels} if labels else {}), "expr": f"vector({value:g})"}


def _rate(model: ModelConfig, bound: float, window: str) -> str:
    return f'sum(rate({_LATENCY}_bucket{{model="{model.name}", API!="", le=~"{written(bound)}"}}[{window}]))'
