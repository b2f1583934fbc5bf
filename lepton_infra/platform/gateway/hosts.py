"""Under which hosts a model answers below a gateway's domain."""

from __future__ import annotations


def host(model: str, domain: str) -> str:
    """Host name of a model's REST API."""
    return f"{model}.{domain}"


def grpc_host(model: str, domain: str) -> str:
    """Host name of its gRPC API: the Gateway API lets no HTTPRoute and GRPCRoute of one listener share a host."""
    return host(model, grpc_domain(domain))


def grpc_domain(domain: str) -> str:
    """The domain of all gRPC hosts."""
    return f"grpc.{domain}"
