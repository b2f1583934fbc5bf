"""Versions of a model side by side: how many, which is which, and how they share the requests."""

from __future__ import annotations

from collections.abc import Iterator

from lepton_infra.config.models import ModelConfig, VersionConfig
from lepton_infra.config.rules.lists import Path, repeated
from lepton_infra.config.rules.values import Gateway, Models
from lepton_infra.errors import Problem

MOST = 5
"""Versions of one model at a time. A choice: each keeps its pods, and who compares more than a few sees nothing."""


def number(models: Models) -> Iterator[Problem]:
    """A model has a version, and not too many."""
    for path, model in _models(models):
        if not model.versions:
            message = "is empty, so nothing would be served; add {version: 1} and the digest that the export printed"
            yield Problem(path=path, given=0, message=message, allowed=f"1 to {MOST} versions")
        elif len(model.versions) > MOST:
            message = "are more than are served side by side; take out those that nobody goes back to"
            yield Problem(path=path, given=len(model.versions), message=message, allowed=f"1 to {MOST} versions")


def numbers_differ(models: Models) -> Iterator[Problem]:
    """No version is there twice."""
    for path, model in _models(models):
        given = [((*at, "version"), version.version) for at, version in _versions(path, model)]
        yield from repeated(given, "is the number of another version too")


def digests_differ(models: Models) -> Iterator[Problem]:
    """No two versions are the same files."""
    for path, model in _models(models):
        given = [((*at, "digest"), version.digest) for at, version in _versions(path, model) if version.digest]
        yield from repeated(given, "is the digest of another version too, so both are one model; remove one of them")


def weights(models: Models) -> Iterator[Problem]:
    """All requests are answered, each by one version."""
    for path, model in _models(models):
        total = sum(version.weight for version in model.versions)
        if model.versions and total != 100:
            message = (
                f"have weights that add up to {total}; write the percent of requests that each answers, "
                "and 0 for one that only stands ready (left out, a weight is 100)"
            )
            yield Problem(path=path, given=total, message=message, allowed="100")


def shadows(models: Models) -> Iterator[Problem]:
    """A version gets copies of requests, or requests."""
    for path, model in _models(models):
        for at, version in _versions(path, model):
            if version.shadow and version.weight:
                message = f"copies requests to a version that answers {version.weight} percent of them itself; "
                message += "set its weight to 0, or remove this"
                yield Problem(path=(*at, "shadow"), given=version.shadow, message=message, allowed="0")


def shared_by_a_gateway(models: Models, gateway: Gateway) -> Iterator[Problem]:
    """Only a gateway shares requests between versions, or copies them."""
    if gateway is not None:
        return
    for path, model in _models(models):
        weighted = [version.version for version in model.versions if version.weight]
        if len(weighted) > 1:
            message = "share the requests by weight, which only a gateway does; add the section gateway, or give one "
            message += "version the weight 100 and the others 0"
            given = ", ".join(map(str, weighted))
            yield Problem(path=path, given=given, message=message, allowed="one version with a weight")
        for at, version in _versions(path, model):
            if version.shadow:
                message = "copies requests, which only a gateway does; add the section gateway, or remove this"
                yield Problem(path=(*at, "shadow"), given=version.shadow, message=message, allowed="0")


def cache_holds_one(models: Models) -> Iterator[Problem]:
    """A version fits in the model's cache: one that does not would be fetched anew for every pod."""
    for path, model in _models(models):
        largest = max((version.size_mib for version in model.versions), default=0)
        if model.cache_gib is not None and model.cached_mib() < largest:
            least = -(-largest * 5 // (4 * 1024))
            message = f"is too small for a version of {largest} MiB: a cache fills four fifths of its disk"
            yield Problem(
                path=(*path[:-1], "cache_gib"), given=model.cache_gib, message=message, allowed=f"{least} or more"
            )


def _models(models: Models) -> Iterator[tuple[Path, ModelConfig]]:
    """All models, each with the path of its versions."""
    for index, model in enumerate(models):
        yield ("models", index, "versions"), model


def _versions(path: Path, model: ModelConfig) -> Iterator[tuple[Path, VersionConfig]]:
    for index, version in enumerate(model.versions):
        yield (*path, index), version
