"""What answers from outside, and the paths that it lets through."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.compliance.facts import Listener, kubernetes
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource
from tests.kit.graphs import object_

NOTHING: tuple[object, ...] = ()
HTTPS = {"name": "https", "protocol": "HTTPS", "port": 443}
HTTP = {"name": "http", "protocol": "HTTP", "port": 80}
INTERNAL = {"example.com/load-balancer-internal": "true"}
FIREWALL = {"example.com/waf-acl": "strict"}


def told(listener: Listener) -> tuple[object, ...]:
    return listener.public.value, listener.minimum_tls.value, listener.redirects, listener.firewall.value


def listeners(*resources: Resource) -> list[tuple[object, ...]]:
    return [told(each) for each in kubernetes.read(Graph(resources=resources)).listeners]


def paths(*resources: Resource) -> list[object]:
    return [each.paths.value for each in kubernetes.read(Graph(resources=resources)).routes]


def service(annotations: object = None, **spec: object) -> Resource:
    spec = {"type": "LoadBalancer", "ports": [{"port": 443}], **spec}
    return object_("core/v1:Service", inputs={"metadata": {"annotations": annotations}, "spec": spec})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (service(type="ClusterIP"), []),
        (service(type="ClusterIP", externalIPs=["203.0.113.1"]), [(True, UNKNOWN, False, False)]),
        (service(), [(True, UNKNOWN, False, False)]),
        (service(type="NodePort", ports=[{"port": 80}]), [(True, None, False, False)]),
        (service(ports=[{"port": 80}, {"port": 443}]), [(True, None, False, False), (True, UNKNOWN, False, False)]),
        (service(type=UNKNOWN), [(UNKNOWN, UNKNOWN, False, False)]),
        (service(INTERNAL), [(False, UNKNOWN, False, False)]),
        (service({"example.com/load-balancer-type": "Internal"}), [(False, UNKNOWN, False, False)]),
        (service({"example.com/load-balancer-type": "external"}), [(True, UNKNOWN, False, False)]),
        (service(UNKNOWN), [(UNKNOWN, UNKNOWN, False, UNKNOWN)]),
        (service(loadBalancerSourceRanges=["10.0.0.0/8"]), [(False, UNKNOWN, False, False)]),
        (service(loadBalancerSourceRanges=["10.0.0.0/8", "0.0.0.0/0"]), [(True, UNKNOWN, False, False)]),
        (service(loadBalancerSourceRanges=[UNKNOWN]), [(True, UNKNOWN, False, False)]),
    ],
)
def test_services(given: Resource, expected: list[tuple[object, ...]]) -> None:
    assert listeners(given) == expected


def ingress(annotations: object = None, **spec: object) -> Resource:
    return object_(
        "networking.k8s.io/v1:Ingress", inputs={"metadata": {"annotations": annotations or {}}, "spec": dict(spec)}
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (ingress(), [(True, None, False, False)]),
        (ingress(tls=[{"hosts": ["a"]}]), [(True, UNKNOWN, False, False), (True, None, False, False)]),
        (
            ingress({"example.com/ssl-redirect": "true", "example.com/min-tls-version": "1.3", **FIREWALL}, tls=[{}]),
            [(True, "1.3", False, True)],
        ),
        (ingress({"example.com/scheme": "internal"}), [(False, None, False, False)]),
    ],
)
def test_ingresses(given: Resource, expected: list[tuple[object, ...]]) -> None:
    assert listeners(given) == expected


def gateway(*of: Any, annotations: dict[str, str] | None = None) -> Resource:
    return object_(
        "gateway.networking.k8s.io/v1:Gateway",
        "gateway",
        {"metadata": {"annotations": annotations or {}}, "spec": {"listeners": list(of)}},
    )


def route(*rules: Any, section: str | None = None, kind: str = "HTTPRoute", name: str = "route") -> Resource:
    parent = {"name": "gateway", **({"sectionName": section} if section else {})}
    return object_(
        f"gateway.networking.k8s.io/v1:{kind}", name, {"spec": {"parentRefs": [parent], "rules": list(rules)}}
    )


REDIRECT = {"filters": [{"type": "RequestRedirect", "requestRedirect": {"scheme": "https"}}]}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([gateway(HTTPS)], [(True, UNKNOWN, False, False)]),
        ([gateway(HTTP)], [(True, None, False, False)]),
        ([gateway({**HTTP, "protocol": UNKNOWN})], [(True, UNKNOWN, False, False)]),
        (
            [gateway({**HTTPS, "tls": {"options": {"example.com/min-tls-version": "TLSv1_2"}}}, annotations=FIREWALL)],
            [(True, "1.2", False, True)],
        ),
        (
            [gateway(HTTP, HTTPS, annotations=INTERNAL), route(REDIRECT, section="http"), route({}, name="serve")],
            [(False, None, False, False), (False, UNKNOWN, False, False)],
        ),
        (
            [gateway(HTTP, HTTPS), route(REDIRECT, section="http"), route({}, section="https", name="serve")],
            [(True, None, True, False), (True, UNKNOWN, False, False)],
        ),
    ],
)
def test_gateways(given: list[Resource], expected: list[tuple[object, ...]]) -> None:
    assert listeners(*given) == expected


def match(kind: Any, value: Any) -> dict[str, Any]:
    return {"path": {"type": kind, "value": value}}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (route({"matches": [match("Exact", "/v1/models")]}), [("/v1/models",)]),
        (route({"matches": [match("PathPrefix", "/v1"), match("PathPrefix", "/")]}), [("/v1/", "/")]),
        (route({"matches": [match("RegularExpression", "/v[12]")]}), [("~/v[12]",)]),
        (route({"matches": [{"headers": []}]}), [("/",)]),
        (route({}), [("/",)]),
        (route(), [("/",)]),
        (route(REDIRECT), []),
        (route(REDIRECT, {}), [("/", "/")]),
        (route({"matches": [match("Exact", UNKNOWN)]}), [UNKNOWN]),
        (route({"matches": UNKNOWN}), [UNKNOWN]),
        (route(UNKNOWN), [UNKNOWN]),
        (
            route({"matches": [{"method": {"service": "serving.Predict", "method": "Predict"}}]}, kind="GRPCRoute"),
            [("/serving.Predict/Predict",)],
        ),
        (route({"matches": [{"method": {"service": UNKNOWN}}]}, kind="GRPCRoute"), [UNKNOWN]),
        (
            ingress(rules=[{"http": {"paths": [{"path": "/v1", "pathType": "Prefix"}, {"pathType": "Exact"}]}}]),
            [("/v1/", None)],
        ),
        (ingress(defaultBackend={"service": {"name": "x"}}), [("/",)]),
        (ingress(rules=UNKNOWN), [UNKNOWN]),
    ],
)
def test_paths(given: Resource, expected: list[object]) -> None:
    assert paths(given) == expected
