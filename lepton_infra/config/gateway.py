"""The section ``gateway:`` of a stack file: how requests reach the models."""

from __future__ import annotations

from typing import Annotated

from lepton_infra.fields import Cidr, Host, NodeCount, Strict, whole


class GatewayConfig(Strict):
    """The one way in: TLS ends here, only the models' own paths are let through, and requests are bounded."""

    domain: Host
    """Where the region's models are found: model ``cifar10`` answers REST at ``cifar10.<domain>`` and gRPC at
    ``cifar10.grpc.<domain>``. Both wildcards must lead to the load balancer's address in the clients' DNS."""
    client_networks: tuple[Cidr, ...] = ()
    """Networks that may call, besides the region's own. The address is a private one, whatever is listed here."""
    replicas: NodeCount = NodeCount(min=2, max=6)
    """Proxies."""
    max_request_kib: Annotated[int, whole(1, 1024 * 1024)] = 4096
    """Largest body of a request, in KiB; larger ones are answered 413."""
    requests_per_second: Annotated[int, whole(1, 1_000_000)] = 500
    """Requests that each proxy lets through in a second to each call of a model; those above are answered 429."""
    timeout_seconds: Annotated[int, whole(1, 3600)] = 30
    """How long a request may take before it is answered 504."""
