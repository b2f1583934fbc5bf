"""Controllers that charts or the cloud would bring, as far as something of a region waits for what they do.

Each stands for a whole program of others and does the one thing that is visible to the API: a status, or an object
that follows from another. Nothing is checked that the program itself would check, but whether what is named exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from lepton_infra.simulator.control_plane.api import Api, Object
from lepton_infra.simulator.kubernetes.operators import certificates, gateways, load_balancers, scaled_objects
from lepton_infra.simulator.kubernetes.reading import mapping

MANAGER: Final = "lepton-operators"
CLOUD: Final = "cloud"
"""What every cloud does in its clusters, without any chart."""

Step = Callable[[Api, Object], Mapping[str, object]]
"""Does what follows from an object, and returns the status that it should have; what is not named stays."""

STEPS: Mapping[str, Mapping[str, Step]] = MappingProxyType(
    {
        CLOUD: {"v1/Service": load_balancers.service},
        "cert-manager": {
            "cert-manager.io/v1/ClusterIssuer": certificates.issuer,
            "cert-manager.io/v1/Issuer": certificates.issuer,
            "cert-manager.io/v1/Certificate": certificates.certificate,
        },
        "envoy-gateway": {
            "gateway.networking.k8s.io/v1/GatewayClass": gateways.gateway_class,
            "gateway.networking.k8s.io/v1/Gateway": gateways.gateway,
            "gateway.networking.k8s.io/v1/HTTPRoute": gateways.route,
            "gateway.networking.k8s.io/v1/GRPCRoute": gateways.route,
        },
        "keda": {"keda.sh/v1alpha1/ScaledObject": scaled_objects.scaled_object},
    }
)
"""By the set of definitions that its chart brings, and by kind, in the order in which they depend on one another."""


def step(api: Api, sets: Iterable[str]) -> None:
    """Do once what is to be done now by the controllers of these sets, and by the cloud."""
    for name in (CLOUD, *sets):
        for kind, act in STEPS.get(name, {}).items():
            for found in api.list(kind):
                if "deletionTimestamp" not in found["metadata"]:
                    _settle(api, kind, found, act(api, found))


def _settle(api: Api, kind: str, found: Object, status: Mapping[str, object]) -> None:
    now = mapping(found, "status")
    if any(now.get(key) != value for key, value in status.items()):
        metadata = found["metadata"]
        api.patch_status(kind, metadata["name"], status, metadata.get("namespace"), field_manager=MANAGER)
