"""BackendTrafficPolicy of the gateway: rate and size limits, time-outs, and the answers beyond them."""

from __future__ import annotations

from typing import Any

from lepton_infra.config.gateway import GatewayConfig
from lepton_infra.platform.gateway.listeners import target

_CONNECT_SECONDS = 2
"""A pod that does not take a connection within this time is gone: the request goes to another."""


def backend_policy(config: GatewayConfig) -> dict[str, Any]:
    """Spec of the BackendTrafficPolicy of all routes.

    - More requests than ``requests_per_second`` are answered 429, by each proxy for each call of each model.
    - A body above ``max_request_kib`` is answered 413. It is taken in whole before the model sees any of it, so a slow
      client holds no GPU.
    - A request that takes longer than ``timeout_seconds`` is answered 504.
    - Only what could not connect is tried again, once: a model may have done the work of whatever else failed.
    - Within one second's worth of requests may wait for a connection, and no more than the rate and the timeout allow
      can be under way; those above are answered 503 at once instead of queueing.
    """
    rate = config.requests_per_second
    return {
        "targetRefs": [target()],
        "rateLimit": {"local": {"rules": [{"limit": {"requests": rate, "unit": "Second"}}]}},
        "requestBuffer": {"limit": f"{config.max_request_kib}Ki"},
        "timeout": {
            "tcp": {"connectTimeout": f"{_CONNECT_SECONDS}s"},
            "http": {"requestTimeout": f"{config.timeout_seconds}s"},
        },
        "retry": {"numRetries": 1, "retryOn": {"triggers": ["connect-failure"]}},
        "circuitBreaker": {
            "maxPendingRequests": rate,
            "maxParallelRequests": min(rate * config.timeout_seconds, _MOST),
        },
    }


_MOST = 2**32 - 1
"""What the policy's numbers can hold."""
