"""Names of the gateway's objects in the cluster, and labels of its pods."""

from __future__ import annotations

from lepton_infra.layers.oversight import EventSource

NAMESPACE = "lepton-gateway"
"""Holds the controller and its proxies."""

EVENTS = EventSource(namespace=NAMESPACE, container="envoy")
"""The proxies' access log; the controller calls their container so."""

CERTIFICATES_NAMESPACE = "cert-manager"

CLASS = "lepton"
GATEWAY = "lepton"
CONTROLLER_NAME = "gateway.envoyproxy.io/gatewayclass-controller"

GATEWAY_API = "gateway.networking.k8s.io/v1"
GRANT_API = "gateway.networking.k8s.io/v1beta1"
ENVOY_API = "gateway.envoyproxy.io/v1alpha1"
CERTIFICATES_API = "cert-manager.io/v1"

PROXIES = {
    "app.kubernetes.io/name": "envoy",
    "app.kubernetes.io/component": "proxy",
    "app.kubernetes.io/managed-by": "envoy-gateway",
    "gateway.envoyproxy.io/owning-gateway-namespace": NAMESPACE,
    "gateway.envoyproxy.io/owning-gateway-name": GATEWAY,
}
"""Labels that the controller puts on the proxies of our gateway (internal/infrastructure/kubernetes/proxy/resource.go
and internal/gatewayapi/helpers.go of Envoy Gateway 1.9.1)."""

CONTROLLER = {"control-plane": "envoy-gateway"}
"""Label of the controller's pods in its chart."""

CERTIFICATE_GENERATOR = {"app": "certgen"}
"""Label of the chart's job that makes the certificates between controller and proxies."""

CONTROLLER_PORT = 18000
"""Where the controller tells the proxies what to do."""

HTTPS_PORT = 443
PROXY_HTTPS_PORT = 10443
"""Where the proxies listen: the controller adds 10000 to a privileged port, so that they need no right to bind it."""

WEBHOOK_PORT = 10250
"""Where cert-manager checks its objects. Private clusters of some clouds let the control plane reach nodes only here
and on 443."""

PROXY_METRICS_PORT = 19001
"""Where the proxies tell of themselves (EnvoyStatsPort in internal/xds/bootstrap/bootstrap.go of Envoy Gateway)."""

CERTIFICATES_METRICS_PORT = 9402
"""Where cert-manager tells of its certificates (deploy/charts/cert-manager/templates/deployment.yaml)."""
