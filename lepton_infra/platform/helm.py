"""Helm charts of others, one resource each: pinned, and rendered only at ``up``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
from pulumi_kubernetes import helm

from lepton_infra.layers.cluster import ChartRelease, ImageForm
from lepton_infra.lock import ChartPin, Pins

_OCI = "oci://"


def release(
    name: str,
    chart: ChartRelease,
    pins: Pins,
    images: Mapping[str, pulumi.Output[str]],
    opts: pulumi.ResourceOptions,
) -> helm.v3.Release:
    """Install ``chart`` at its pinned version, with its images from the region's registry.

    Nothing is rendered at preview (``helm.v3.Release``), so a region previews with no cluster there.
    """
    pin = pins.charts[chart.pin]
    values: dict[str, Any] = dict(chart.values)
    for image in chart.images:
        _put(values, image.path.split("."), _value(images[image.key], pins.images[image.key].tag, image.form))
    return helm.v3.Release(
        name,
        helm.v3.ReleaseArgs(
            name=chart.name,
            namespace=chart.namespace,
            chart=_where(pin),
            version=pin.version,
            repository_opts=_repository(pin),
            values=values,
            atomic=True,
            timeout=900,
        ),
        opts=opts,
    )


def _where(pin: ChartPin) -> str:
    """A registry has no index to look a name up in: the chart's whole address is its name."""
    return f"{pin.repository}/{pin.chart}" if pin.repository.startswith(_OCI) else pin.chart


def _repository(pin: ChartPin) -> helm.v3.RepositoryOptsArgs | None:
    return None if pin.repository.startswith(_OCI) else helm.v3.RepositoryOptsArgs(repo=pin.repository)


def _put(values: dict[str, Any], path: list[str], leaf: Any) -> None:
    """Set ``leaf`` at ``path``, beside what is there already. Mappings on the way are copied, not changed."""
    for key in path[:-1]:
        values[key] = dict(values.get(key, {}))
        values = values[key]
    held = values.get(path[-1])
    values[path[-1]] = {**held, **leaf} if isinstance(held, Mapping) and isinstance(leaf, Mapping) else leaf


def _value(reference: pulumi.Output[str], tag: str, form: ImageForm) -> Any:
    if form is ImageForm.REFERENCE:
        return reference
    if form is ImageForm.REPOSITORY:
        return reference.apply(lambda whole: image_values(whole, tag)["repository"])
    parts = reference.apply(lambda whole: _PARTS[form](whole, tag))
    return {key: parts[key] for key in _KEYS[form]}


def image_values(reference: str, tag: str) -> dict[str, str]:
    """An image reference as charts take it, which join ``repository`` and ``tag`` with a colon.

    A digest goes behind ``tag`` (``v1@sha256:…``): what is pulled is the digest, upstream's tag stays for people to
    read. Without one the reference's own tag is what is pulled, which a registry may have given itself.
    """
    name, _, digest = reference.partition("@")
    repository, colon, own = name.rpartition(":")
    if not colon or "/" in own:
        repository, own = name, ""
    return {"repository": repository, "tag": f"{tag}@{digest}" if digest else own or tag}


def registry_values(reference: str, tag: str) -> dict[str, str]:
    """The same for charts that join ``registry``, ``repository`` and ``tag``."""
    parts = image_values(reference, tag)
    registry, _, repository = parts["repository"].partition("/")
    return {"registry": registry, "repository": repository, "tag": parts["tag"]}


_PARTS: Mapping[ImageForm, Callable[[str, str], dict[str, str]]] = {
    ImageForm.REPOSITORY_TAG: image_values,
    ImageForm.REGISTRY_REPOSITORY_TAG: registry_values,
}
_KEYS = {
    ImageForm.REPOSITORY_TAG: ("repository", "tag"),
    ImageForm.REGISTRY_REPOSITORY_TAG: ("registry", "repository", "tag"),
}
