"""EnvoyProxy: the Deployment of Envoy pods that the controller runs."""

from __future__ import annotations

from typing import Any

import pulumi

from lepton_infra.config.gateway import GatewayConfig
from lepton_infra.layers.oversight import EventCollector
from lepton_infra.platform.gateway.access_log import telemetry
from lepton_infra.platform.gateway.names import PROXIES

_CPU_TARGET_PERCENT = 70
_MEMORY = "2Gi"
"""Of each proxy. The controller bounds Envoy's heap to 80 percent of it, above which it turns requests away."""


def proxies(
    config: GatewayConfig, *, image: pulumi.Input[str], priority_class: pulumi.Input[str], events: EventCollector | None
) -> dict[str, Any]:
    """Spec of the EnvoyProxy.

    Their own Service is reached from within the cluster only: the address that clients use is one of ours (see
    ``address``). The controller itself makes the containers run as no root, without rights, under the default seccomp
    profile, and forbids less.
    """
    return {
        "provider": {
            "type": "Kubernetes",
            "kubernetes": {
                "envoyDeployment": {
                    "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
                    "pod": {
                        "priorityClassName": priority_class,
                        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
                        "topologySpreadConstraints": [
                            _spread("topology.kubernetes.io/zone"),
                            _spread("kubernetes.io/hostname"),
                        ],
                    },
                    "container": {
                        "image": image,
                        "resources": {
                            "requests": {"cpu": "1", "memory": _MEMORY},
                            "limits": {"cpu": "2", "memory": _MEMORY},
                        },
                    },
                },
                "envoyService": {"type": "ClusterIP"},
                "envoyHpa": {
                    "minReplicas": config.replicas.min,
                    "maxReplicas": config.replicas.max,
                    "metrics": [
                        {
                            "type": "Resource",
                            "resource": {
                                "name": "cpu",
                                "target": {"type": "Utilization", "averageUtilization": _CPU_TARGET_PERCENT},
                            },
                        }
                    ],
                },
                "envoyPDB": {"maxUnavailable": 1},
            },
        },
        "logging": {"level": {"default": "warn"}},
        "telemetry": telemetry(events),
        # A proxy that goes lets its requests end.
        "shutdown": {"drainTimeout": f"{config.timeout_seconds}s"},
    }


def _spread(key: str) -> dict[str, Any]:
    return {
        "maxSkew": 1,
        "topologyKey": key,
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": PROXIES},
    }
