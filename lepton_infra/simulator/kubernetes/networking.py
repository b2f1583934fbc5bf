"""Checks of Service, Ingress and NetworkPolicy."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from lepton_infra.simulator.behaviour import UNKNOWN, Failure
from lepton_infra.simulator.kubernetes import syntax
from lepton_infra.simulator.kubernetes.containers import duplicates
from lepton_infra.simulator.kubernetes.pods import unsupported
from lepton_infra.simulator.kubernetes.reading import mapping, number, sequence, text
from lepton_infra.simulator.kubernetes.workloads import selector_failures

SERVICE_CIDR = "172.20.0.0/16"
"""Where service addresses come from: EKS takes this range unless the cluster's own network overlaps it
(https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html)."""

_PROTOCOLS = ("SCTP", "TCP", "UDP")
_SERVICE_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_DIRECTIONS = {"ingress": "from", "egress": "to"}


def service_failures(inputs: Mapping[str, Any]) -> list[Failure]:
    """Failures of a Service."""
    spec = mapping(inputs, "spec")
    failures = unsupported(spec.get("type"), _SERVICE_TYPES, "spec.type")
    failures += syntax.labels_failures(spec.get("selector"), "spec.selector")
    if spec.get("type") == "ExternalName":
        if not spec.get("externalName"):
            failures.append(syntax.required("spec.externalName"))
        return failures
    if spec.get("ports") is not UNKNOWN and not sequence(spec.get("ports")) and spec.get("clusterIP") != "None":
        failures.append(syntax.required("spec.ports"))
    ports = [mapping(port) for port in sequence(spec.get("ports"))]
    for index, port in enumerate(ports):
        at = f"spec.ports[{index}]"
        failures += _port_failures(port.get("port"), f"{at}.port")
        failures += unsupported(port.get("protocol"), _PROTOCOLS, f"{at}.protocol")
        if number(port.get("targetPort")) is not None:
            failures += _port_failures(port.get("targetPort"), f"{at}.targetPort")
        elif name := text(port.get("targetPort")):
            failures += syntax.port_name_failures(name, f"{at}.targetPort")
        if name := text(port.get("name")):
            failures += syntax.label_failures(name, f"{at}.name")
        elif len(ports) > 1 and "name" not in port:
            failures.append(syntax.required(f"{at}.name"))
    names = duplicates(text(port.get("name")) for port in ports)
    pairs = duplicates((number(port.get("port")), text(port.get("protocol")) or "TCP") for port in ports)
    failures += [Failure(path="spec.ports", reason=f'Duplicate value: "{name}"') for name in names if name]
    failures += [Failure(path="spec.ports", reason=f'Duplicate value: "{p}/{of}"') for p, of in pairs if p is not None]
    return failures + _cluster_ip(spec)


def ingress_failures(inputs: Mapping[str, Any]) -> list[Failure]:
    """Failures of an Ingress."""
    spec = mapping(inputs, "spec")
    if not spec.get("rules") and not spec.get("defaultBackend"):
        rule = "either `defaultBackend` or `rules` must be specified"
        return [syntax.invalid("spec", "", rule)]
    failures = []
    for index, rule_entry in enumerate(map(mapping, sequence(spec.get("rules")))):
        at = f"spec.rules[{index}]"
        if host := text(rule_entry.get("host")):
            failures += syntax.subdomain_failures(host.removeprefix("*."), f"{at}.host")
        for each, path in enumerate(map(mapping, sequence(mapping(rule_entry, "http").get("paths")))):
            where = f"{at}.http.paths[{each}]"
            failures += unsupported(path.get("pathType"), _PATH_TYPES, f"{where}.pathType")
            known = text(path.get("path"))
            if known is not None and not known.startswith("/") and path.get("pathType") != "ImplementationSpecific":
                failures.append(syntax.invalid(f"{where}.path", known, "must be an absolute path"))
    return failures


def network_policy_failures(inputs: Mapping[str, Any]) -> list[Failure]:
    """Failures of a NetworkPolicy."""
    spec = mapping(inputs, "spec")
    failures = selector_failures(spec.get("podSelector"), "spec.podSelector")
    for index, direction in enumerate(sequence(spec.get("policyTypes"))):
        failures += unsupported(direction, ("Egress", "Ingress"), f"spec.policyTypes[{index}]")
    for direction, peers in _DIRECTIONS.items():
        for index, rule in enumerate(map(mapping, sequence(spec.get(direction)))):
            at = f"spec.{direction}[{index}]"
            for each, port in enumerate(map(mapping, sequence(rule.get("ports")))):
                failures += _policy_port(port, f"{at}.ports[{each}]")
            for each, peer in enumerate(map(mapping, sequence(rule.get(peers)))):
                failures += _peer(peer, f"{at}.{peers}[{each}]")
    return failures


def service_addresses(cidr: str = SERVICE_CIDR) -> Iterator[str]:
    """The addresses that services may have: the first belongs to the API server, the tenth to the cluster's DNS."""
    reserved = {1, 10}
    for index, address in enumerate(ipaddress.IPv4Network(cidr).hosts(), start=1):
        if index not in reserved:
            yield str(address)


