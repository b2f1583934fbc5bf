"""Helm charts of others, one resource each: pinned, and rendered only at ``up``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_kubernetes import helm

from lepton_infra.cluster import ChartRelease
from lepton_infra.pins import Pins


def release(
    name: str,
    chart: ChartRelease,
    pins: Pins,
    images: Mapping[str, pulumi.Output[str]],
    opts: pulumi.ResourceOptions,
) -> helm.v3.Release:
    """Install ``chart`` at its pinned version, with its image from the region's registry.

    Nothing is rendered at preview (``helm.v3.Release``), so a region previews with no cluster there.
    """
    pin = pins.charts[chart.pin]
    tag = pins.images[chart.image].tag
    image = images[chart.image].apply(lambda reference: image_values(reference, tag))
    values: dict[str, Any] = {**chart.values, "image": {"repository": image["repository"], "tag": image["tag"]}}
    return helm.v3.Release(
        name,
        helm.v3.ReleaseArgs(
            name=chart.name,
            namespace=chart.namespace,
            chart=pin.chart,
            version=pin.version,
            repository_opts=helm.v3.RepositoryOptsArgs(repo=pin.repository),
            values=values,
            atomic=True,
            timeout=900,
        ),
        opts=opts,
    )


def image_values(reference: str, tag: str) -> dict[str, str]:
    """An image reference as charts take it, which join ``repository`` and ``tag`` with a colon.

    A digest goes behind the tag (``v1@sha256:…``): what is pulled is the digest, the tag stays for people to read.
    """
    name, _, digest = reference.partition("@")
    repository, colon, _ = name.rpartition(":")
    if not colon or "/" in name[len(repository) :]:
        repository = name
    return {"repository": repository, "tag": f"{tag}@{digest}" if digest else tag}
