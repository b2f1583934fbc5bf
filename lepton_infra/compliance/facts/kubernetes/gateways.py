"""Facts about Envoy Gateway: exposure of a gateway's proxies, their minimum TLS version, their access logs.

Other controllers do not share its kinds. A gateway of another controller stays one that may be public and whose
versions of TLS are not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lepton_infra.compliance.facts import AccessLog
from lepton_infra.compliance.facts.kubernetes.objects import labels, name, namespace, of
from lepton_infra.compliance.graph.graph import UNKNOWN, Graph, Resource, Seen
from lepton_infra.compliance.graph.paths import items, member, texts
from lepton_infra.compliance.graph.unknown import has_unknown

_OWNER = "gateway.envoyproxy.io/owning-gateway-name"
_OWNERS_NAMESPACE = "gateway.envoyproxy.io/owning-gateway-namespace"
"""Labels of the proxies of a gateway, by which a Service of one's own selects them."""

_SERVICE_TYPE = "spec.provider.kubernetes.envoyService.type"
_MINIMUM = "spec.tls.minVersion"
_VERSIONS = ("1.0", "1.1", "1.2", "1.3")

_OPERATOR = re.compile(r"%([A-Z_0-9]+)(?:\(([^)]*)\))?(?::\d+)?%")
_HARMLESS_HEADERS = frozenset({"x-request-id", ":method", ":authority", ":scheme"})
"""Request headers that say nothing of a request's content. Proxies make the first themselves."""
_OF_CLIENTS = frozenset({"REQ", "TRAILER", "QUERY_PARAM", "QUERY_PARAMS", "FILTER_STATE", "DYNAMIC_METADATA"})
_PATHS = frozenset({":path", "x-envoy-original-path"})
"""A path with its query, unless the operator is one that leaves the query out."""


def private(graph: Graph, gateway: Resource) -> Seen[bool] | None:
    """True if the proxies are reached from the cluster only; None if no EnvoyProxy sets their Service's type."""
    for proxies in _proxies(graph, gateway):
        kind = proxies.get(_SERVICE_TYPE)
        if kind is not None:
            return proxies.says(UNKNOWN if kind is UNKNOWN else kind == "ClusterIP", _SERVICE_TYPE)
    return None


def minimum_tls(graph: Graph, gateway: Resource) -> Seen[str | None] | None:
    """Minimum TLS version by a ClientTrafficPolicy of the whole gateway; None if no policy sets one."""
    for policy in of(graph, "ClientTrafficPolicy"):
        lowest = policy.get(_MINIMUM)
        if lowest is not None and _is_of(graph, policy, gateway):
            return policy.says(lowest if lowest in _VERSIONS else UNKNOWN, _MINIMUM)
    return None


def behind(graph: Graph, service: Resource) -> Resource | None:
    """The Gateway whose proxies a Service selects."""
    selector = labels(service, "spec.selector")
    if not isinstance(selector, Mapping):
        return None
    wanted = (selector.get(_OWNER), selector.get(_OWNERS_NAMESPACE))
    found = [each for each in of(graph, "Gateway") if (name(each), namespace(graph, each)) == wanted]
    return found[0] if len(found) == 1 else None


def access_logs(graph: Graph) -> tuple[AccessLog, ...]:
    """Access logs of all proxies, one for each EnvoyProxy."""
    return tuple(AccessLog(resource=each, content=_content(each)) for each in of(graph, "EnvoyProxy"))


def _proxies(graph: Graph, gateway: Resource) -> Iterator[Resource]:
    """EnvoyProxy settings of a gateway: its own, then those of its GatewayClass."""
    own = gateway.get("spec.infrastructure.parametersRef")
    classes = [each for each in of(graph, "GatewayClass") if name(each) == gateway.get("spec.gatewayClassName")]
    for reference, place in (
        (own, namespace(graph, gateway)),
        *((each.get("spec.parametersRef"), member(each.get("spec.parametersRef"), "namespace")) for each in classes),
    ):
        for proxies in of(graph, "EnvoyProxy"):
            if (name(proxies), namespace(graph, proxies)) == (member(reference, "name"), place):
                yield proxies


def _is_of(graph: Graph, policy: Resource, gateway: Resource) -> bool:
    """True if a policy targets the whole gateway: a section's own could be lower or higher."""
    if namespace(graph, policy) != namespace(graph, gateway):
        return False
    return any(
        (member(target, "kind"), member(target, "name"), member(target, "sectionName"))
        == ("Gateway", name(gateway), None)
        for target in [*items(policy.get("spec.targetRefs")), policy.get("spec.targetRef")]
    )


def _content(proxies: Resource) -> Seen[bool]:
    """Request content in the access log's formats. Without settings the format is Envoy's own, with the query."""
    path = "spec.telemetry.accessLog"
    log = proxies.get(path)
    settings = items(member(log, "settings"))
    formats = [member(each, "format") for each in settings]
    if member(log, "disable") is True:
        return proxies.says(False, path)
    if has_unknown([log, formats]):
        return proxies.says(UNKNOWN, path)
    default = not settings or any(each is None for each in formats)
    return proxies.says(default or any(_tells(text) for text in texts(formats)), path)


def _tells(text: str) -> bool:
    return any(_is_content(operator, argument or "") for operator, argument in _OPERATOR.findall(text))


def _is_content(operator: str, argument: Any) -> bool:
    asked = {each.strip().lower() for each in re.split(r"[?,]", argument) if each.strip()}
    if operator == "REQ_WITHOUT_QUERY":
        return bool(asked - _HARMLESS_HEADERS - _PATHS)
    if operator == "PATH":
        return "nq" not in asked
    return operator in _OF_CLIENTS and (operator != "REQ" or bool(asked - _HARMLESS_HEADERS))
