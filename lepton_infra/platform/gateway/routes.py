"""HTTPRoute and GRPCRoute of a model, with the share of each version.

What may be asked is a closed table: REST is TensorFlow Serving's (https://www.tensorflow.org/tfx/serving/api_rest),
gRPC its PredictionService (tensorflow_serving/apis/prediction_service.proto). A path that names a version or a label is
not among them, for the weights decide which version answers; MultiInference is not, for it asks for other models too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lepton_infra.config.models import ModelConfig, VersionConfig
from lepton_infra.platform.gateway.hosts import grpc_host, host
from lepton_infra.platform.scaling.http_interceptor import backend_of
from lepton_infra.platform.serving.pod import GRPC_PORT, REST_PORT

REST_CALLS: Mapping[str, str] = {
    ":predict": "POST",
    ":classify": "POST",
    ":regress": "POST",
    "": "GET",
    "/metadata": "GET",
}
"""What may follow ``/v1/models/<model>``, each with its only method."""

GRPC_SERVICE = "tensorflow.serving.PredictionService"
GRPC_CALLS = ("Predict", "Classify", "Regress", "GetModelMetadata")

VERSION_HEADER = "x-lepton-model-version"
DIGEST_HEADER = "x-lepton-model-digest"
"""Tell in each answer which version gave it, and of which model files."""

_GROUP = "gateway.networking.k8s.io"


def http_route(model: ModelConfig, *, domain: str, parent: Mapping[str, Any]) -> dict[str, Any]:
    """Spec of the model's HTTPRoute. ``parent`` names the gateway."""
    return _route(
        model,
        host(model.name, domain),
        {**parent, "sectionName": "https"},
        [_rest_match(model.name, call) for call in REST_CALLS],
        REST_PORT,
    )


def grpc_route(model: ModelConfig, *, domain: str, parent: Mapping[str, Any]) -> dict[str, Any]:
    """Spec of the model's GRPCRoute. ``parent`` names the gateway."""
    return _route(
        model,
        grpc_host(model.name, domain),
        {**parent, "sectionName": "grpc"},
        [_grpc_match(call) for call in GRPC_CALLS],
        GRPC_PORT,
    )


def _route(
    model: ModelConfig, hostname: str, parent: Mapping[str, Any], matches: Sequence[Mapping[str, Any]], port: int
) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "matches": list(matches),
        "backendRefs": [_backend(model, version, port) for version in model.versions],
    }
    mirrors = [_mirror(model, version, port) for version in model.versions if version.shadow]
    if mirrors:
        rule["filters"] = mirrors
    return {"parentRefs": [dict(parent)], "hostnames": [hostname], "rules": [rule]}


def _rest_match(model: str, call: str) -> dict[str, Any]:
    """One path and its method; a call that is not in the table is a ``KeyError``."""
    return {"path": {"type": "Exact", "value": f"/v1/models/{model}{call}"}, "method": REST_CALLS[call]}


def _grpc_match(call: str) -> dict[str, Any]:
    return {"method": {"type": "Exact", "service": GRPC_SERVICE, "method": call}}


def _reference(model: ModelConfig, version: VersionConfig, port: int) -> dict[str, Any]:
    backend = backend_of(model, version, port)
    elsewhere = {} if backend.namespace is None else {"namespace": backend.namespace}
    return {"group": "", "kind": "Service", "name": backend.service, **elsewhere, "port": backend.port}


def _backend(model: ModelConfig, version: VersionConfig, port: int) -> dict[str, Any]:
    """A version with its weight. One with weight 0 is listed too: going back to it changes one number."""
    headers = [{"name": VERSION_HEADER, "value": str(version.version)}]
    if version.digest:
        headers.append({"name": DIGEST_HEADER, "value": version.digest})
    return {
        **_reference(model, version, port),
        "weight": version.weight,
        "filters": [{"type": "ResponseHeaderModifier", "responseHeaderModifier": {"set": headers}}],
    }


def _mirror(model: ModelConfig, version: VersionConfig, port: int) -> dict[str, Any]:
    return {
        "type": "RequestMirror",
        "requestMirror": {"backendRef": _reference(model, version, port), "percent": version.shadow},
    }


def parent(namespace: str, name: str) -> dict[str, Any]:
    """Reference of a route to its gateway."""
    return {"group": _GROUP, "kind": "Gateway", "namespace": namespace, "name": name}
