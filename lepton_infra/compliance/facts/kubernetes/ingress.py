"""Facts about listeners and routes: Services with a load balancer, Ingress, and the Gateway API.

Which versions of TLS answer is the controller's own setting, so a listener with TLS is one whose minimum is not known,
unless the listener itself says it. How a controller is told to stay private, to use a firewall or to redirect is in
annotations whose names are each controller's; they are told by what those names have in common.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

from lepton_infra.compliance.facts import Listener, Route
from lepton_infra.compliance.facts.kubernetes import gateways
from lepton_infra.compliance.facts.kubernetes.objects import enabled, labels, name, namespace, of
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen
from lepton_infra.compliance.graph.paths import items, member
from lepton_infra.compliance.graph.unknown import has_unknown

_ANNOTATIONS = "metadata.annotations"
_INTERNAL = ("internal", "load-balancer-type", "scheme")
_FIREWALL = ("waf", "security-policy")
_MINIMUM = ("min-tls-version", "minimum-tls-version", "minimum-tls", "min-protocol-version")
_TLS_PORTS = frozenset({443, 8443})


def listeners(graph: Graph) -> tuple[Listener, ...]:
    """Listeners of every Service, Ingress and Gateway."""
    return (
        *(found for each in of(graph, "Service") for found in _of_service(graph, each)),
        *(found for each in of(graph, "Ingress") for found in _of_ingress(each)),
        *(found for each in of(graph, "Gateway") for found in _of_gateway(graph, each)),
    )


def routes(graph: Graph) -> tuple[Route, ...]:
    """Paths of every Ingress and Gateway API route. A prefix ends in ``/``, a regular expression begins with ``~``."""
    ingress = [
        Route(resource=each, paths=each.says(_ingress_paths(each), "spec.rules")) for each in of(graph, "Ingress")
    ]
    http = [
        Route(resource=each, paths=each.says(_route_paths(each), "spec.rules"))
        for each in of(graph, "HTTPRoute", "GRPCRoute")
        if not _redirects(each)
    ]
    return (*ingress, *http)


def _of_service(graph: Graph, service: Resource) -> Iterator[Listener]:
    kind, addresses = service.get("spec.type", "ClusterIP"), service.get("spec.externalIPs")
    if kind in ("ClusterIP", "ExternalName") and not addresses:
        return
    public = _public(service, "spec.type") if kind is not UNKNOWN else service.says(kind, "spec.type")
    sources = service.get("spec.loadBalancerSourceRanges")
    if public.value is True and sources and not has_unknown(sources):
        public = service.says(not all(map(_private, sources)), "spec.loadBalancerSourceRanges")
    gateway = gateways.behind(graph, service)
    lowest = gateways.minimum_tls(graph, gateway) if gateway else None
    for index, port in enumerate(items(service.get("spec.ports"))):
        number = member(port, "port")
        encrypted = number is UNKNOWN or number in _TLS_PORTS
        yield Listener(
            resource=service,
            public=public,
            minimum_tls=lowest
            if encrypted and lowest
            else service.says(UNKNOWN if encrypted else None, f"spec.ports[{index}].port"),
            redirects=False,
            firewall=_firewall(service),
        )


def _of_ingress(ingress: Resource) -> Iterator[Listener]:
    certificates = ingress.get("spec.tls")
    redirects = any(key.endswith("ssl-redirect") and value and value != "false" for key, value in _annotations(ingress))
    minimum = _minimum(dict(_annotations(ingress)))
    if certificates:
        yield Listener(
            resource=ingress,
            public=_public(ingress, _ANNOTATIONS),
            minimum_tls=ingress.says(minimum, "spec.tls"),
            redirects=False,
            firewall=_firewall(ingress),
        )
    if not (certificates and redirects):
        yield Listener(
            resource=ingress,
            public=_public(ingress, _ANNOTATIONS),
            minimum_tls=ingress.says(UNKNOWN if certificates is UNKNOWN else None, "spec.tls"),
            redirects=False,
            firewall=_firewall(ingress),
        )


def _of_gateway(graph: Graph, gateway: Resource) -> Iterator[Listener]:
    private = gateways.private(graph, gateway)
    public = _public(gateway, _ANNOTATIONS) if private is None else _opposite(private)
    for index, listener in enumerate(items(gateway.get("spec.listeners"))):
        protocol = member(listener, "protocol")
        options = member(listener, "tls", "options")
        encrypted = protocol in ("HTTPS", "TLS", UNKNOWN)
        lowest = gateways.minimum_tls(graph, gateway) if encrypted else None
        minimum = _minimum(options) if encrypted else None
        attached = list(_attached(graph, gateway, member(listener, "name")))
        yield Listener(
            resource=gateway,
            public=public,
            minimum_tls=lowest or gateway.says(minimum, f"spec.listeners[{index}]"),
            redirects=bool(attached) and all(map(_redirects, attached)),
            firewall=_firewall(gateway),
        )


def _attached(graph: Graph, gateway: Resource, section: Any) -> Iterator[Resource]:
    """Routes attached to one listener of a Gateway; a route that names no listener is attached to all."""
    for route in of(graph, "HTTPRoute", "GRPCRoute"):
        for parent in items(route.get("spec.parentRefs")):
            place = member(parent, "namespace") or namespace(graph, route)
            if (member(parent, "name"), place) == (name(gateway), namespace(graph, gateway)) and (
                member(parent, "sectionName") in (None, section)
            ):
                yield route


def _redirects(route: Resource) -> bool:
    """True if all rules of a route redirect to HTTPS."""
    rules = items(route.get("spec.rules"))
    schemes = [[member(each, "requestRedirect", "scheme") for each in items(member(rule, "filters"))] for rule in rules]
    return bool(rules) and all("https" in found for found in schemes)


def _ingress_paths(ingress: Resource) -> Any:
    rules = items(ingress.get("spec.rules"))
    found: list[Any] = ["/"] if ingress.get("spec.defaultBackend") else []
    for rule in rules:
        http = member(rule, "http")
        paths = items(member(http, "paths")) if http is not None else []
        found += [_path(member(each, "pathType"), member(each, "path")) for each in paths]
    return UNKNOWN if has_unknown([*found, *(rule for rule in rules if rule is UNKNOWN)]) else tuple(found)


def _route_paths(route: Resource) -> Any:
    found: list[Any] = []
    for rule in items(route.get("spec.rules")) or [{}]:
        for match in items(member(rule, "matches")) or [{}]:
            method = member(match, "method")
            if isinstance(method, Mapping):
                service, call = (member(method, key) or "" for key in ("service", "method"))
                found.append(UNKNOWN if has_unknown([service, call]) else f"/{service}/{call}" if service else "/")
            else:
                found.append(_path(member(match, "path", "type"), member(match, "path", "value")))
    return UNKNOWN if has_unknown(found) else tuple(found)


def _path(kind: Any, value: Any) -> Any:
    if has_unknown([kind, value]):
        return UNKNOWN
    if kind == "Exact":
        return value
    return f"~{value}" if kind == "RegularExpression" else f"{(value or '/').rstrip('/')}/"


def _annotations(resource: Resource) -> list[tuple[str, str]]:
    found = labels(resource, _ANNOTATIONS)
    return [] if found is UNKNOWN else [(str(key).lower(), str(value).lower()) for key, value in found.items()]


def _public(resource: Resource, path: str) -> Seen[bool]:
    found = labels(resource, _ANNOTATIONS)
    if found is UNKNOWN:
        return resource.says(UNKNOWN, _ANNOTATIONS)
    private = any(
        key.endswith(_INTERNAL) and (value == "internal" or (key.endswith("internal") and enabled(value)))
        for key, value in _annotations(resource)
    )
    return resource.says(not private, path)


def _opposite(seen: Seen[bool]) -> Seen[bool]:
    return replace(seen, value=UNKNOWN if seen.value is UNKNOWN else not seen.value)


def _firewall(resource: Resource) -> Seen[bool]:
    if labels(resource, _ANNOTATIONS) is UNKNOWN:
        return resource.says(UNKNOWN, _ANNOTATIONS)
    there = any(word in key and value for key, value in _annotations(resource) for word in _FIREWALL)
    return resource.says(there, _ANNOTATIONS)


def _minimum(options: Any) -> Any:
    """Minimum TLS version in annotations or options, as ``1.2``; UNKNOWN if none is set."""
    if not isinstance(options, Mapping):
        return UNKNOWN
    for key, value in options.items():
        digits = "".join(each for each in str(value) if each.isdigit())
        if str(key).lower().replace("_", "-").endswith(_MINIMUM) and len(digits) == 2:
            return f"{digits[0]}.{digits[1]}"
    return UNKNOWN


def _private(network: str) -> bool:
    try:
        return ip_network(network, strict=False).is_private
    except ValueError:
        return False
