"""The cloud's load balancers: a service that asks for one gets a host name that leads nowhere."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from lepton_infra.simulator.control_plane.api import Api, Object
from lepton_infra.simulator.kubernetes.reading import mapping


def host(found: Object) -> str:
    """The host name of an object's load balancer."""
    return f"{hashlib.sha256(found['metadata']['uid'].encode()).hexdigest()[:16]}.sim.invalid"


def service(api: Api, found: Object) -> Mapping[str, object]:
    """The status of a service."""
    if mapping(found, "spec").get("type") != "LoadBalancer":
        return {}
    return {"loadBalancer": {"ingress": [{"hostname": host(found)}]}}
