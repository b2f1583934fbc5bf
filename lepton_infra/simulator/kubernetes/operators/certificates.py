"""cert-manager: issuers are ready, and a certificate has its secret. What is in the secret is no certificate."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Final

from lepton_infra.simulator.control_plane.api import Api, Object
from lepton_infra.simulator.kubernetes.operators.conditions import condition
from lepton_infra.simulator.kubernetes.reading import mapping

_MANAGER: Final = "cert-manager"
_NOTHING: Final = base64.b64encode(b"simulated").decode()


def issuer(api: Api, found: Object) -> Mapping[str, object]:
    """The status of an issuer."""
    return {"conditions": [condition(found, "Ready", "IsReady")]}


def certificate(api: Api, found: Object) -> Mapping[str, object]:
    """The status of a certificate, whose secret is made."""
    metadata = found["metadata"]
    api.apply(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": mapping(found, "spec")["secretName"], "namespace": metadata["namespace"]},
            "type": "kubernetes.io/tls",
            "data": {"tls.crt": _NOTHING, "tls.key": _NOTHING},
        },
        _MANAGER,
    )
    return {"conditions": [condition(found, "Ready", "Ready")]}
