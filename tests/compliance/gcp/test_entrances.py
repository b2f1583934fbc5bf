"""Load balancers of GKE that end TLS everywhere at once."""

from __future__ import annotations

from typing import Any

import pytest

from lepton_infra.compliance.facts import EVERYWHERE, Role
from lepton_infra.compliance.graph.graph import UNKNOWN, Resource
from tests.compliance.gcp.graphs import read
from tests.kit.graphs import object_


def gateway(kind: Any) -> Resource:
    return object_("gateway.networking.k8s.io/v1:Gateway", inputs={"spec": {"gatewayClassName": kind}})


def ingress(annotations: Any, **spec: Any) -> Resource:
    return object_("networking.k8s.io/v1:Ingress", inputs={"metadata": {"annotations": annotations}, "spec": spec})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (gateway("gke-l7-global-external-managed"), [EVERYWHERE]),
        (gateway("gke-l7-gxlb"), [EVERYWHERE]),
        (gateway("gke-l7-cross-regional-internal-managed-mc"), [EVERYWHERE]),
        (gateway("gke-l7-regional-external-managed"), []),
        (gateway("gke-l7-rilb"), []),
        (gateway("lepton"), []),
        (gateway(UNKNOWN), [UNKNOWN]),
        (ingress({}), [EVERYWHERE]),
        (ingress({"kubernetes.io/ingress.class": "gce"}), [EVERYWHERE]),
        (ingress({"kubernetes.io/ingress.class": "gce-internal"}), []),
        (ingress({}, ingressClassName="nginx"), []),
        (ingress(UNKNOWN), [UNKNOWN]),
    ],
)
def test_where_tls_ends(given: Resource, expected: list[object]) -> None:
    assert [place.location.value for place in read(given).places if place.role is Role.EDGE] == expected
