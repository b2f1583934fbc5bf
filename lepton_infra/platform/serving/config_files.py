"""The files that a model's pods are configured by, under a name that changes with their content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib import resources

FETCH_SCRIPT = "fetch_model.sh"
BATCHING = "batching.config"
MONITORING = "monitoring.config"

BATCH_SIZE = 32
"""Most requests in a batch of a model that does not say it. A choice to tune from."""

_SCRIPT_TEXT = (resources.files(__package__) / FETCH_SCRIPT).read_text(encoding="utf-8")
"""Read once, at import: a constructor opens no file."""


def files(*, cpus: int) -> dict[str, str]:
    """The files by name, for a server with ``cpus`` cores."""
    return {FETCH_SCRIPT: _SCRIPT_TEXT, BATCHING: _batching(cpus), MONITORING: _monitoring()}


def name_of(owner: str, content: Mapping[str, str]) -> str:
    """The name of ``owner``'s config map: changed ``content`` makes a new one, and so rolls the pods that mount it."""
    digest = hashlib.sha256()
    for key in sorted(content):
        digest.update(f"{key}\0{len(content[key])}\0{content[key]}".encode())
    return f"{owner}-settings-{digest.hexdigest()[:10]}"


def _batching(cpus: int) -> str:
    """BatchingParameters in text form.

    Threads, queue and batch size follow the guide's advice for servers behind a load balancer
    (https://github.com/tensorflow/serving/blob/2.19.1/tensorflow_serving/batching/README.md): as many threads as cores,
    a queue as long as there are threads, and first a timeout of a millisecond. It is a start to tune from.
    """
    return (
        f"max_batch_size {{ value: {BATCH_SIZE} }}\n"
        "batch_timeout_micros { value: 1000 }\n"
        f"num_batch_threads {{ value: {cpus} }}\n"
        f"max_enqueued_batches {{ value: {cpus} }}\n"
    )


def _monitoring() -> str:
    """MonitoringConfig in text form: counters for Prometheus, never a request's content."""
    return 'prometheus_config { enable: true, path: "/monitoring/prometheus/metrics" }\n'
