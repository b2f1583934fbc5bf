"""What scales models is what KEDA's own definitions, and the Gateway API's, take: nothing unknown, nothing missing.

The add-on that holds requests has no module to read its definitions from, so its routes are not tried here.
"""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.config.models import ModelConfig, ScalingConfig, VersionConfig
from lepton_infra.fields import NodeCount
from lepton_infra.platform.scaling import http_interceptor, keda
from lepton_infra.simulator.control_plane import definitions
from lepton_infra.simulator.control_plane.api import Api, ApiRefused
from tests.cluster.waiting import MANAGER


def scaled(namespace: str, **scaling: Any) -> dict[str, Any]:
    """The ScaledObject of a model that follows something."""
    version = VersionConfig(version=3)
    replicas = NodeCount(min=0 if scaling.get("buffer_requests") else 2, max=8)
    model = ModelConfig(
        name="cifar10", versions=(version,), node_pool="l4", replicas=replicas, scaling=ScalingConfig(**scaling)
    )
    return {
        "apiVersion": keda.API,
        "kind": "ScaledObject",
        "metadata": {"name": "cifar10-v3", "namespace": namespace},
        "spec": keda.spec(model, version, "cifar10-v3", replicas),
    }


@pytest.mark.parametrize(
    "scaling",
    [
        {"metric": "queue", "target": 8},
        {"metric": "gpu", "target": 80},
        {"metric": "queue", "target": 8, "buffer_requests": True},
        {"metric": "cpu", "buffer_requests": True},
    ],
    ids=str,
)
def test_what_scales_a_model_is_taken_as_it_is(api: Api, namespace: str, scaling: dict[str, Any]) -> None:
    definitions.install(api, "keda")
    wanted = scaled(namespace, **scaling)

    api.apply(wanted, MANAGER)

    found = api.get(f"{keda.API}/ScaledObject", "cifar10-v3", namespace)["spec"]
    assert found == wanted["spec"]


def test_a_fallback_that_there_is_not_is_refused(api: Api, namespace: str) -> None:
    definitions.install(api, "keda")
    wanted = scaled(namespace, metric="queue", target=8)
    wanted["spec"]["fallback"]["behavior"] = "whatever"

    with pytest.raises(ApiRefused, match=r"spec\.fallback\.behavior"):
        api.apply(wanted, MANAGER)


def test_routes_may_lead_to_the_proxy(api: Api, namespace: str) -> None:
    definitions.install(api, "gateway-api")
    api.apply(
        {
            "apiVersion": "gateway.networking.k8s.io/v1beta1",
            "kind": "ReferenceGrant",
            "metadata": {"name": "lepton", "namespace": namespace},
            "spec": http_interceptor.grant(["serving-cifar10"]),
        },
        MANAGER,
    )

    found = api.get("gateway.networking.k8s.io/v1beta1/ReferenceGrant", "lepton", namespace)["spec"]
    assert found == http_interceptor.grant(["serving-cifar10"])
