"""What Envoy Gateway is told: how its proxies are reached, with which TLS, and what they write down."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.compliance.facts import kubernetes
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource
from tests.kit.graphs import object_

ENVOY, GATEWAY_API = "gateway.envoyproxy.io/v1alpha1", "gateway.networking.k8s.io/v1"
NOTHING: dict[str, Any] = {}


def proxies(kind: Any = "ClusterIP", name: str = "fleet", **spec: Any) -> Resource:
    service = {"provider": {"kubernetes": {"envoyService": {"type": kind}}}} if kind else {}
    return object_(f"{ENVOY}:EnvoyProxy", name, {"spec": {**service, **spec}})


def gateway(*, of_class: bool = False) -> Resource:
    reference = {"group": "gateway.envoyproxy.io", "kind": "EnvoyProxy", "name": "fleet"}
    spec: dict[str, Any] = {"gatewayClassName": "eg", "listeners": [{"name": "https", "protocol": "HTTPS"}]}
    if not of_class:
        spec["infrastructure"] = {"parametersRef": reference}
    return object_(f"{GATEWAY_API}:Gateway", "entrance", {"spec": spec})


CLASS = object_(
    f"{GATEWAY_API}:GatewayClass", "eg", {"spec": {"parametersRef": {"name": "fleet", "namespace": "shop"}}}
)


def policy(minimum: Any, **target: Any) -> Resource:
    reference = {"kind": "Gateway", "name": "entrance", **target}
    return object_(
        f"{ENVOY}:ClientTrafficPolicy", "policy", {"spec": {"targetRefs": [reference], "tls": {"minVersion": minimum}}}
    )


def told(*resources: Resource) -> list[tuple[object, object]]:
    found = kubernetes.read(Graph(resources=resources)).listeners
    return [(each.public.value, each.minimum_tls.value) for each in found]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([gateway()], (True, UNKNOWN)),
        ([gateway(), proxies()], (False, UNKNOWN)),
        ([gateway(), proxies("LoadBalancer")], (True, UNKNOWN)),
        ([gateway(), proxies(UNKNOWN)], (UNKNOWN, UNKNOWN)),
        ([gateway(), proxies(None)], (True, UNKNOWN)),
        ([gateway(), proxies(name="another")], (True, UNKNOWN)),
        ([gateway(of_class=True), CLASS, proxies()], (False, UNKNOWN)),
        ([gateway(of_class=True), proxies()], (True, UNKNOWN)),
        ([gateway(), proxies(), policy("1.2")], (False, "1.2")),
        ([gateway(), proxies(), policy("Auto")], (False, UNKNOWN)),
        ([gateway(), proxies(), policy(UNKNOWN)], (False, UNKNOWN)),
        ([gateway(), proxies(), policy("1.3", name="another")], (False, UNKNOWN)),
        ([gateway(), proxies(), policy("1.3", sectionName="https")], (False, UNKNOWN)),
    ],
)
def test_how_a_gateway_is_reached(given: list[Resource], expected: tuple[object, object]) -> None:
    assert told(*given) == [expected]


@pytest.mark.parametrize(
    ("selector", "minimum"),
    [
        (
            {
                "gateway.envoyproxy.io/owning-gateway-name": "entrance",
                "gateway.envoyproxy.io/owning-gateway-namespace": "shop",
            },
            "1.2",
        ),
        ({"gateway.envoyproxy.io/owning-gateway-name": "entrance"}, UNKNOWN),
        ({"app": "something"}, UNKNOWN),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_a_service_before_the_proxies_answers_as_they_do(selector: Any, minimum: object) -> None:
    service = object_(
        "core/v1:Service",
        "address",
        {
            "metadata": {"annotations": {"example.com/internal": "true"}},
            "spec": {"type": "LoadBalancer", "ports": [{"port": 443}, {"port": 80}], "selector": selector},
        },
    )
    assert told(gateway(), proxies(), policy("1.2"), service)[:2] == [(False, minimum), (False, None)]


def logged(**spec: Any) -> list[object]:
    found = kubernetes.read(Graph(resources=(proxies(None, **spec),))).access_logs
    return [each.content.value for each in found]


def json(**fields: Any) -> dict[str, Any]:
    return {"telemetry": {"accessLog": {"settings": [{"format": {"type": "JSON", "json": fields}}]}}}


@pytest.mark.parametrize(
    ("spec", "content"),
    [
        (NOTHING, True),
        ({"telemetry": {"accessLog": {"disable": True}}}, False),
        ({"telemetry": {"accessLog": {"settings": [{"sinks": []}]}}}, True),
        ({"telemetry": UNKNOWN}, UNKNOWN),
        (json(a=UNKNOWN), UNKNOWN),
        (json(a="%REQ(X-REQUEST-ID)% %RESPONSE_CODE%", b="%RESP(X-VERSION)%", c="%ROUTE_NAME%"), False),
        (json(a="%REQ_WITHOUT_QUERY(:PATH)%"), False),
        (json(a="%PATH(NQ)%"), False),
        (json(a="%PATH%"), True),
        (json(a="%REQ(:PATH)%"), True),
        (json(a="%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"), True),
        (json(a="%REQ(AUTHORIZATION):16%"), True),
        (json(a="%REQ(USER-AGENT)%"), True),
        (json(a="%QUERY_PARAM(q)%"), True),
        ({"telemetry": {"accessLog": {"settings": [{"format": {"type": "Text", "text": "%REQ(:PATH)%"}}]}}}, True),
    ],
)
def test_what_is_written_down(spec: dict[str, Any], content: object) -> None:
    assert logged(**spec) == [content]