def _policy_port(port: Mapping[str, Any], path: str) -> list[Failure]:
    failures = unsupported(port.get("protocol"), _PROTOCOLS, f"{path}.protocol")
    first, last = port.get("port"), port.get("endPort")
    if number(first) is not None:
        failures += _port_failures(first, f"{path}.port")
    elif name := text(first):
        failures += syntax.port_name_failures(name, f"{path}.port")
    if number(last) is None:
        return failures
    failures += _port_failures(last, f"{path}.endPort")
    if first is None or isinstance(first, str):
        rule = "may not be specified when `port` is non-numeric or absent"
        failures.append(syntax.invalid(f"{path}.endPort", last, rule))
    elif (number(first) or 0) > (number(last) or 0):
        failures.append(syntax.invalid(f"{path}.endPort", last, "must be greater than or equal to `port`"))
    return failures


def _peer(peer: Mapping[str, Any], path: str) -> list[Failure]:
    selectors = [key for key in ("podSelector", "namespaceSelector") if peer.get(key) is not None]
    block = peer.get("ipBlock")
    if not selectors and block is None:
        return [syntax.required(path, "must specify a peer")]
    if selectors and block is not None:
        reason = "Forbidden: may not specify both ipBlock and another peer"
        return [Failure(path=path, reason=reason)]
    failures = []
    for key in selectors:
        failures += selector_failures(peer[key], f"{path}.{key}")
    return failures + _block(mapping(block), f"{path}.ipBlock")


def _block(block: Mapping[str, Any], path: str) -> list[Failure]:
    outer = _network(block.get("cidr"))
    failures = [] if outer or text(block.get("cidr")) is None else [_not_a_network(block["cidr"], f"{path}.cidr")]
    for index, entry in enumerate(sequence(block.get("except"))):
        inner, at = _network(entry), f"{path}.except[{index}]"
        if inner is None:
            failures += [_not_a_network(entry, at)] if text(entry) else []
        elif outer and (inner.version != outer.version or inner == outer or inner not in _subnets_of(outer, inner)):
            failures.append(syntax.invalid(at, str(entry), f"must be a strict subset of `cidr`, which is {outer}"))
    return failures


def _subnets_of(outer: Any, inner: Any) -> list[Any]:
    return [inner] if inner.version == outer.version and inner.subnet_of(outer) else []


def _network(value: Any) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(value, strict=False) if isinstance(value, str) and "/" in value else None
    except ValueError:
        return None


def _not_a_network(value: object, path: str) -> Failure:
    return syntax.invalid(path, value, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")


def _cluster_ip(spec: Mapping[str, Any]) -> list[Failure]:
    given = text(spec.get("clusterIP"))
    if not given or given == "None":
        return []
    try:
        inside = ipaddress.ip_address(given) in ipaddress.ip_network(SERVICE_CIDR)
    except ValueError:
        return [
            syntax.invalid("spec.clusterIPs[0]", given, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")
        ]
    rule = (
        f"failed to allocate IP {given}: the provided IP ({given}) is not in the valid range. "
        f"The range of valid IPs is {SERVICE_CIDR}"
    )
    return [] if inside else [syntax.invalid("spec.clusterIPs", [given], rule)]


def _port_failures(port: Any, path: str) -> list[Failure]:
    known = number(port)
    if known is None or 1 <= known <= 65535:
        return []
    return [syntax.invalid(path, known, "must be between 1 and 65535, inclusive")]
