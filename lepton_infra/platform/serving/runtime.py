"""ServingRuntime: cluster, store, images and priority class that all model servers of a region share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from lepton_infra.config.models import ModelConfig
from lepton_infra.layers.cluster import ClusterOutputs
from lepton_infra.layers.identity import IdentityOutputs
from lepton_infra.layers.node_pool import NodePoolOutputs
from lepton_infra.layers.storage import StorageOutputs

SERVER_IMAGES = {True: "tensorflow-serving", False: "tensorflow-serving-cpu"}
"""Lock key of the model server's image, by whether the model has accelerators."""

FETCH_IMAGE = "rclone"


def namespace_of(model: ModelConfig) -> str:
    """The namespace that a model is served in: one for each, so that network policy and identity are its own."""
    return f"serving-{model.name}"


def service_account_of(model: ModelConfig) -> str:
    """The Kubernetes service account that a model's pods run as."""
    return model.name


def selector_of_model(model: ModelConfig) -> dict[str, str]:
    """Labels of the servers of all versions of a model, and of no other pod."""
    return {"app.kubernetes.io/name": "tensorflow-serving", "app.kubernetes.io/instance": model.name}


@dataclass(frozen=True, kw_only=True)
class ServingRuntime:
    """Facts that no model has to itself; passed whole from the serving layer down to the pods.

    ``images`` are by lock key, ``request_seconds`` is how long a request may take. ``scaler`` is known once KEDA is
    there, None where no model needs it; ``domain`` is the gateway's, None where there is none.
    """

    cluster: ClusterOutputs
    storage: StorageOutputs
    images: Mapping[str, pulumi.Output[str]]
    priority_class: pulumi.Input[str]
    request_seconds: int
    scaler: pulumi.Input[str] | None
    domain: str | None

    def server_image(self, model: ModelConfig) -> pulumi.Output[str]:
        """The model server's image for a model, built for GPUs where it has any."""
        return self.images[SERVER_IMAGES[model.accelerators > 0]]

    @property
    def fetch_image(self) -> pulumi.Output[str]:
        """The image that fetches models, and that caches are of."""
        return self.images[FETCH_IMAGE]


@dataclass(frozen=True, kw_only=True)
class ModelServerArgs:
    """One model, and where and as whom it runs.

    ``surge`` is whether its pool has room for one replica more than all that may be there.
    """

    model: ModelConfig
    pool: NodePoolOutputs
    identity: IdentityOutputs
    surge: bool
    runtime: ServingRuntime
