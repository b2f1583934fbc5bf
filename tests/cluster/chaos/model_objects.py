"""What the serving layer declares for one model and its gateway, as the scenarios vary it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pulumi

from lepton_infra import lock
from lepton_infra.config.gateway import GatewayConfig
from lepton_infra.config.models import ModelConfig, VersionConfig
from lepton_infra.fields import NodeCount
from lepton_infra.layers.cluster import InternalLoadBalancer
from lepton_infra.platform.serving.runtime import SERVER_IMAGES
from lepton_infra.platform.serving.serving import Serving, ServingArgs
from lepton_infra.testing import Graph, declared
from tests.kit.contexts import context
from tests.kit.serving import arguments, image, pool

POOL = "l4"
STORAGE_CLASS = "disks"
_ROOT = Path(__file__).parents[3]


def version(number: int, *, weight: int = 100, digest: str | None = None, replicas: int | None = None) -> VersionConfig:
    """A version whose digest is made of its number, unless another is given; ``replicas`` are its own."""
    count = NodeCount(min=replicas, max=replicas) if replicas else None
    return VersionConfig(version=number, digest=digest or digest_of(number), weight=weight, replicas=count)


def digest_of(number: int) -> str:
    return f"sha256:{number:064x}"


def serve(
    name: str,
    *versions: VersionConfig,
    replicas: int,
    most: int | None = None,
    gpus: int = 9,
    cpus: int = 2,
    server_image: str = "tensorflow-serving",
) -> Graph:
    """All that is declared of one model, each version in ``replicas`` up to ``most``, on a pool of up to ``gpus``."""
    model = ModelConfig(
        name=name,
        versions=versions or (version(1),),
        node_pool=POOL,
        replicas=NodeCount(min=replicas, max=most or replicas),
        cpus=cpus,
    )

    def program() -> None:
        locked = lock.read(_ROOT / lock.LOCK_FILE)
        Serving("us-east-serving", _arguments(model, gpus, server_image, locked), context(pins=locked))

    return declared(program)


def namespace(name: str) -> str:
    """Where a model is served."""
    return f"serving-{name}"


def service(name: str, number: int) -> str:
    """The Service of one version, and the name of all else that is its own."""
    return f"{name}-v{number}"


def _arguments(model: ModelConfig, gpus: int, server_image: str, locked: lock.Pins) -> ServingArgs:
    images = {key: pulumi.Output.from_input(image(key)) for key in locked.images}
    plain = arguments(models=[model], pools={POOL: pool(POOL, gpus=gpus)})
    return replace(
        plain,
        cluster=replace(plain.cluster, storage_class=STORAGE_CLASS, load_balancer=InternalLoadBalancer(annotations={})),
        images={**images, SERVER_IMAGES[True]: pulumi.Output.from_input(image(server_image))},
        gateway=GatewayConfig(domain="models.example.com"),
        clients=["10.0.0.0/8"],
    )
