"""The charts of others that the gateway is made of."""

from __future__ import annotations

from lepton_infra.layers.cluster import ChartImage, ChartRelease
from lepton_infra.platform.gateway.names import CERTIFICATES_NAMESPACE, CONTROLLER_NAME, NAMESPACE

PROXY_IMAGE = "envoy"
"""Lock key of the proxies' image, which no chart names: the controller starts them."""

_CONTROLLERS = 2


def envoy_gateway() -> ChartRelease:
    """The controller of the gateway, and the Gateway API's own definitions.

    Helm installs the definitions once and never changes them; a new version of the chart may ask for a step by hand.
    The injector would tell proxies their zone by a webhook on every pod's binding; nothing here routes by zone.
    """
    return ChartRelease(
        name="envoy-gateway",
        namespace=NAMESPACE,
        pin="envoy-gateway",
        images=[ChartImage(key="envoy-gateway", path="deployment.envoyGateway.image")],
        values={
            "deployment": {
                "replicas": _CONTROLLERS,
                "priorityClassName": "system-cluster-critical",
                "envoyGateway": {
                    "resources": {
                        "requests": {"cpu": "100m", "memory": "256Mi"},
                        "limits": {"cpu": "1", "memory": "1Gi"},
                    }
                },
            },
            "podDisruptionBudget": {"minAvailable": 1},
            "config": {"envoyGateway": {"gateway": {"controllerName": CONTROLLER_NAME}}},
            "certgen": {
                "job": {
                    "resources": {
                        "requests": {"cpu": "50m", "memory": "64Mi"},
                        "limits": {"cpu": "500m", "memory": "256Mi"},
                    }
                }
            },
            "topologyInjector": {"enabled": False},
        },
    )


def cert_manager() -> ChartRelease:
    """The chart of cert-manager, which issues and renews the gateway's certificates.

    The job of ``startupapicheck`` stays: the release is then done only when the webhook answers, and the certificates
    that follow it are not refused. The image of ``acmesolver`` is none of ours: it runs for issuers of another kind.
    """
    small = {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"cpu": "500m", "memory": "512Mi"}}
    budget = {"enabled": True, "minAvailable": 1}
    replicated = {"replicaCount": _CONTROLLERS, "podDisruptionBudget": budget, "resources": small}
    return ChartRelease(
        name="cert-manager",
        namespace=CERTIFICATES_NAMESPACE,
        pin="cert-manager",
        images=[
            ChartImage(key="cert-manager-controller"),
            ChartImage(key="cert-manager-webhook", path="webhook.image"),
            ChartImage(key="cert-manager-cainjector", path="cainjector.image"),
            ChartImage(key="cert-manager-startupapicheck", path="startupapicheck.image"),
        ],
        values={
            "global": {
                "priorityClassName": "system-cluster-critical",
                # Not kube-system, which is the chart's default and where the cloud may let nobody write.
                "leaderElection": {"namespace": CERTIFICATES_NAMESPACE},
            },
            "crds": {"enabled": True, "keep": True},
            **replicated,
            "webhook": replicated,
            "cainjector": replicated,
            "startupapicheck": {"resources": small, "timeout": "5m"},
        },
    )
