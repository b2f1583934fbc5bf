"""Access log of the gateway: enough to trace each request, and none of its content."""

from __future__ import annotations

from typing import Any

from lepton_infra.layers.oversight import EventCollector
from lepton_infra.platform.gateway.routes import DIGEST_HEADER, VERSION_HEADER

FIELDS = {
    "time": "%START_TIME%",
    "request_id": "%REQ(X-REQUEST-ID)%",
    "route": "%ROUTE_NAME%",
    "protocol": "%PROTOCOL%",
    "model_version": f"%RESP({VERSION_HEADER.upper()})%",
    "model_digest": f"%RESP({DIGEST_HEADER.upper()})%",
    "status": "%RESPONSE_CODE%",
    "grpc_status": "%GRPC_STATUS%",
    "flags": "%RESPONSE_FLAGS%",
    "duration_ms": "%DURATION%",
    "bytes_received": "%BYTES_RECEIVED%",
    "bytes_sent": "%BYTES_SENT%",
    "caller": "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(24)%",
}
"""Names in the log, and what Envoy puts there ("Access logging", Envoy 1.39 documentation).

Nothing of it can be filled by a client: no body, path, query or header of its own, for a prompt could be in any.
``request_id`` is made by the proxy. ``route`` says which model and which of its calls, as
``httproute/serving-<model>/<model>/rule/0/match/<place in the table of calls>/<host>``, and is empty where nothing
matched. ``caller`` is the network of 256 addresses that the request came from: it tells callers apart and names no
machine."""


def telemetry(events: EventCollector | None) -> dict[str, Any]:
    """One JSON object a line, on the standard output of each proxy, and to the collector of events if there is one."""
    sinks: list[dict[str, Any]] = [{"type": "File", "file": {"path": "/dev/stdout"}}]
    if events is not None:
        collector = {"group": "", "kind": "Service", "name": events.service, "port": events.port}
        sinks.append({"type": "OpenTelemetry", "openTelemetry": {"backendRefs": [collector]}})
    return {"accessLog": {"settings": [{"format": {"type": "JSON", "json": FIELDS}, "sinks": sinks}]}}
