"""SUP: images by digest, their registries and signatures, and models as data that are verified."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lepton_infra.compliance.facts import Container
from lepton_infra.compliance.rules.predicates import must
from lepton_infra.compliance.rules.rule import Finding, Severity, Subject, expect, rule

PINNED = re.compile(r"[^@\s]+@sha256:[0-9a-f]{64}")
"""An image by the digest of its content."""

OF_EVERYBODY = frozenset(
    {
        *("docker.io", "index.docker.io", "registry-1.docker.io", "ghcr.io", "quay.io", "nvcr.io"),
        *("gcr.io", "k8s.gcr.io", "registry.k8s.io", "public.ecr.aws", "mcr.microsoft.com"),
    }
)
"""Public registries, from which an owner can take an image out."""

RUNS_FOREIGN_CODE = re.compile(r"--trust[-_]remote[-_]code(=(?!false$|0$|no$).*)?", re.IGNORECASE)
"""An argument by which a server runs programs that come with a model."""


@rule(
    "SUP-01",
    "Every image is pinned by its digest",
    Severity.BLOCK,
    law=("eu_ai_act 15", "nis2 21(2)(d)", "iso27001 A.8.28"),
    references=("CKV_K8S_43", "CCC.K8S.CN04.AR01"),
    reads=("pods", "charts"),
)
def _by_digest(subject: Subject) -> Iterator[Finding]:
    allowed, remedy = "<registry>/<name>@sha256:<64 hex digits>", "Pin the image by its digest"
    for container in _containers(subject):
        message = f"runs an image in {container.name} that can become another under the same name"
        yield from expect(container.image, _pinned, message, allowed=allowed, remedy=remedy)
    for chart in subject.facts.charts:
        message = "runs an image that can become another under the same name"
        yield from expect(
            chart.images, lambda images: all(map(_pinned, images)), message, allowed=allowed, remedy=remedy
        )
        yield from must(chart.pinned, "is a chart of whichever version is newest", "Name an exact version")


def _pinned(image: str) -> bool:
    return PINNED.fullmatch(image) is not None


@rule(
    "SUP-02",
    "Images come from a registry of the region's own, whose tags stay and whose images are scanned",
    Severity.MANDATORY,
    law=("eu_ai_act 15", "nis2 21(2)(d)"),
    references=("CKV_AWS_51", "CKV_AWS_163", "CKV_AZURE_164", "CKV_AZURE_166", "CCC.K8S.CN04.AR01"),
    reads=("stores", "pods", "charts"),
)
def _own_registry(subject: Subject) -> Iterator[Finding]:
    for store in subject.facts.stores:
        if store.immutable_tags is not None:
            yield from must(store.immutable_tags, "lets a tag be moved to another image", "Make tags immutable")
        if store.scanned is not None:
            yield from must(store.scanned, "does not look for known weaknesses in images", "Scan images when pushed")
    allowed, remedy = "the region's own registry", "Pull it through the region's registry"
    for container in _containers(subject):
        message = f"pulls the image of {container.name} from a registry of everybody's"
        yield from expect(container.image, _own, message, allowed=allowed, remedy=remedy)
    for chart in subject.facts.charts:
        message = "pulls an image from a registry of everybody's"
        yield from expect(chart.images, _all(_own), message, allowed=allowed, remedy=remedy)


def _own(image: str) -> bool:
    return _registry(image) not in OF_EVERYBODY


def _all(passes: Callable[[str], bool]) -> Callable[[tuple[str, ...]], bool]:
    return lambda images: all(map(passes, images))


def _registry(image: str) -> str:
    """The registry that an image is pulled from. A first part without a dot, a port or ``localhost`` is no registry."""
    first, slash, _ = image.partition("/")
    named = slash and ("." in first or ":" in first or first == "localhost")
    return first.casefold() if named else "docker.io"


@rule(
    "SUP-03",
    "A cluster admits only images that are signed",
    Severity.ADVISORY,
    law=("eu_ai_act 15", "nis2 21(2)(d)"),
    references=("CKV_GCP_66", "CCC.K8S.CN04.AR02"),
    reads=("clusters",),
)
def _verified(subject: Subject) -> Iterator[Finding]:
    for cluster in subject.facts.clusters:
        yield from must(
            cluster.verifies_images, "admits images that nobody signed", "Verify signatures when pods are admitted"
        )


@rule(
    "SUP-04",
    "Models are data only, and checked before they are served",
    Severity.BLOCK,
    law=("eu_ai_act 15(5)",),
    references=("CCC.GenAI.CN07",),
    reads=("pods",),
)
def _models_checked(subject: Subject) -> Iterator[Finding]:
    for pods in subject.facts.pods:
        if pods.verified_model is not None:
            yield from must(
                pods.verified_model,
                "serves a model whose content nobody checked",
                "Check its SHA-256 in an init container before it is served",
            )
        for container in pods.containers:
            yield from expect(
                container.arguments,
                lambda arguments: not any(RUNS_FOREIGN_CODE.fullmatch(each) for each in arguments),
                f"lets {container.name} run programs that come with a model",
                allowed="models that are data only",
                remedy="Take the argument out, and export the model without programs",
            )


def _containers(subject: Subject) -> Iterator[Container]:
    return (container for pods in subject.facts.pods for container in pods.containers)
