"""The objects of the gateway that charts define, as a table: in the order in which they are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from lepton_infra.config.gateway import GatewayConfig
from lepton_infra.config.models import ModelConfig
from lepton_infra.layers.oversight import EventCollector
from lepton_infra.platform.gateway import certificates, limits, listeners, names, routes
from lepton_infra.platform.gateway.proxies import proxies


@dataclass(frozen=True, kw_only=True)
class Custom:
    """One object: ``purpose`` is its part of the logical name. ``shared`` ones are of no namespace."""

    purpose: str
    api: str
    kind: str
    name: str
    spec: Mapping[str, Any]
    shared: bool = False


def issuing(config: GatewayConfig) -> Iterator[Custom]:
    """The authority and what it signs for each listener. Each but the last ones is needed by the next."""
    yield _issuer(certificates.SELF_SIGNED, certificates.self_signed())
    yield _certificate(certificates.AUTHORITY, certificates.authority())
    yield _issuer(certificates.AUTHORITY, certificates.issuer())
    for listener, hostname in listeners.domains(config).items():
        name = listeners.certificate_of(listener)
        yield _certificate(name, certificates.server(name, hostname))


def entering(
    config: GatewayConfig,
    served: Sequence[str],
    *,
    image: pulumi.Input[str],
    priority_class: pulumi.Input[str],
    events: EventCollector | None,
) -> Iterator[Custom]:
    """Objects of the gateway, the Gateway itself last: its policies exist before it, so no request passes without."""
    yield Custom(
        purpose="class",
        api=names.GATEWAY_API,
        kind="GatewayClass",
        name=names.CLASS,
        spec={"controllerName": names.CONTROLLER_NAME},
        shared=True,
    )
    yield _envoy("proxies", "EnvoyProxy", proxies(config, image=image, priority_class=priority_class, events=events))
    yield _envoy("client-policy", "ClientTrafficPolicy", listeners.client_policy(config))
    yield _envoy("backend-policy", "BackendTrafficPolicy", limits.backend_policy(config))
    yield Custom(
        purpose="gateway",
        api=names.GATEWAY_API,
        kind="Gateway",
        name=names.GATEWAY,
        spec=listeners.gateway(config, served, proxies=names.GATEWAY),
    )


def asking(model: ModelConfig, config: GatewayConfig) -> Iterator[Custom]:
    """The routes of one model."""
    parent = routes.parent(names.NAMESPACE, names.GATEWAY)
    for purpose, kind, make in (("rest", "HTTPRoute", routes.http_route), ("grpc", "GRPCRoute", routes.grpc_route)):
        yield Custom(
            purpose=f"{model.name}-{purpose}",
            api=names.GATEWAY_API,
            kind=kind,
            name=model.name,
            spec=make(model, domain=config.domain, parent=parent),
        )


def _envoy(purpose: str, kind: str, spec: Mapping[str, Any]) -> Custom:
    return Custom(purpose=purpose, api=names.ENVOY_API, kind=kind, name=names.GATEWAY, spec=spec)


def _issuer(name: str, spec: Mapping[str, Any]) -> Custom:
    return Custom(purpose=f"issuer-{name}", api=names.CERTIFICATES_API, kind="Issuer", name=name, spec=spec)


def _certificate(name: str, spec: Mapping[str, Any]) -> Custom:
    return Custom(purpose=f"certificate-{name}", api=names.CERTIFICATES_API, kind="Certificate", name=name, spec=spec)
