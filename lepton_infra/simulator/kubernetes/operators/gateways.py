"""Envoy Gateway: classes of its own are accepted, gateways are programmed, routes are attached.

A gateway that names an EnvoyProxy gets the pods of its proxies, which answer nobody, and its address leads nowhere. A
route whose service does not exist is accepted and not resolved, as the Gateway API demands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lepton_infra.simulator.control_plane.api import Api, ApiRefused, Object
from lepton_infra.simulator.kubernetes.operators import proxies
from lepton_infra.simulator.kubernetes.operators.conditions import condition
from lepton_infra.simulator.kubernetes.operators.load_balancers import host
from lepton_infra.simulator.kubernetes.reading import mapping, sequence

CONTROLLER: Final = "gateway.envoyproxy.io/gatewayclass-controller"
_SETTINGS: Final = "gateway.envoyproxy.io/v1alpha1/EnvoyProxy"
_GROUP: Final = "gateway.networking.k8s.io"
_PARENT: Final[Mapping[str, Any]] = {"group": _GROUP, "kind": "Gateway"}
_KINDS: Final = ({"group": _GROUP, "kind": "HTTPRoute"}, {"group": _GROUP, "kind": "GRPCRoute"})


def gateway_class(api: Api, found: Object) -> Mapping[str, object]:
    """The status of a class."""
    if mapping(found, "spec").get("controllerName") != CONTROLLER:
        return {}
    return {"conditions": [condition(found, "Accepted", "Accepted")]}


def gateway(api: Api, found: Object) -> Mapping[str, object]:
    """The status of a gateway of such a class."""
    spec = mapping(found, "spec")
    if not _is_ours(api, str(spec.get("gatewayClassName"))):
        return {}
    parameters = mapping(spec, "infrastructure", "parametersRef")
    if parameters.get("kind") == _SETTINGS.rpartition("/")[2]:
        settings = _get(api, _SETTINGS, str(parameters["name"]), found["metadata"]["namespace"])
        if settings is not None:
            proxies.deploy(api, found, settings)
    ready = [condition(found, kind, kind) for kind in ("Accepted", "Programmed")]
    listening = [*ready, condition(found, "ResolvedRefs", "ResolvedRefs")]
    metadata = found["metadata"]
    routes = [
        parent
        for kind in ("HTTPRoute", "GRPCRoute")
        for route in api.list(f"{_GROUP}/v1/{kind}")
        for parent in map(mapping, sequence(mapping(route, "spec").get("parentRefs")))
        if _place(route, parent) == (metadata["namespace"], metadata["name"])
    ]
    return {
        "addresses": [{"type": "Hostname", "value": host(found)}],
        "conditions": ready,
        "listeners": [
            {
                "name": listener["name"],
                "attachedRoutes": sum(parent.get("sectionName") in (None, listener["name"]) for parent in routes),
                "supportedKinds": list(_KINDS),
                "conditions": listening,
            }
            for listener in sequence(spec.get("listeners"))
        ],
    }


def route(api: Api, found: Object) -> Mapping[str, object]:
    """The status of a route: one for each gateway of ours that it names."""
    missing = _missing_services(api, found)
    resolved = condition(
        found,
        "ResolvedRefs",
        "BackendNotFound" if missing else "ResolvedRefs",
        f"not found: {', '.join(missing)}" if missing else "",
        true=not missing,
    )
    return {
        "parents": [
            {
                "parentRef": dict(_PARENT) | dict(parent),
                "controllerName": CONTROLLER,
                "conditions": [condition(found, "Accepted", "Accepted"), resolved],
            }
            for parent in map(mapping, sequence(mapping(found, "spec").get("parentRefs")))
            if _gateway_exists(api, *_place(found, parent))
        ]
    }


def _is_ours(api: Api, name: str) -> bool:
    found = _get(api, f"{_GROUP}/v1/GatewayClass", name, None)
    return found is not None and mapping(found, "spec").get("controllerName") == CONTROLLER


def _gateway_exists(api: Api, namespace: str, name: str) -> bool:
    found = _get(api, f"{_GROUP}/v1/Gateway", name, namespace)
    return found is not None and _is_ours(api, str(mapping(found, "spec").get("gatewayClassName")))


def _place(found: Object, reference: Mapping[str, Any]) -> tuple[str, str]:
    return str(reference.get("namespace") or found["metadata"]["namespace"]), str(reference["name"])


def _missing_services(api: Api, found: Object) -> list[str]:
    backends = [
        mapping(backend)
        for rule in map(mapping, sequence(mapping(found, "spec").get("rules")))
        for backend in sequence(rule.get("backendRefs"))
    ]
    places = [_place(found, backend) for backend in backends if backend.get("kind", "Service") == "Service"]
    return [f"{namespace}/{name}" for namespace, name in places if _get(api, "v1/Service", name, namespace) is None]


def _get(api: Api, kind: str, name: str, namespace: str | None) -> Object | None:
    try:
        return api.get(kind, name, namespace)
    except ApiRefused as refused:
        if refused.reason == "NotFound":
            return None
        raise
