"""The gateway's certificates, from an authority of the region's own.

cert-manager makes the keys in the cluster, where the cluster's own key encrypts them; none is in Pulumi's state.
Clients trust ``ca.crt`` of the authority's Secret. The issuers are of the gateway's namespace, so nobody else can ask.
"""

from __future__ import annotations

from typing import Any

from lepton_infra.platform.gateway.names import GATEWAY

SELF_SIGNED = f"{GATEWAY}-root"
AUTHORITY = f"{GATEWAY}-ca"

_YEAR_HOURS = 365 * 24
_AUTHORITY_HOURS = 10 * _YEAR_HOURS
_SERVER_HOURS = 90 * 24
_KEY = {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"}


def self_signed() -> dict[str, Any]:
    """Spec of the Issuer that signs the authority's certificate, with that certificate's own key."""
    return {"selfSigned": {}}


def authority() -> dict[str, Any]:
    """Spec of the authority's Certificate: ten years, a new one a year before the end, so that clients can learn it."""
    return {
        "isCA": True,
        "commonName": "lepton region",
        "secretName": AUTHORITY,
        "duration": f"{_AUTHORITY_HOURS}h",
        "renewBefore": f"{_YEAR_HOURS}h",
        "privateKey": _KEY,
        "usages": ["cert sign", "crl sign", "digital signature"],
        "issuerRef": _issuer(SELF_SIGNED),
    }


def issuer() -> dict[str, Any]:
    """Spec of the Issuer that signs in the authority's name."""
    return {"ca": {"secretName": AUTHORITY}}


def server(name: str, hostname: str) -> dict[str, Any]:
    """Spec of the Certificate called ``name`` for ``hostname``: 90 days, a new one and a new key a month before."""
    return {
        "secretName": name,
        "dnsNames": [hostname],
        "duration": f"{_SERVER_HOURS}h",
        "renewBefore": f"{_SERVER_HOURS // 3}h",
        "privateKey": _KEY,
        "usages": ["digital signature", "key encipherment", "server auth"],
        "issuerRef": _issuer(AUTHORITY),
    }


def _issuer(name: str) -> dict[str, Any]:
    return {"group": "cert-manager.io", "kind": "Issuer", "name": name}
