"""Values of kube-prometheus-stack, the chart of Prometheus, Alertmanager, kube-state-metrics and Grafana.

Keys are those of kube-prometheus-stack 77.14.0
(https://github.com/prometheus-community/helm-charts/tree/kube-prometheus-stack-77.14.0/charts/kube-prometheus-stack)
and of its parts kube-state-metrics 6.3.0 and grafana 10.0.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lepton_infra.config.monitoring import MonitoringConfig
from lepton_infra.layers.cluster import ChartImage, ChartRelease, ImageForm
from lepton_infra.lock import Pins
from lepton_infra.platform.monitoring.labels import NAMESPACE
from lepton_infra.platform.monitoring.routes import MAIL_SECRET, Routes, alertmanager_config

CHART = "kube-prometheus-stack"
RELEASE = "monitoring"
"""Every object of the chart begins with it: Prometheus is the service ``monitoring-prometheus``."""

PROMETHEUS_PORT = 9090
PROMETHEUS = f"{RELEASE}-prometheus.{NAMESPACE}.svc.cluster.local:{PROMETHEUS_PORT}"
"""Where Prometheus answers within the cluster; what scales on metrics asks there."""
ALERTMANAGER = f"{RELEASE}-alertmanager.{NAMESPACE}.svc.cluster.local:9093"

_IMAGES = {
    "prometheus-operator": "prometheusOperator.image",
    "prometheus-config-reloader": "prometheusOperator.prometheusConfigReloader.image",
    "prometheus": "prometheus.prometheusSpec.image",
    "alertmanager": "alertmanager.alertmanagerSpec.image",
    "kube-state-metrics": "kube-state-metrics.image",
    "grafana": "grafana.image",
}
"""All that the chart runs with these values, by lock key, and where each goes."""

_OF_OTHERS = (
    "coreDns",
    "kubeApiServer",
    "kubeControllerManager",
    "kubeDns",
    "kubeEtcd",
    "kubeProxy",
    "kubeScheduler",
)
"""Parts that a managed control plane does not offer to be scraped, or whose owner watches them."""

_USED_SHARE = 0.85
"""How much of the disk metrics may fill. What is written before it is compacted, and the log, need the rest."""

_DASHBOARDS = "/var/lib/grafana/dashboards"


def missing(images: Iterable[str], pins: Pins) -> list[str]:
    """Pins that the chart needs and the lock file does not have, as ``images.<key>`` or ``charts.<key>``."""
    return [
        *(f"images.{key}" for key in sorted(set(_IMAGES) - set(images))),
        *([f"charts.{CHART}"] if CHART not in pins.charts else []),
    ]


def monitoring_chart(
    config: MonitoringConfig,
    *,
    region: str,
    contacts: Mapping[str, str],
    storage_class: str | None,
    dashboards: Iterable[str],
    pins: Pins,
) -> ChartRelease:
    """The chart for a region.

    ``dashboards`` are names of config maps, each of which holds one. The images' versions are said once more because
    the operator reads them from the tag otherwise, and a tag with a digest behind it is no version to it.
    """
    return ChartRelease(
        name=RELEASE,
        namespace=NAMESPACE,
        pin=CHART,
        images=[
            ChartImage(key=key, path=path, form=ImageForm.REGISTRY_REPOSITORY_TAG) for key, path in _IMAGES.items()
        ],
        values={
            "fullnameOverride": RELEASE,
            # Alerts are the project's own, each tested and with a runbook; dashboards likewise.
            "defaultRules": {"create": False},
            # It needs the host's own files, processes and network, which the namespace refuses. The kubelet and
            # kube-state-metrics tell of nodes what the alerts ask.
            "nodeExporter": {"enabled": False},
            "windowsMonitoring": {"enabled": False},
            **{part: {"enabled": False} for part in _OF_OTHERS},
            "prometheusOperator": _operator(),
            "prometheus": {
                "prometheusSpec": _prometheus(config, region, storage_class, pins.images["prometheus"].tag),
            },
            "alertmanager": {
                "config": alertmanager_config(Routes(region=region, contacts=contacts, mail=config.mail)),
                "alertmanagerSpec": _alertmanager(config, storage_class, pins.images["alertmanager"].tag),
            },
            "kube-state-metrics": _kube_state_metrics(),
            "grafana": _grafana(dashboards),
        },
    )


def _operator() -> dict[str, Any]:
    return {
        # The webhook would need a certificate, an image that makes it and a way in from the control plane. What it
        # checks is checked before: the rules by promtool, the objects by the custom resources' own schemas.
        "admissionWebhooks": {"enabled": False},
        "tls": {"enabled": False},
        "resources": _resources(cpu="100m", memory="256Mi"),
        "prometheusConfigReloader": {"resources": _resources(cpu="10m", memory="64Mi")},
    }


def _prometheus(config: MonitoringConfig, region: str, storage_class: str | None, version: str) -> dict[str, Any]:
    return {
        "version": version,
        "externalLabels": {"region": region},
        "scrapeInterval": "30s",
        "evaluationInterval": "30s",
        "retention": f"{config.retention_days}d",
        "retentionSize": f"{int(config.disk_gib * _USED_SHARE)}GiB",
        "storageSpec": {"volumeClaimTemplate": _claim(config.disk_gib, storage_class)},
        # Else it takes only objects that carry the chart's own label.
        "podMonitorSelectorNilUsesHelmValues": False,
        "ruleSelectorNilUsesHelmValues": False,
        "resources": _resources(cpu="500m", memory="3Gi"),
    }


def _alertmanager(config: MonitoringConfig, storage_class: str | None, version: str) -> dict[str, Any]:
    with_secret = config.mail is not None and config.mail.user is not None
    return {
        "version": version,
        # Silences and what was sent already outlive the pod.
        "storage": {"volumeClaimTemplate": _claim(1, storage_class)},
        "secrets": [MAIL_SECRET] if with_secret else [],
        "resources": _resources(cpu="50m", memory="128Mi"),
    }


def _kube_state_metrics() -> dict[str, Any]:
    model = "app.kubernetes.io/name,app.kubernetes.io/instance,app.kubernetes.io/version"
    return {
        "fullnameOverride": f"{RELEASE}-kube-state-metrics",
        # Which labels of objects become labels of kube_*_labels; without a list, none do.
        "metricLabelsAllowlist": [f"deployments=[{model}]", f"pods=[{model}]", "nodes=[lepton.dev/pool]"],
        # It tells of objects, so it may list these and nothing else: no secrets, no config maps.
        "collectors": [
            "cronjobs",
            "daemonsets",
            "deployments",
            "horizontalpodautoscalers",
            "jobs",
            "namespaces",
            "nodes",
            "persistentvolumeclaims",
            "poddisruptionbudgets",
            "pods",
            "statefulsets",
        ],
        "resources": _resources(cpu="50m", memory="256Mi"),
    }


def _grafana(dashboards: Iterable[str]) -> dict[str, Any]:
    names = sorted(dashboards)
    return {
        "fullnameOverride": f"{RELEASE}-grafana",
        "defaultDashboardsEnabled": False,
        # Dashboards and data sources are files. The sidecars that look for them in the cluster would be two more images
        # and the right to read every secret here.
        "sidecar": {"dashboards": {"enabled": False}, "datasources": {"enabled": False}},
        "initChownData": {"enabled": False},
        "testFramework": {"enabled": False},
        "serviceAccount": {"autoMount": False},
        "automountServiceAccountToken": False,
        "rbac": {"create": False},
        # There is nobody to log in as: no password is made, so none is in the state. Who may forward a port to the pod
        # looks at the dashboards, and nobody changes anything.
        "env": {"GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION": "true"},
        "grafana.ini": {
            "analytics": {"check_for_updates": False, "check_for_plugin_updates": False, "reporting_enabled": False},
            "auth": {"disable_login_form": True},
            "auth.anonymous": {"enabled": True, "org_role": "Viewer"},
            "auth.basic": {"enabled": False},
            "news": {"news_feed_enabled": False},
            "plugins": {"plugin_admin_enabled": False, "preinstall_disabled": True},
            "snapshots": {"external_enabled": False},
            "users": {"allow_sign_up": False},
        },
        "datasources": {
            "datasources.yaml": {
                "apiVersion": 1,
                "datasources": [
                    {
                        "name": "Prometheus",
                        "uid": "prometheus",
                        "type": "prometheus",
                        "url": f"http://{PROMETHEUS}",
                        "access": "proxy",
                        "isDefault": True,
                        "jsonData": {"httpMethod": "POST", "timeInterval": "30s"},
                    },
                    {
                        "name": "Alertmanager",
                        "uid": "alertmanager",
                        "type": "alertmanager",
                        "url": f"http://{ALERTMANAGER}",
                        "access": "proxy",
                        "jsonData": {"implementation": "prometheus"},
                    },
                ],
            }
        },
        "dashboardProviders": {
            "dashboardproviders.yaml": {
                "apiVersion": 1,
                "providers": [
                    {
                        "name": name,
                        "folder": "Lepton",
                        "type": "file",
                        "disableDeletion": True,
                        "options": {"path": f"{_DASHBOARDS}/{name}"},
                    }
                    for name in names
                ],
            }
        },
        "dashboardsConfigMaps": {name: name for name in names},
        "enableServiceLinks": False,
        "resources": _resources(cpu="100m", memory="512Mi"),
    }


def _claim(gib: int, storage_class: str | None) -> dict[str, Any]:
    """A disk that outlives its pod; without a class, of the cluster's default one."""
    named = {} if storage_class is None else {"storageClassName": storage_class}
    return {
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": f"{gib}Gi"}}, **named},
    }


def _resources(*, cpu: str, memory: str) -> dict[str, Any]:
    """Memory is bounded at what is asked for; the processor is not, since waiting for it would lose samples."""
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}}
