"""Facts about Helm releases, by the values that a program gives; the objects that they render are not known here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lepton_infra.compliance.facts import Chart, GpuSharing
from lepton_infra.compliance.facts.kubernetes.objects import of
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource
from lepton_infra.compliance.graph.paths import member, texts
from lepton_infra.compliance.graph.three_valued import concluded_from
from lepton_infra.compliance.graph.unknown import has_unknown
from lepton_infra.layers.gpus import PLUGIN_CONFIG_LABEL

_EXACT = re.compile(r"v?\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?")
_DEVICE_CHARTS = ("device-plugin", "gpu-operator")
_SLICES = "timeSlicing"
"""Key of the settings of NVIDIA's device plugin for time slicing, by which pods take turns on a GPU."""


def read(graph: Graph) -> tuple[Chart, ...]:
    """Facts of every Helm release."""
    return tuple(
        Chart(
            resource=each,
            namespace=str(each.get("namespace", "default") if each.get("namespace") is not UNKNOWN else ""),
            pinned=concluded_from(
                each, "version", lambda version: bool(_EXACT.fullmatch(str(version or ""))), each.get("version")
            ),
            images=concluded_from(each, "values", lambda *images: tuple(images), *_images(each.get("values", {}))),
        )
        for each in of(graph, "Release")
    )


def gpu_sharing(graph: Graph) -> tuple[GpuSharing, ...]:
    """GPU time slicing: by each chart of a device plugin, and by each ConfigMap that would configure it."""
    charts = [each for each in of(graph, "Release") if _hands_out(each)]
    settings = [each for each in of(graph, "ConfigMap") if _slices(each.get("data", {})) is True]
    return (
        *(
            GpuSharing(
                resource=each,
                time_sliced=each.says(_slices(each.get("values", {})), "values"),
                nodes=_sliced_nodes(each.get("values", {})),
            )
            for each in charts
        ),
        *(GpuSharing(resource=each, time_sliced=each.says(True, "data")) for each in settings),
    )


def _sliced_nodes(values: Any) -> tuple[tuple[str, str], ...]:
    """Node labels that choose a configuration with time slicing, where the default is one without."""
    configs, default = member(values, "config", "map"), member(values, "config", "default")
    if not isinstance(configs, Mapping) or not default or _slices(configs.get(default, UNKNOWN)) is not False:
        return ()
    return tuple(
        (PLUGIN_CONFIG_LABEL, str(name)) for name, text in sorted(configs.items()) if _slices(text) is not False
    )


def _hands_out(release: Resource) -> bool:
    chart = release.get("chart", "")
    return chart is UNKNOWN or any(word in str(chart) for word in _DEVICE_CHARTS)


def _slices(values: Any) -> Any:
    """Presence of ``timeSlicing`` in a chart's values. The name of an image says nothing of it, so it is left out."""
    if isinstance(values, Mapping):
        values = {key: value for key, value in values.items() if key != "image"}
    return True if any(_SLICES in text for text in texts(values)) else UNKNOWN if has_unknown(values) else False


def _images(values: Any) -> Iterator[Any]:
    """Image references as charts take them: ``image: {repository, tag, digest}``, or ``image: name:tag``."""
    if values is UNKNOWN:
        yield UNKNOWN
    elif isinstance(values, Mapping):
        for key, value in values.items():
            if str(key).lower().endswith("image") and not (isinstance(value, Mapping) and "repository" not in value):
                yield from _reference(value)
            else:
                yield from _images(value)
    elif isinstance(values, list | tuple):
        for value in values:
            yield from _images(value)


def _reference(value: Any) -> Iterator[Any]:
    if not isinstance(value, Mapping):
        yield value
        return
    parts = [member(value, key) for key in ("registry", "repository", "tag", "digest")]
    if has_unknown(parts):
        yield UNKNOWN
        return
    registry, repository, tag, digest = ("" if part is None else str(part) for part in parts)
    name = f"{registry}/{repository}" if registry else repository
    yield f"{name}{f':{tag}' if tag else ''}{f'@{digest}' if digest else ''}"
